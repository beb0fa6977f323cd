//! Data variables of the files of an experiment.

use std::sync::Arc;

use nunatak_array::{SharedArray, StackArray, TakeArray};
use nunatak_format::Attribute;
use nunatak_repair::{Draft, DraftVariable, Event, Repair, RepairRecord, RuleSet, Severity};
use nunatak_tree::Variable;

use crate::assemble::decode::{decode, set_repairs};
use crate::assemble::dimensions::DatasetNames;
use crate::assemble::node::Node;
use crate::assemble::parts::Parts;
use crate::assemble::records::on_joined_axis;
use crate::error::Result;
use crate::join::{JoinedTime, Series};

/// The records of a file, and those of all files that hold the same.
#[derive(Clone, Copy)]
pub(crate) struct Dated<'a> {
    pub(crate) own: &'a Series,
    pub(crate) whole: &'a Series,
}

impl Node {
    /// Adds a variable of data, on the joined axis when it is along time.
    pub(crate) fn add_data(
        &mut self,
        draft: &Draft,
        names: &DatasetNames,
        dated: Option<Dated<'_>>,
        variable: DraftVariable,
    ) -> Result<()> {
        let mut decoded = decode(draft, names, &variable)?;
        if variable.broadcast {
            self.broadcast(draft, &mut decoded)?;
        }
        if decoded.array.shape().is_empty() && self.has_equal_scalar(&variable.raw.name, &decoded)? {
            return Ok(());
        }
        if self.is_further_part(draft, &variable.raw.name, &decoded, dated) {
            return Ok(());
        }
        let (name, renamed) = self.name(draft, &variable.raw.name);
        self.record(draft, &variable.raw.name, renamed.as_ref());
        let padded = self.put_on_time(&name, &variable.raw.name, &mut decoded, dated)?;
        self.record(draft, &name, padded.as_ref());
        let repairs = draft.common_repairs().chain(&variable.repairs).chain(&renamed).chain(&padded);
        set_repairs(&mut decoded.attributes, repairs);
        if !variable.watches.is_empty() {
            decoded.attributes.set("nunatak_watches", Attribute::Text(variable.watches.join("; ")));
        }
        if let Some(parts) = self.parts.get_mut(&variable.raw.name).filter(|parts| parts.name == name) {
            parts.describe(&decoded);
        }
        self.dataset.insert(name, decoded)?;
        Ok(())
    }

    fn record(&mut self, draft: &Draft, variable: &str, repair: Option<&Repair>) {
        let path = draft.entry.path.clone();
        let record = |repair: &Repair| RepairRecord { path, variable: variable.into(), repair: repair.clone() };
        self.report.repairs.extend(repair.map(record));
    }

    /// Puts a variable along time on the joined axis; returns the record of years that it lacks.
    fn put_on_time(
        &mut self,
        name: &str,
        own_name: &str,
        decoded: &mut Variable,
        dated: Option<Dated<'_>>,
    ) -> Result<Option<Repair>> {
        let (Some(dated), Some(time), Some(axis)) = (dated, &self.time, decoded.axis("time")) else { return Ok(None) };
        let padded = padding(&self.rules, dated.whole.indices(time).as_deref());
        if self.part.is_some() {
            let parts = Parts::new(name.into(), decoded.clone(), axis, dated.own, time);
            self.parts.entry(own_name.into()).or_insert(parts);
        }
        decoded.array = on_joined_axis(decoded.array.clone(), axis, dated.own.indices(time))?;
        if let Some(stamps) = dated.whole.stamps(time) {
            decoded.attributes.set("time_stamps", stamps);
        }
        Ok(padded)
    }

    /// Puts the parts of the last files' variables together.
    pub(crate) fn finish_parts(&mut self) -> Result<()> {
        for (_, parts) in std::mem::take(&mut self.parts) {
            if let Some((name, variable)) = parts.into_variable()? {
                self.dataset.insert(name, variable)?;
            }
        }
        Ok(())
    }

    /// Whether a variable is a further part of one that an earlier file of the same name began, and adds it there. What
    /// such files repeat without time is that of the first.
    fn is_further_part(&mut self, draft: &Draft, name: &str, decoded: &Variable, dated: Option<Dated<'_>>) -> bool {
        if self.part.is_none_or(|part| part == 0) {
            return false;
        }
        let along_time = decoded.axis("time").is_some();
        let (Some(dated), Some(time), true) = (dated, &self.time, along_time) else {
            let own = self.dataset.get(name);
            return own
                .is_some_and(|own| own.dimensions == decoded.dimensions && own.array.shape() == decoded.array.shape());
        };
        let Some(parts) = self.parts.get_mut(name) else { return false };
        match parts.add(decoded, dated.own, time) {
            Ok(()) => true,
            Err(problem) => {
                let message = format!("{name} has {problem}, which its other parts have not; kept apart");
                self.note(draft, Severity::Warning, message);
                false
            }
        }
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
