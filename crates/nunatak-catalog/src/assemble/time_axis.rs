//! The joined time coordinate.

use std::sync::Arc;

use nunatak_array::{MemoryArray, SharedArray};
use nunatak_format::{Attribute, Attributes};
use nunatak_repair::{Role, Severity};
use nunatak_tree::Variable;

use crate::assemble::decode::set_repairs;
use crate::assemble::file_sets::FileSet;
use crate::assemble::node::Node;
use crate::error::Result;

impl Node {
    /// The joined time coordinate, with the attributes of the file whose stamps it has.
    pub(crate) fn add_time(&mut self, sets: &[FileSet]) -> Result<()> {
        let Some(time) = &self.time else { return Ok(()) };
        let reference = sets.iter().filter(|set| set.series.is_some()).nth(time.reference);
        let Some((draft, _)) = reference.and_then(|set| set.files.first()) else { return Ok(()) };
        let mut attributes = Attributes::new();
        let own = draft.variables.iter().find(|variable| variable.role == Role::Time);
        for (name, value) in own.iter().flat_map(|variable| variable.raw.attributes.iter()) {
            if matches!(name, "standard_name" | "long_name" | "axis") {
                attributes.set(name, value.clone());
            }
        }
        attributes.set("units", Attribute::Text(time.encoding.units()));
        attributes.set("calendar", Attribute::Text(time.encoding.calendar.name().into()));
        set_repairs(&mut attributes, draft.time_repairs.iter());
        let array: SharedArray = Arc::new(MemoryArray::new(vec![time.len()], time.values())?);
        self.dataset.insert_coordinate("time", Variable::new(vec!["time".into()], array, attributes)?)?;
        if time.len() == 0 {
            let message = format!("{}: no record is common to all files", draft.entry.path.display());
            self.report.add(Severity::Warning, &draft.entry.path, None, message);
        }
        Ok(())
    }
}
