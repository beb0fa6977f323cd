//! Which dimensions of a dataset the dimensions of a file are.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use nunatak_cf::Unit;
use nunatak_format::{Attribute, Attributes};
use nunatak_repair::{Draft, Severity};

use crate::assemble::directions::AxisPoints;
use crate::assemble::node::Node;
use crate::error::Result;

/// Attributes that name other variables.
const LINKS: [&str; 6] =
    ["grid_mapping", "coordinates", "bounds", "climatology", "ancillary_variables", "cell_measures"];

/// What the dimensions and coordinates of one file are called in the dataset.
pub(crate) struct DatasetNames {
    dimensions: BTreeMap<String, String>,
    /// Coordinates that have another name in the dataset.
    pub(crate) coordinates: BTreeMap<String, String>,
}

impl DatasetNames {
    /// Time goes to the joined axis or to one of its own; any other dimension is that of the dataset when length and
    /// coordinate agree.
    pub(crate) fn new(node: &mut Node, draft: &Draft, is_joined: bool) -> Result<Self> {
        let mut dimensions = BTreeMap::new();
        if let Some(column) = &draft.time {
            let time = if is_joined { "time".to_string() } else { Self::own_time(draft) };
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
        Ok(Self { dimensions, coordinates: BTreeMap::new() })
    }

    /// The dimension of a file whose records cannot be on the joined axis.
    pub(crate) fn own_time(draft: &Draft) -> String {
        format!("time_{}", draft.entry.token)
    }

    /// The dataset's name of a dimension.
    pub(crate) fn dimension(&self, name: &str) -> String {
        self.dimensions.get(name).cloned().unwrap_or_else(|| name.into())
    }

    /// Puts the dataset's names into the attributes that name other variables.
    pub(crate) fn relink(&self, attributes: &mut Attributes) {
        for link in LINKS {
            let Some(text) = attributes.text(link) else { continue };
            let renamed = |word: &str| {
                let name = word.trim_end_matches(':');
                let own = self.coordinates.get(name)?;
                Some(format!("{own}{}", &word[name.len()..]))
            };
            if text.split_whitespace().any(|word| renamed(word).is_some()) {
                let words = text.split_whitespace().map(|word| renamed(word).unwrap_or_else(|| word.into()));
                let text = words.collect::<Vec<_>>().join(" ");
                attributes.set(link, Attribute::Text(text));
            }
        }
    }
}

impl Node {
    /// The dimension of records that nothing dates: equal length is no proof that they are those of another file.
    fn undated(&mut self, draft: &Draft) -> String {
        let own = DatasetNames::own_time(draft);
        self.note(draft, Severity::Warning, format!("there is no time variable; records are kept on `{own}`"));
        own
    }

    /// The dimension of the dataset that has the length and the coordinate of a file's; a new one when there is none.
    fn dimension(&mut self, draft: &Draft, name: &str) -> Result<String> {
        let length = draft.length(name);
        if self.dataset.length(name).is_none() {
            return Ok(name.into());
        }
        let further = self.alternatives.get(name).cloned().unwrap_or_default();
        for own in std::iter::once(name).chain(further.iter().map(String::as_str)) {
            if self.dataset.length(own) == length && self.same_axis(own, draft, name)? {
                return Ok(own.into());
            }
        }
        let wanted = format!("{name}_{}", draft.entry.token);
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let free = |own: &String| self.dataset.length(own).is_none() && self.dataset.get(own).is_none();
        let own = std::iter::once(wanted.clone()).chain(numbered).find(free).unwrap_or(wanted);
        let message = format!("dimension `{name}` differs from that of the experiment's other files; kept as `{own}`");
        self.note(draft, Severity::Warning, message);
        self.alternatives.entry(name.into()).or_default().push(own.clone());
        Ok(own)
    }

    /// Whether the coordinates of a dimension agree; a missing one agrees with any.
    fn same_axis(&self, own: &str, draft: &Draft, name: &str) -> Result<bool> {
        let (Some(own), Some(other)) = (self.dataset.get(own), draft.axis(name)) else { return Ok(true) };
        if !own.array.data_type().is_numeric() || !other.raw.array.data_type().is_numeric() {
            return Ok(true);
        }
        let metres = own.attributes.text("units").and_then(Unit::metres).unwrap_or(1.0);
        let own = AxisPoints::read(&own.array, metres)?;
        Ok(own.agree(&AxisPoints::read(&other.raw.array, other.metres_per_unit())?))
    }
}
