//! One time axis for the files of an experiment.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::Values;
use nunatak_cf::{Moment, TimeEncoding, nominal_year};
use nunatak_format::Attribute;
use nunatak_ismip::Meaning;
use serde_json::json;

/// How variables of an experiment share one time axis.
///
/// # Examples
///
/// ```
/// use nunatak_array::NoProgress;
/// use nunatak_catalog::{Catalog, CatalogError, Join, RuleSet, TreeOptions};
/// # use nunatak_array::{MemoryArray, Values};
/// # use nunatak_format::{Attribute, Attributes, Group, StorageOptions, Variable, write_netcdf};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// # let folder = root.path().join("JPL1/ISSM/exp05");
/// # std::fs::create_dir_all(&folder)?;
/// # for (name, days) in [("lithk", vec![365.0, 731.0]), ("acabf", vec![181.0, 547.0])] {
/// #     let column = |name: &str, units: &str, values: Vec<f64>| -> Result<Variable, CatalogError> {
/// #         let attributes: Attributes = [("units".to_string(), Attribute::Text(units.into()))].into_iter().collect();
/// #         let array = std::sync::Arc::new(MemoryArray::new(vec![2], Values::F64(values))?);
/// #         let dimensions = vec!["time".into()];
/// #         Ok(Variable { name: name.into(), dimensions, attributes, array, storage: Default::default() })
/// #     };
/// #     let time = column("time", "days since 2015-01-01", days)?;
/// #     let group = Group { variables: vec![time, column(name, "m", vec![1.0, 2.0])?], ..Group::default() };
/// #     write_netcdf(&folder.join(format!("{name}_AIS_JPL1_ISSM_exp05.nc")), &group, &NoProgress)?;
/// # }
/// # let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::none())?;
///
/// // `lithk` has the stamps 2016-01-01 and 2017-01-01, `acabf` 2015-07-01 and 2016-07-01.
/// let records = |join| -> Result<_, CatalogError> {
///     let (tree, _) = catalog.to_datatree(TreeOptions { join, ..TreeOptions::default() }, &NoProgress)?;
///     Ok(tree.get("JPL1/ISSM/exp05").and_then(|dataset| dataset.length("time")))
/// };
/// assert_eq!(records(Join::NominalYear)?, Some(2));
/// assert_eq!(records(Join::Outer)?, Some(4));
/// assert_eq!(records(Join::Inner)?, Some(0));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Join {
    /// Records of one nominal year are joined, whatever their stamps and calendars; years are those of any file.
    #[default]
    NominalYear,
    /// Records of one stamp are joined; stamps are those of any file.
    Outer,
    /// Records of one stamp are joined; stamps are those that all files have.
    Inner,
}

/// The records of one file in time.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) meaning: Meaning,
    pub(crate) encoding: TimeEncoding,
    pub(crate) values: Vec<f64>,
    pub(crate) moments: Vec<Moment>,
    /// What records are joined on: the end of the nominal year, or the stamp itself.
    keys: Vec<Moment>,
}

impl Series {
    /// # Errors
    /// Why the records cannot be joined: two have one key, or they run backwards.
    pub(crate) fn new(
        join: Join,
        meaning: Meaning,
        encoding: TimeEncoding,
        values: Vec<f64>,
        moments: Vec<Moment>,
    ) -> Result<Self, String> {
        let key = |moment: &Moment| match join {
            Join::NominalYear => Moment::midnight(nominal_year(*moment) + 1, 1, 1),
            Join::Outer | Join::Inner => *moment,
        };
        let keys: Vec<Moment> = moments.iter().map(key).collect();
        match keys.windows(2).position(|pair| pair[0] >= pair[1]) {
            Some(at) if keys[at] == keys[at + 1] => {
                let (one, other) = (moments[at], moments[at + 1]);
                Err(format!("records {at} ({one}) and {} ({other}) fall in one nominal year", at + 1))
            }
            Some(at) => Err(format!("time runs backwards after record {at} ({})", moments[at])),
            None => Ok(Self { meaning, encoding, values, moments, keys }),
        }
    }

