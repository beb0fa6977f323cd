//! Which dimensions of a dataset the dimensions of a file are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use nunatak_repair::{Draft, Severity};

use crate::assemble::node::Node;
use crate::error::Result;
use crate::join::Series;

/// What the dimensions and grid mappings of one file are called in the dataset.
pub(crate) struct DatasetNames {
    dimensions: BTreeMap<String, String>,
    pub(crate) grid_mappings: BTreeMap<String, String>,
}

impl DatasetNames {
    /// Time goes to the joined axis or to one of its own; any other dimension is that of the dataset when length and
    /// coordinate agree.
    pub(crate) fn new(node: &mut Node, draft: &Draft, series: Option<&Series>) -> Result<Self> {
        let mut dimensions = BTreeMap::new();
        if let Some(column) = &draft.time {
            let time = if series.is_some() { "time".to_string() } else { Self::own_time(draft) };
            dimensions.insert(column.dimension.clone(), time);
        }
        let names: Vec<String> =
            draft.variables.iter().flat_map(|variable| variable.raw.dimensions.iter().cloned()).collect();
        for name in names {
            if let Entry::Vacant(vacant) = dimensions.entry(name) {
                let undated = draft.time.is_none() && matches!(vacant.key().as_str(), "time" | "t" | "Time");
                let name = if undated { node.undated(draft) } else { node.dimension(draft, vacant.key())? };
                vacant.insert(name);
            }
        }
        Ok(Self { dimensions, grid_mappings: BTreeMap::new() })
    }

    /// The dimension of a file whose records cannot be on the joined axis.
    pub(crate) fn own_time(draft: &Draft) -> String {
        format!("time_{}", draft.entry.token)
    }

    /// The dataset's name of a dimension.
    pub(crate) fn dimension(&self, name: &str) -> String {
        self.dimensions.get(name).cloned().unwrap_or_else(|| name.into())
    }

    /// The dataset's name of a grid mapping, when it is another.
    pub(crate) fn grid_mapping(&self, name: &str) -> Option<String> {
        self.grid_mappings.get(name).cloned()
    }
}

impl Node {
    /// The dimension of records that nothing dates: equal length is no proof that they are those of another file.
    fn undated(&mut self, draft: &Draft) -> String {
        let own = DatasetNames::own_time(draft);
        self.note(draft, Severity::Warning, format!("there is no time variable; records are kept on `{own}`"));
        own
    }

    fn dimension(&mut self, draft: &Draft, name: &str) -> Result<String> {
        let length = draft.length(name);
        let agrees = match self.dataset.length(name) {
            None => true,
            Some(own) => Some(own) == length && self.same_axis(draft, name)?,
        };
        if agrees {
            return Ok(name.into());
        }
        let own = format!("{name}_{}", draft.entry.token);
        let message = format!("dimension `{name}` differs from that of the experiment's other files; kept as `{own}`");
        self.note(draft, Severity::Warning, message);
        Ok(own)
    }

    /// Whether the coordinates of a dimension agree to a millionth of their spacing; a missing one agrees with any.
    fn same_axis(&self, draft: &Draft, name: &str) -> Result<bool> {
        let (Some(own), Some(other)) = (self.dataset.get(name), draft.axis(name)) else { return Ok(true) };
        if !own.array.data_type().is_numeric() || !other.raw.array.data_type().is_numeric() {
            return Ok(true);
        }
        let (own, other) = (own.array.read_all()?.into_f64()?, other.raw.array.read_all()?.into_f64()?);
        let spacing = own.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
        let tolerance = if spacing.is_finite() { spacing * 1e-6 } else { 0.0 };
        Ok(own.iter().zip(&other).all(|(one, other)| (one - other).abs() <= tolerance))
    }
}
