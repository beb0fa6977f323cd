//! What a regridding is to do.

use std::sync::Arc;

use nunatak_array::DataType;
use nunatak_grid::{Crs, Grid};
use nunatak_regrid::{ApplyOptions, Extrapolation, Method, Quantity, Recipe, Reducer, StreamPlan, Weights};
use serde_json::{Map, Value, json};

use super::target::RegridTarget;
use super::vectors::VectorComponent;
use crate::Result;

/// Source cells from which weights are made for a few target cells at a time and dropped: all of them would take half a
/// gigabyte and more.
const STREAM_FROM: usize = 40_000_000;
/// By how much source cells may cover a target cell more than once: edges that are cut into great circles.
const OVERLAP: f64 = 1e-3;

/// A regridding as a user asks for it. What is not said is as in `nk.regrid`.
///
/// # Examples
///
/// ```
/// use nunatak::regrid::Method;
/// use nunatak::regridding::{RegridRequest, parse_target, regrid};
/// # use std::sync::Arc;
/// # use nunatak::{array::{MemoryArray, Values}, format::Attributes, grids::parse_grid, tree::Variable};
/// # let mut dataset = parse_grid("latlon:90", None, &Default::default())?;
/// # let array = Arc::new(MemoryArray::new(vec![2, 4], Values::F64(vec![900.0; 8]))?);
/// # dataset.insert("lithk", Variable::new(vec!["lat".into(), "lon".into()], array, Attributes::new())?)?;
///
/// // `dataset` has the variable `lithk`, on cells of 90 degrees.
/// let target = parse_target("latlon:45", None, &Default::default(), &mut Vec::new())?;
/// let mut request = RegridRequest::new(target, Method::Nearest);
/// assert_eq!(regrid(&dataset, &request)?.data.length("lon"), Some(8));
/// request.variables = Some(vec!["topg".into()]);
/// assert_eq!(regrid(&dataset, &request).unwrap_err().to_string(), "variables: found topg, expected some of lithk");
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RegridRequest {
    /// The grid to go to.
    pub target: Arc<RegridTarget>,
    /// How weights are made.
    pub method: Method,
    /// How they are applied.
    pub options: ApplyOptions,
    /// What cells get that the method leaves without a value.
    pub extrapolation: Extrapolation,
    /// Coordinate reference system of the data; it wins over their own.
    pub crs: Option<Crs>,
    /// The variables to regrid; all when `None`.
    pub variables: Option<Vec<String>>,
    /// Pairs of variables that are the components of vectors, x first; found by their names when `None`.
    pub vectors: Option<Vec<(String, String)>>,
    /// Single or double precision; when `None`, conservative results are double, others as the data.
    pub data_type: Option<DataType>,
}

impl RegridRequest {
    /// A regridding to a target by a method.
    pub fn new(target: Arc<RegridTarget>, method: Method) -> Self {
        Self {
            target,
            method,
            options: ApplyOptions::default(),
            extrapolation: Extrapolation::Off,
            crs: None,
            variables: None,
            vectors: None,
            data_type: None,
        }
    }

    /// The weights from a source grid, computed once in this process. What is doubtful about them is added to
    /// `warnings`.
    pub(super) fn weights(&self, source: &Grid, warnings: &mut Vec<String>) -> Result<Arc<Weights>> {
        let recipe = Recipe::new(source, &self.target.grid, self.method).extrapolated(self.extrapolation);
        let weights = recipe.weights()?;
        if self.is_conservative() && self.extrapolation == Extrapolation::Off {
            let covered = weights.covered_fraction();
            let most = covered.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            if let Some((cell, most)) = most.filter(|(_, most)| **most > 1.0 + OVERLAP) {
                warnings.push(format!(
                    "source grid {}: cells overlap; they cover target cell {cell} {most:.4} times. Means count such \
                     places more than once",
                    source.summary()
                ));
            }
        }
        Ok(weights)
    }

    /// How a raster too large for its weights comes to a mesh on the same map; else nothing.
    pub(super) fn stream_plan(&self, source: &Grid) -> Option<Arc<StreamPlan>> {
        let is_mean = self.options.reducer() == Reducer::Mean
            && self.options.quantity() == Quantity::Intensive
            && self.options == ApplyOptions::new(self.options.missing()).limited(self.options.is_limited());
        let is_plain = self.method == Method::Conservative && self.extrapolation == Extrapolation::Off && is_mean;
        let is_raster = matches!((source, &self.target.grid), (Grid::Rectilinear(_), Grid::Mesh(_)))
            && source.len() >= STREAM_FROM
            && !source.crs().is_geographic()
            && source.crs() == self.target.grid.crs();
        if is_plain && is_raster { StreamPlan::new(source, &self.target.grid).ok().map(Arc::new) } else { None }
    }

    pub(super) fn is_conservative(&self) -> bool {
        matches!(self.method, Method::Conservative | Method::Conservative2)
    }

    /// Whether the statistic is a mean or a sum, which vectors have as well as numbers.
    pub(super) fn is_linear(&self) -> bool {
        matches!(self.options.reducer(), Reducer::Mean | Reducer::Sum)
    }

    /// What made a variable, for its attribute `nunatak_regrid`: JSON.
    pub(super) fn record(&self, source: &Grid, component: Option<&VectorComponent>) -> String {
        let mut record = Map::new();
        let mut set = |name: &str, value: Value| record.insert(name.into(), value);
        set("method", self.method.to_string().into());
        set("source", source.summary().into());
        set("target", self.target.grid.summary().into());
        set("min_coverage", self.options.missing().min_coverage().into());
        set("skipna", self.options.missing().skipna().into());
        set("mask", false.into());
        set("version", env!("CARGO_PKG_VERSION").into());
        if self.options.reducer() != Reducer::Mean {
            set("func", self.options.reducer().to_string().into());
        }
        if self.options.quantity() == Quantity::Extensive {
            set("quantity", "extensive".into());
        }
        if self.options.is_limited() {
            set("limited", true.into());
        }
        match self.extrapolation {
            Extrapolation::Off => None,
            Extrapolation::Nearest => set("extrapolate", "nearest".into()),
            Extrapolation::InverseDistance(_) => set("extrapolate", "inverse_distance".into()),
        };
        if let Some(component) = component {
            let along = component.along(&self.target.grid.crs());
            set("rotated", json!({"with": component.partner, "along": along}));
        }
        Value::Object(record).to_string()
    }

    /// What CF's `cell_methods` say of the statistic over the area.
    pub(super) fn cell_method(&self) -> String {
        match self.options.reducer() {
            Reducer::Minimum => "minimum".into(),
            Reducer::Maximum => "maximum".into(),
            Reducer::StandardDeviation => "standard_deviation".into(),
            Reducer::Variance => "variance".into(),
            Reducer::Quantile(level) => format!("quantile ({})", level.get()),
            other => other.to_string(),
        }
    }
}