    /// For each key of the joined axis the record that has it; `None` when that is every record in order.
    pub(crate) fn indices(&self, axis: &JoinedTime) -> Option<Vec<Option<usize>>> {
        let indices = self.places(axis);
        let identity =
            indices.len() == self.keys.len() && indices.iter().enumerate().all(|(at, index)| *index == Some(at));
        (!identity).then_some(indices)
    }

    /// For each key of the joined axis the record that has it.
    pub(crate) fn places(&self, axis: &JoinedTime) -> Vec<Option<usize>> {
        axis.keys.iter().map(|key| self.keys.binary_search(key).ok()).collect()
    }

    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// How many records of another file are here, too.
    pub(crate) fn common(&self, other: &Self) -> usize {
        other.keys.iter().filter(|key| self.keys.binary_search(key).is_ok()).count()
    }

    /// The records with those that another file has beside them, in the encoding of these.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let theirs =
            other.keys.iter().zip(&other.moments).map(|(key, moment)| (*key, (*moment, self.encoding.encode(*moment))));
        let ours = self.keys.iter().zip(self.moments.iter().copied().zip(self.values.iter().copied()));
        let mut all: BTreeMap<Moment, (Moment, f64)> = theirs.collect();
        all.extend(ours.map(|(key, record)| (*key, record)));
        let (keys, records): (Vec<Moment>, Vec<(Moment, f64)>) = all.into_iter().unzip();
        let (moments, values) = records.into_iter().unzip();
        Self { meaning: self.meaning, encoding: self.encoding, values, moments, keys }
    }

    /// The file's own stamps as text, when the joined axis says something else at any of its records.
    pub(crate) fn stamps(&self, axis: &JoinedTime) -> Option<Attribute> {
        let joined = |key: &Moment| axis.keys.binary_search(key).ok().and_then(|at| axis.moments.get(at));
        let same = axis.encoding.calendar == self.encoding.calendar
            && self.keys.iter().zip(&self.moments).all(|(key, moment)| joined(key).is_none_or(|stamp| stamp == moment));
        if same {
            return None;
        }
        let (units, calendar) = (self.encoding.units(), self.encoding.calendar.name());
        let step = self.values.get(1).zip(self.values.first()).map(|(second, first)| second - first);
        let uniform = step.filter(|step| self.values.windows(2).all(|pair| pair[1] - pair[0] == *step));
        let text = match uniform {
            Some(step) => {
                json!({"units": units, "calendar": calendar, "first": self.values.first(), "step": step, "count": self.values.len()})
            }
            None => json!({"units": units, "calendar": calendar, "values": self.values}),
        };
        Some(Attribute::Text(text.to_string()))
    }
}

/// The time axis of an experiment.
#[derive(Debug, Clone)]
pub(crate) struct JoinedTime {
    keys: Vec<Moment>,
    moments: Vec<Moment>,
    pub(crate) encoding: TimeEncoding,
    values: Vec<f64>,
    /// Which series gave the stamps.
    pub(crate) reference: usize,
}

impl JoinedTime {
    /// Joins series. Stamps are in the style of the first state, or of the first series when there is no state.
    pub(crate) fn new(join: Join, all: &[Series]) -> Option<Self> {
        let reference = all.iter().position(|series| series.meaning == Meaning::State).unwrap_or(0);
        let style = all.get(reference)?;
        let mut keys: BTreeSet<Moment> = all.iter().flat_map(|series| series.keys.iter().copied()).collect();
        if join == Join::Inner {
            keys.retain(|key| all.iter().all(|series| series.keys.binary_search(key).is_ok()));
        }
        let mut joined = Self {
            keys: keys.into_iter().collect(),
            moments: Vec::new(),
            encoding: style.encoding,
            values: Vec::new(),
            reference,
        };
        for key in &joined.keys {
            let (moment, value) = match style.keys.binary_search(key) {
                Ok(at) => (style.moments[at], style.values[at]),
                Err(_) => {
                    let moment = if join == Join::NominalYear { styled(style, *key) } else { *key };
                    (moment, style.encoding.encode(moment))
                }
            };
            joined.moments.push(moment);
            joined.values.push(value);
        }
        Some(joined)
    }

    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The numbers of the time coordinate.
    pub(crate) fn values(&self) -> Values {
        Values::F64(self.values.clone())
    }
}

