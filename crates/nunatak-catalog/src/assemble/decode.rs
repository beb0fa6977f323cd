//! Variables of files as variables of a dataset.

use nunatak_format::{Attribute, Attributes};
use nunatak_repair::{Draft, DraftVariable, Repair};
use nunatak_tree::{DecodeOptions, Encoding, ValidRange, Variable, decode_variable};

use crate::assemble::dimensions::DatasetNames;
use crate::error::Result;

/// The variable decoded, its dimensions named as in the dataset.
pub(crate) fn decode(draft: &Draft, names: &DatasetNames, variable: &DraftVariable) -> Result<Variable> {
    let options = DecodeOptions {
        valid_range: ValidRange::Ignore,
        undeclared_fill_values: variable.undeclared_fill_values.clone(),
    };
    let mut decoded = decode_variable(&variable.raw, &options)?;
    for name in &mut decoded.dimensions {
        *name = names.dimension(name);
    }
    names.relink(&mut decoded.attributes);
    if let Some(coordinates) = decoded.attributes.remove("coordinates") {
        decoded.encoding.attributes.set("coordinates", coordinates);
    }
    decoded.encoding = Encoding { source: Some(draft.entry.path.clone()), ..decoded.encoding };
    Ok(decoded)
}

/// Writes what was repaired, and what was only flagged, into the attributes.
pub(crate) fn set_repairs<'a>(attributes: &mut Attributes, repairs: impl Iterator<Item = &'a Repair>) {
    let repairs: Vec<&Repair> = repairs.collect();
    if repairs.is_empty() {
        return;
    }
    if let Ok(text) = serde_json::to_string(&repairs) {
        attributes.set("nunatak_repairs", Attribute::Text(text));
    }
    let flags: Vec<&str> = repairs.iter().filter_map(|repair| repair.flag.as_deref()).collect();
    if !flags.is_empty() {
        attributes.set("nunatak_flags", Attribute::Text(flags.join("; ")));
    }
}
