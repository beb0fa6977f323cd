//! Rows and columns that mesh files say their cells have, besides being a list.

use crate::Result;

use super::attributes::{AttributeList, AttributeValue};
use super::source::{CoordinateSource, whole_numbers};

/// The attribute of a mesh that stands for the variable of this name in files of SCRIP.
pub(super) const GRID_DIMS: &str = "grid_dims";

/// Rows and columns by a variable of two lengths, of which the first is that of a row; nothing for another number of
/// them, or without the variable.
///
/// # Errors
/// As [`whole_numbers`].
pub(super) fn rows_of_variable(source: &dyn CoordinateSource, name: &str) -> Result<Option<[usize; 2]>> {
    if source.inventory().get(name).is_none_or(|entry| entry.len() != 2) {
        return Ok(None);
    }
    let lengths = whole_numbers(source, name)?;
    Ok(rows(lengths.into_iter().map(|length| usize::try_from(length?).ok())))
}

/// Rows and columns by the attribute of a mesh.
pub(super) fn rows_of_attribute(attributes: &AttributeList) -> Option<[usize; 2]> {
    let AttributeValue::Numbers(lengths) = attributes.get(GRID_DIMS)? else { return None };
    let is_length = |length: &f64| *length >= 1.0 && *length <= f64::from(u32::MAX) && length.fract() == 0.0;
    rows(lengths.iter().map(|length| is_length(length).then_some(*length as usize)))
}

fn rows(lengths: impl Iterator<Item = Option<usize>>) -> Option<[usize; 2]> {
    let [columns, rows] = lengths.collect::<Option<Vec<_>>>()?[..] else { return None };
    Some([rows, columns])
}