/// A stamp for a year that the reference series lacks, in its style: the month and day of its first record.
fn styled(style: &Series, key: Moment) -> Moment {
    let (Some(first), Some(first_key)) = (style.moments.first(), style.keys.first()) else { return key };
    let year = first.year + key.year - first_key.year;
    let day = first.day.min(style.encoding.calendar.month_length(year, first.month));
    Moment { year, day, ..*first }
}

#[cfg(test)]
mod tests {
    use nunatak_cf::TimeEncoding;

    use super::*;

    fn series(meaning: Meaning, calendar: &str, values: &[f64]) -> Series {
        let encoding = TimeEncoding::parse("days since 2015-01-01", Some(calendar)).unwrap();
        let moments = values.iter().map(|value| encoding.decode(*value).unwrap()).collect();
        Series::new(Join::NominalYear, meaning, encoding, values.to_vec(), moments).unwrap()
    }

    #[test]
    fn states_and_means_of_one_year_stand_together() {
        let flux = series(Meaning::Flux, "noleap", &[181.0, 546.0, 911.0]);
        let state = series(Meaning::State, "standard", &[731.0, 1096.0]);
        let joined = JoinedTime::new(Join::NominalYear, &[flux.clone(), state.clone()]).unwrap();
        let stamps: Vec<String> = joined.moments.iter().map(ToString::to_string).collect();
        assert_eq!(stamps, ["2016-01-01", "2017-01-01", "2018-01-01"]);
        assert_eq!(joined.values(), Values::F64(vec![365.0, 731.0, 1096.0]));
        assert_eq!(flux.indices(&joined), None);
        assert_eq!(state.indices(&joined), Some(vec![None, Some(0), Some(1)]));
        assert_eq!(state.stamps(&joined), None);
        let own = flux.stamps(&joined).unwrap().to_string();
        assert!(own.contains(r#""first":181.0"#) && own.contains(r#""step":365.0"#) && own.contains("noleap"), "{own}");
    }

    #[test]
    fn two_records_of_one_year_cannot_be_joined() {
        let encoding = TimeEncoding::parse("days since 2015-01-01", Some("noleap")).unwrap();
        let moments: Vec<Moment> = [40.0, 70.0].iter().map(|value| encoding.decode(*value).unwrap()).collect();
        let monthly = Series::new(Join::NominalYear, Meaning::Flux, encoding, vec![40.0, 70.0], moments);
        assert!(monthly.unwrap_err().contains("2015-02-10"));
    }

    #[test]
    fn an_inner_join_keeps_the_stamps_of_all() {
        let of = |values: &[f64]| {
            let encoding = TimeEncoding::parse("days since 2015-01-01", Some("noleap")).unwrap();
            let moments = values.iter().map(|value| encoding.decode(*value).unwrap()).collect();
            Series::new(Join::Inner, Meaning::State, encoding, values.to_vec(), moments).unwrap()
        };
        let (one, other) = (of(&[0.0, 365.0, 730.0]), of(&[365.0, 730.0, 1095.0]));
        let joined = JoinedTime::new(Join::Inner, &[one.clone(), other.clone()]).unwrap();
        assert_eq!(joined.values(), Values::F64(vec![365.0, 730.0]));
        assert_eq!(one.indices(&joined), Some(vec![Some(1), Some(2)]));
        assert_eq!(JoinedTime::new(Join::Outer, &[one, other]).unwrap().len(), 4);
    }
}
