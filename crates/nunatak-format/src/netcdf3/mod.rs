//! NetCDF-3: classic, 64-bit offset and 64-bit data (CDF-5).

mod cursor;
mod header;

use std::sync::Arc;

use nunatak_array::ByteOrder;

use self::cursor::HeaderError;
use self::header::{Header, HeaderVariable};
use crate::manifest::{Element, Layout, Stored, StoredNumbers, StoredVariable, check_shape};
use crate::source::ByteSource;
use crate::{Dimension, FileKind, FormatError, Group, Manifest, Result, Storage, Unreadable};

/// First guess of a header's size; it is read again, larger, when it does not fit.
const HEADER_BYTES: usize = 64 * 1024;

pub(crate) fn parse(source: &Arc<ByteSource>, kind: FileKind) -> Result<Manifest> {
    let header = read_header(source, kind)?;
    let stride = record_stride(source, &header.variables)?;
    let records = record_count(source, &header, stride);
    let dimensions: Vec<Dimension> = header
        .dimensions
        .into_iter()
        .map(|dimension| Dimension {
            name: dimension.name,
            length: if dimension.length == 0 { records } else { to_length(dimension.length) },
            unlimited: dimension.length == 0,
        })
        .collect();
    let mut group = Group { attributes: header.attributes, ..Group::default() };
    for mut variable in header.variables {
        match std::mem::replace(&mut variable.dimensions, Ok(Vec::new())) {
            Ok(axes) => {
                let axes = axes.iter().map(|&axis| &dimensions[axis]).collect::<Vec<_>>();
                group.variables.push(convert_variable(source, variable, stride, &axes)?);
            }
            Err(reason) => {
                let object = format!("/{}", variable.name);
                group.unreadable.push(Unreadable { object, reason });
            }
        }
    }
    group.dimensions = dimensions;
    Ok(Manifest::new(kind, group))
}

fn to_length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Parses the header from a prefix of the file that grows until it holds all of it.
fn read_header(source: &ByteSource, kind: FileKind) -> Result<Header> {
    let whole = to_length(source.len());
    let mut length = HEADER_BYTES.min(whole);
    loop {
        let bytes = source.read_metadata("header", 0, length)?;
        match Header::parse(&bytes, kind) {
            Ok(header) => return Ok(header),
            Err(HeaderError::End { .. }) if length < whole => length = length.saturating_mul(8).min(whole),
            Err(error) => return Err(header_error(source, error)),
        }
    }
}

fn header_error(source: &ByteSource, error: HeaderError) -> FormatError {
    let path = source.path().clone();
    match error {
        HeaderError::End { offset, needed, available } => FormatError::Truncated {
            path,
            object: "header".into(),
            offset: offset as u64,
            needed: needed as u64,
            available: available as u64,
        },
        HeaderError::Malformed { offset, object, problem } => {
            FormatError::Malformed { path, object, offset: offset as u64, problem }
        }
    }
}

fn malformed(source: &ByteSource, object: &str, problem: &str) -> FormatError {
    let (path, object, problem) = (source.path().clone(), object.to_string(), problem.to_string());
    FormatError::Malformed { path, object, offset: 0, problem }
}

/// Bytes from one record to the next: those of all variables, padded to four unless there is only one.
fn record_stride(source: &ByteSource, variables: &[HeaderVariable]) -> Result<u64> {
    let records: Vec<&HeaderVariable> = variables.iter().filter(|variable| variable.is_record).collect();
    let too_large = |name: &str| malformed(source, &format!("/{name}"), "the size of its records overflows 64 bits");
    if let [only] = records[..] {
        return only.slab.ok_or_else(|| too_large(&only.name));
    }
    records.iter().try_fold(0_u64, |stride, variable| {
        let padded = variable.slab.and_then(|slab| slab.checked_next_multiple_of(4));
        padded.and_then(|padded| stride.checked_add(padded)).ok_or_else(|| too_large(&variable.name))
    })
}

/// The number of records; where a writer that streams left it open, the file's length tells.
fn record_count(source: &ByteSource, header: &Header, stride: u64) -> usize {
    if let Some(records) = header.records {
        return to_length(records);
    }
    let first = header.variables.iter().filter(|variable| variable.is_record).map(|variable| variable.offset);
    let data = source.len().saturating_sub(first.min().unwrap_or(source.len()));
    to_length(data.checked_div(stride).unwrap_or(0))
}

fn convert_variable(
    source: &Arc<ByteSource>,
    variable: HeaderVariable,
    record_stride: u64,
    axes: &[&Dimension],
) -> Result<StoredVariable> {
    let (object, size) = (format!("/{}", variable.name), variable.data_type.size());
    let shape: Vec<usize> = axes.iter().map(|axis| axis.length).collect();
    check_shape(source, &object, 0, &shape, size, None)?;
    let row = shape.iter().skip(1).try_fold(size as u64, |bytes, &length| bytes.checked_mul(length as u64));
    let row = row.ok_or_else(|| malformed(source, &object, "its size overflows 64 bits"))?;
    let first_stride = if variable.is_record { record_stride } else { row };
    check_inside(source, &variable, first_stride, row, shape.first().copied())?;
    let stored = StoredNumbers {
        object,
        element: Element { data_type: variable.data_type, order: ByteOrder::Big },
        stored_shape: shape.clone(),
        shape,
        fill: None,
        layout: Layout::Strided { offset: variable.offset, first_stride },
    };
    Ok(StoredVariable {
        name: variable.name,
        dimensions: axes.iter().map(|axis| axis.name.clone()).collect(),
        attributes: variable.attributes,
        stored: Stored::Numbers(Arc::new(stored)),
        storage: Storage { big_endian: true, ..Storage::default() },
    })
}

/// The format leaves nothing out: a variable that does not end inside the file was cut off.
fn check_inside(
    source: &ByteSource,
    variable: &HeaderVariable,
    stride: u64,
    row: u64,
    rows: Option<usize>,
) -> Result<()> {
    let needed = match rows {
        Some(0) => Some(0),
        Some(rows) => stride.checked_mul(rows as u64 - 1).and_then(|bytes| bytes.checked_add(row)),
        None => Some(row),
    };
    let available = source.len().saturating_sub(variable.offset);
    if needed.is_some_and(|needed| needed <= available) {
        return Ok(());
    }
    Err(FormatError::Truncated {
        path: source.path().clone(),
        object: format!("/{}", variable.name),
        offset: variable.offset,
        needed: needed.unwrap_or(u64::MAX),
        available,
    })
}
