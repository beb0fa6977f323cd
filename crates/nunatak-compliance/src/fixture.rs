//! Files in memory: sound ones, to be spoilt one defect at a time.

use std::path::Path;
use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_cf::{Moment, TimeEncoding};
use nunatak_format::{Attribute, Attributes, Dimension, FileKind, Group, Storage, Variable};
use nunatak_ismip::{IceSheet, Meaning, Protocol, RequestShape, VariableRequest, request};
use nunatak_repair::{Draft, Entry, RuleSet};

use crate::attributes::DEFAULT_FILL_VALUE;
use crate::check::examine;
use crate::finding::Finding;

/// A file in memory.
pub(crate) struct Fixture {
    pub(crate) path: String,
    pub(crate) protocol: Protocol,
    pub(crate) rules: RuleSet,
    pub(crate) root: Group,
}

/// Cells of the 32 km grid of Antarctica.
pub(crate) const SIDE: usize = 191;

impl Fixture {
    /// A sound file of ISMIP7: three years of a hindcast of Antarctica.
    pub(crate) fn ismip7(variable: &str) -> Self {
        let request = request(Protocol::Ismip7, variable).unwrap();
        let stem = format!("{variable}_AIS_VUW_PISM1_m001_CESM2-WACCM_f001_historical_C001_2012-2014");
        let mut fixture = Self::empty(&format!("/archive/{stem}.nc"), Protocol::Ismip7, RuleSet::none());
        let values = (2012..=2014).map(|year| stamp(request.kind, year)).collect::<Vec<_>>();
        fixture.add_time("days since 1850-01-01 00:00:00", "standard", &values);
        for (name, value) in [("group", "VUW"), ("model", "PISM1"), ("contact_name", "A"), ("contact_email", "a@b.c")] {
            fixture.root.attributes.set(name, Attribute::Text(value.into()));
        }
        fixture.root.attributes.set("crs", Attribute::Text("epsg:3031".into()));
        if request.kind == Meaning::Flux {
            fixture.add_bounds(2012..=2014);
        }
        fixture.add_field(request, values.len());
        fixture.of(variable).attributes.set("_FillValue", Attribute::number(DEFAULT_FILL_VALUE));
        fixture
    }

    /// A sound file of ISMIP6: `exp05`, 2016 to 2101, in common years.
    pub(crate) fn ismip6(variable: &str) -> Self {
        let request = request(Protocol::Ismip6, variable).unwrap();
        let path = format!("/archive/JPL1/ISSM/exp05/{variable}_AIS_JPL1_ISSM_exp05.nc");
        let mut fixture = Self::empty(&path, Protocol::Ismip6, RuleSet::none());
        let times: Vec<f64> = (1..=86).map(|year| 365.0 * f64::from(year)).collect();
        fixture.add_time("days since 2015-01-01", "noleap", &times);
        fixture.add_field(request, times.len());
        fixture
    }

    fn empty(path: &str, protocol: Protocol, rules: RuleSet) -> Self {
        let time = Dimension { name: "time".into(), length: 0, unlimited: true };
        let root = Group { dimensions: vec![time], ..Group::default() };
        Self { path: path.into(), protocol, rules, root }
    }

    /// The variable of this name.
    pub(crate) fn of(&mut self, name: &str) -> &mut Variable {
        self.root.variables.iter_mut().find(|one| one.name == name).unwrap()
    }

    pub(crate) fn set(&mut self, variable: &str, name: &str, value: &str) {
        self.of(variable).attributes.set(name, Attribute::Text(value.into()));
    }

    pub(crate) fn put(&mut self, name: &str, dimensions: &[&str], shape: &[usize], values: Values) {
        self.root.variables.retain(|one| one.name != name);
        self.root.variables.push(Variable {
            name: name.into(),
            dimensions: dimensions.iter().map(ToString::to_string).collect(),
            attributes: Attributes::new(),
            array: Arc::new(MemoryArray::new(shape.to_vec(), values).unwrap()),
            storage: Storage::default(),
        });
    }

    /// Another time axis for the same records.
    pub(crate) fn add_time(&mut self, units: &str, calendar: &str, values: &[f64]) {
        let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
        self.put("time", &["time"], &[values.len()], Values::F32(values));
        self.set("time", "units", units);
        self.set("time", "calendar", calendar);
    }

    pub(crate) fn add_bounds(&mut self, years: std::ops::RangeInclusive<i64>) {
        let days = |year| epoch().encode(Moment::midnight(year, 1, 1));
        let values: Vec<f64> = years.clone().flat_map(|year| [days(year), days(year + 1)]).collect();
        self.put("time_bnds", &["time", "bnds"], &[values.len() / 2, 2], Values::F64(values));
        self.set("time", "bounds", "time_bnds");
    }

    pub(crate) fn add_axis(&mut self, name: &str, first: f64, last: f64, nodes: usize) {
        let step = (last - first) / (nodes - 1) as f64;
        let values = (0..nodes).map(|at| first + step * at as f64).collect();
        self.put(name, &[name], &[nodes], Values::F64(values));
        self.set(name, "units", "m");
    }

    fn add_field(&mut self, request: &VariableRequest, records: usize) {
        let shape: Vec<usize> = match request.shape {
            RequestShape::Scalar => vec![records],
            RequestShape::Map => vec![SIDE, SIDE],
            RequestShape::Field => vec![records, SIDE, SIDE],
            RequestShape::Volume => vec![records, 2, SIDE, SIDE],
        };
        if request.shape.is_gridded() {
            let (x, y) = IceSheet::Antarctica.extent();
            self.add_axis("x", x[0], x[1], SIDE);
            self.add_axis("y", y[0], y[1], SIDE);
        }
        let (least, greatest) = request.range(IceSheet::Antarctica);
        let value = 1.0_f64.clamp(least, greatest) as f32;
        self.put(request.name, request.shape.names(), &shape, Values::F32(vec![value; shape.iter().product()]));
        self.set(request.name, "units", request.units);
        if let Some(name) = request.standard_names.first() {
            self.set(request.name, "standard_name", name);
        }
    }

    /// The file as the rules leave it.
    pub(crate) fn draft(&self) -> Draft {
        let entry = Entry::of_path(Path::new("/archive"), Path::new(&self.path), 1, &self.rules).unwrap();
        Draft::repaired(&entry, FileKind::Hdf5, &self.root, &self.rules).unwrap()
    }

    /// What is found in it, numbers included.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        examine(&self.draft(), self.protocol, true)
    }
}

fn epoch() -> TimeEncoding {
    TimeEncoding::parse("days since 1850-01-01", Some("standard")).unwrap()
}

/// Days since 1850 of a year's stamp.
pub(crate) fn stamp(kind: Meaning, year: i64) -> f64 {
    epoch().encode(match kind {
        Meaning::Flux => Moment::midnight(year, 7, 1),
        Meaning::State | Meaning::Unknown => Moment::midnight(year + 1, 1, 1),
    })
}
