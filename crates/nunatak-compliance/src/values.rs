//! The numbers of one file: missing values and plausible ranges, in parts that follow the file's chunks.

use nunatak_array::{Region, SharedArray, for_each_numeric};
use nunatak_format::Attribute;
use nunatak_ismip::{FillPolicy, Protocol, VariableRequest};
use nunatak_repair::{Category, DraftVariable};

use crate::blocks::blocks;
use crate::checked_file::CheckedFile;
use crate::error::Result;
use crate::finding::Level;

/// How a variable spells its numbers.
struct ValueEncoding {
    fill_values: Vec<f64>,
    scale: f64,
    offset: f64,
    /// Plausible values, widened by half a unit in the last place of single precision: a bound of 1e-4 is met by the
    /// number nearest to it.
    range: (f64, f64),
}

/// What the numbers of an array are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tally {
    total: usize,
    filled: usize,
    nan: usize,
    infinite: usize,
    below: usize,
    above: usize,
    least: f64,
    greatest: f64,
}

impl Tally {
    const EMPTY: Self = Self {
        total: 0,
        filled: 0,
        nan: 0,
        infinite: 0,
        below: 0,
        above: 0,
        least: f64::INFINITY,
        greatest: f64::NEG_INFINITY,
    };

    fn add(&mut self, stored: f64, encoding: &ValueEncoding) {
        self.total += 1;
        if encoding.fill_values.iter().any(|fill| *fill == stored || (fill.is_nan() && stored.is_nan())) {
            self.filled += 1;
        } else if stored.is_nan() {
            self.nan += 1;
        } else if stored.is_infinite() {
            self.infinite += 1;
        } else {
            let value = stored * encoding.scale + encoding.offset;
            self.below += usize::from(value < encoding.range.0);
            self.above += usize::from(value > encoding.range.1);
            self.least = self.least.min(value);
            self.greatest = self.greatest.max(value);
        }
    }

    fn numbers(&self) -> usize {
        self.total - self.filled - self.nan - self.infinite
    }
}

/// Reads all numbers of the file's variable.
///
/// # Errors
/// The file's.
pub(crate) fn check(file: &mut CheckedFile) -> Result<()> {
    let (Some(variable), Some(request)) = (file.variable(), file.request) else { return Ok(()) };
    if !variable.raw.array.data_type().is_numeric() {
        return Ok(());
    }
    let encoding = encoding(variable, file, request);
    let tally = tally(&variable.raw.array, variable.raw.storage.chunk_shape.as_deref(), &encoding)?;
    note_missing(file, request, &tally);
    note_range(file, request, &tally);
    Ok(())
}

fn encoding(variable: &DraftVariable, file: &CheckedFile, request: &VariableRequest) -> ValueEncoding {
    let number = |name: &str| variable.raw.attributes.get(name).and_then(Attribute::as_f64);
    let declared = ["_FillValue", "missing_value"].into_iter().filter_map(number);
    let widen = |bound: f64, sign: f64| bound + sign * bound.abs() * f64::from(f32::EPSILON);
    let (least, greatest) = range(file, request);
    ValueEncoding {
        fill_values: declared.chain(variable.undeclared_fill_values.iter().copied()).collect(),
        scale: number("scale_factor").unwrap_or(1.0),
        offset: number("add_offset").unwrap_or(0.0),
        range: (widen(least, -1.0), widen(greatest, 1.0)),
    }
}

fn range(file: &CheckedFile, request: &VariableRequest) -> (f64, f64) {
    file.ice_sheet.map_or((f64::NEG_INFINITY, f64::INFINITY), |ice_sheet| request.range(ice_sheet))
}

fn tally(array: &SharedArray, chunk: Option<&[usize]>, encoding: &ValueEncoding) -> Result<Tally> {
    let mut tally = Tally::EMPTY;
    for block in blocks(array.shape(), chunk) {
        add_block(&mut tally, array, &block, encoding)?;
    }
    Ok(tally)
}

fn add_block(tally: &mut Tally, array: &SharedArray, block: &Region, encoding: &ValueEncoding) -> Result<()> {
    use nunatak_array::Element;
    let values = array.read(block)?;
    for_each_numeric!(&values, values => values.iter().for_each(|value| tally.add(value.to_f64(), encoding)), _other => {});
    Ok(())
}

fn note_missing(file: &mut CheckedFile, request: &VariableRequest, tally: &Tally) {
    let total = tally.total;
    let strict = file.protocol == Protocol::Ismip7;
    let level = if strict { Level::Error } else { Level::Info };
    if tally.nan + tally.infinite > 0 {
        let found = format!("NaN in {} and infinity in {} of {total} values", tally.nan, tally.infinite);
        file.note(Category::Values, level, found, "numbers, or the _FillValue that the file declares");
    }
    if total > 0 && tally.numbers() == 0 {
        return file.depart(Category::Values, format!("all {total} values are missing"), "values");
    }
    if strict && request.fill == FillPolicy::Forbidden && tally.filled > 0 {
        let found = format!("{} of {total} values are missing", tally.filled);
        file.depart(Category::Values, found, "a value in every cell, 0 where there is no ice");
    }
}

/// A few cells of high speed say nothing about a simulation as a whole.
fn note_range(file: &mut CheckedFile, request: &VariableRequest, tally: &Tally) {
    if tally.below + tally.above == 0 {
        return;
    }
    let units = if request.units == "1" { String::new() } else { format!(" {}", request.units) };
    let found = format!(
        "{} of {} values out of range: they run from {} to {}{units}",
        tally.below + tally.above,
        tally.numbers(),
        tally.least as f32,
        tally.greatest as f32
    );
    let (least, greatest) = range(file, request);
    let expected = format!("{least} to {greatest}{units}");
    let level = if request.name.contains("vel") { Level::Warning } else { Level::departure(file.protocol) };
    file.note(Category::Values, level, found, expected);
}
