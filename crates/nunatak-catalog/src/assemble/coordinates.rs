//! Coordinates that the files of an experiment share.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_cf::AxisRole;
use nunatak_format::{Attribute, Attributes};
use nunatak_repair::{Draft, DraftVariable, Severity};
use nunatak_tree::Variable;

use crate::assemble::decode::{decode, set_repairs};
use crate::assemble::dimensions::DatasetNames;
use crate::assemble::node::Node;
use crate::error::Result;

impl Node {
    /// Adds the coordinates of a file that are not those of another; names of what differs are noted in `names`.
    pub(crate) fn add_coordinate(
        &mut self,
        draft: &Draft,
        names: &mut DatasetNames,
        variable: &DraftVariable,
    ) -> Result<Option<(String, Variable)>> {
        let name = variable.raw.name.clone();
        let is_axis = variable.raw.dimensions == [name.clone()];
        let mut decoded = decode(draft, names, variable)?;
        set_repairs(&mut decoded.attributes, variable.repairs.iter());
        let target = if is_axis { names.dimension(&name) } else { name.clone() };
        if target != name {
            names.coordinates.insert(name.clone(), target.clone());
            keep_role(&name, &mut decoded.attributes);
        }
        let Some(own) = self.dataset.get(&target) else { return Ok(Some((target, decoded))) };
        if is_axis || self.is_shared(own, &decoded) {
            if decoded.array.shape().len() > 1
                && let Some(from) = own.encoding.source.clone()
            {
                *self.notes.shared.entry((name, from)).or_default() += 1;
            }
            return Ok(None);
        }
        let renamed = self.renamed_coordinate(draft, &name, &decoded);
        names.coordinates.insert(name.clone(), renamed.clone());
        if self.dataset.get(&renamed).is_some() {
            return Ok(None);
        }
        let message = format!("{name} differs from that of the other files; kept as `{renamed}`");
        self.note(draft, Severity::Warning, message);
        Ok(Some((renamed, decoded)))
    }

    /// The name of a coordinate that is not the dataset's: that of a file on the same further grid, else a new one.
    fn renamed_coordinate(&self, draft: &Draft, name: &str, decoded: &Variable) -> String {
        let start = format!("{name}_");
        let mut others = self.dataset.coordinates().filter(|(own, _)| own.starts_with(&start));
        let known = others.find(|(_, own)| self.is_shared(own, decoded)).map(|(own, _)| own.to_string());
        known.unwrap_or_else(|| format!("{name}_{}", draft.entry.token))
    }

    /// Grid mappings are their attributes; any other coordinate is its dimensions and its shape.
    fn is_shared(&self, own: &Variable, other: &Variable) -> bool {
        let same_shape = own.dimensions == other.dimensions && own.array.shape() == other.array.shape();
        let without_record = |attributes: &Attributes| {
            let mut attributes = attributes.clone();
            attributes.remove("nunatak_repairs");
            attributes
        };
        let scalar = own.array.shape().is_empty();
        same_shape && (!scalar || without_record(&own.attributes) == without_record(&other.attributes))
    }

    /// The time of a file that is not on the joined axis, as the file has it.
    pub(crate) fn add_own_time(&mut self, draft: &Draft, names: &DatasetNames) -> Result<()> {
        let Some(column) = &draft.time else { return Ok(()) };
        let name = names.dimension(&column.dimension);
        let mut attributes = Attributes::new();
        attributes.set("units", Attribute::Text(column.units.clone()));
        if let Some(calendar) = &column.calendar {
            attributes.set("calendar", Attribute::Text(calendar.clone()));
        }
        set_repairs(&mut attributes, draft.time_repairs.iter());
        let array = MemoryArray::new(vec![column.values.len()], Values::F64(column.values.clone()))?;
        self.dataset.insert_coordinate(&name, Variable::new(vec![name.clone()], Arc::new(array), attributes)?)?;
        Ok(())
    }
}

/// What the name of an axis said is said by an attribute, now that it has another.
fn keep_role(name: &str, attributes: &mut Attributes) {
    if attributes.get("axis").is_some() || attributes.get("standard_name").is_some() {
        return;
    }
    match AxisRole::of_name(name) {
        Some(role @ (AxisRole::X | AxisRole::Y)) => attributes.set("axis", Attribute::Text(role.letter().into())),
        Some(role @ (AxisRole::Longitude | AxisRole::Latitude)) => {
            attributes.set("standard_name", Attribute::Text(role.standard_name().into()));
        }
        _ => {}
    }
}
