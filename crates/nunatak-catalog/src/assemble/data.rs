//! Data variables of the files of an experiment.

use std::sync::Arc;

use nunatak_array::{CastArray, DataType, SharedArray, StackArray, TakeArray};
use nunatak_format::Attribute;
use nunatak_repair::{Draft, DraftVariable, Event, Repair, RepairRecord, RuleSet, Severity};
use nunatak_tree::Variable;

use crate::assemble::decode::{decode, set_repairs};
use crate::assemble::dimensions::DatasetNames;
use crate::assemble::node::Node;
use crate::error::Result;
use crate::join::{JoinedTime, Series};

impl Node {
    /// Adds a variable of data, on the joined axis when it is along time.
    pub(crate) fn add_data(
        &mut self,
        draft: &Draft,
        names: &DatasetNames,
        series: Option<&Series>,
        variable: DraftVariable,
    ) -> Result<()> {
        let mut decoded = decode(draft, names, &variable)?;
        if variable.broadcast {
            self.broadcast(draft, &mut decoded)?;
        }
        if decoded.array.shape().is_empty() && self.has_equal_scalar(&variable.raw.name, &decoded)? {
            return Ok(());
        }
        let (name, renamed) = self.name(draft, &variable.raw.name);
        if let Some(repair) = &renamed {
            let variable = variable.raw.name.clone();
            self.report.repairs.push(RepairRecord { path: draft.entry.path.clone(), variable, repair: repair.clone() });
        }
        let mut padded = None;
        if let (Some(series), Some(time), Some(axis)) = (series, &self.time, decoded.axis("time")) {
            let indices = series.indices(time);
            padded = padding(&self.rules, indices.as_deref());
            decoded.array = on_joined_axis(decoded.array, axis, indices)?;
            if let Some(stamps) = series.stamps(time) {
                decoded.attributes.set("time_stamps", stamps);
            }
        }
        if let Some(repair) = &padded {
            let variable = name.clone();
            self.report.repairs.push(RepairRecord { path: draft.entry.path.clone(), variable, repair: repair.clone() });
        }
        let repairs = draft.common_repairs().chain(&variable.repairs).chain(&renamed).chain(&padded);
        set_repairs(&mut decoded.attributes, repairs);
        if !variable.watches.is_empty() {
            decoded.attributes.set("nunatak_watches", Attribute::Text(variable.watches.join("; ")));
        }
        self.dataset.insert(name, decoded)?;
        Ok(())
    }

    /// Repeats a field without time along the experiment's.
    fn broadcast(&mut self, draft: &Draft, field: &mut Variable) -> Result<()> {
        let Some(records) = self.time.as_ref().map(JoinedTime::len).filter(|_| field.axis("time").is_none()) else {
            self.note(draft, Severity::Info, format!("there is no time to repeat {} along", draft.entry.variable));
            return Ok(());
        };
        let single: SharedArray = Arc::new(StackArray::new(vec![field.array.clone()], 0)?);
        field.array = Arc::new(TakeArray::new(single, 0, vec![Some(0); records])?);
        field.dimensions.insert(0, "time".into());
        if let Some(chunk) = &mut field.encoding.storage.chunk_shape {
            chunk.insert(0, 1);
        }
        Ok(())
    }

    /// Whether the dataset has a number of this name and value already.
    fn has_equal_scalar(&self, name: &str, scalar: &Variable) -> Result<bool> {
        let Some(own) = self.dataset.get(name).filter(|own| own.array.shape().is_empty()) else { return Ok(false) };
        if own.array.data_type() != scalar.array.data_type() {
            return Ok(false);
        }
        let (one, other) = (own.array.read_all()?, scalar.array.read_all()?);
        Ok(one == other)
    }
}

/// The record of years that a file lacks, when it does.
fn padding(rules: &RuleSet, indices: Option<&[Option<usize>]>) -> Option<Repair> {
    let indices = indices?;
    let records = indices.iter().flatten().count();
    let after = || format!("{} years, missing where the file has none", indices.len());
    (records < indices.len())
        .then(|| rules.event_repair(Event::YearsMissing, format!("{records} records"), after()))
        .flatten()
}

/// The array with the records of the joined axis; integers become floats where records are missing.
fn on_joined_axis(array: SharedArray, axis: usize, indices: Option<Vec<Option<usize>>>) -> Result<SharedArray> {
    let Some(indices) = indices else { return Ok(array) };
    let data_type = array.data_type();
    let padded = indices.contains(&None) && data_type.is_numeric() && !data_type.is_float();
    let array: SharedArray = if padded { Arc::new(CastArray::new(array, DataType::F64)?) } else { array };
    Ok(Arc::new(TakeArray::new(array, axis, indices)?))
}
