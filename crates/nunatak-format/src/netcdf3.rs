//! NetCDF-3: classic, 64-bit offset and 64-bit data (CDF-5). The header is parsed by `netcdf-reader`.

use std::sync::Arc;

use netcdf_reader::classic::data::compute_record_stride;
use netcdf_reader::classic::header::{ClassicHeader, parse_header};
use netcdf_reader::{NcAttrValue, NcAttribute, NcFormat, NcType, NcVariable};
use nunatak_array::{ByteOrder, DataType, Element as _, Values};

use crate::manifest::{Element, Layout, Stored, StoredNumbers, StoredVariable, check_shape};
use crate::source::ByteSource;
use crate::{Attribute, Attributes, Dimension, FileKind, FormatError, Group, Manifest, Result, Storage};

/// First guess of a header's size; it is read again, larger, when it does not fit.
const HEADER_BYTES: usize = 64 * 1024;

pub(crate) fn parse(source: &Arc<ByteSource>, kind: FileKind) -> Result<Manifest> {
    let format = match kind {
        FileKind::NetCdf3Offset64 => NcFormat::Offset64,
        FileKind::NetCdf3Data64 => NcFormat::Cdf5,
        FileKind::NetCdf3Classic | FileKind::Hdf5 => NcFormat::Classic,
    };
    let header = read_header(source, format)?;
    let stride = compute_record_stride(&header.variables).map_err(|error| malformed(source, "header", &error))?;
    let records = record_count(source, format, &header, stride)?;
    let dimensions: Vec<Dimension> = header
        .dimensions
        .iter()
        .map(|dimension| Dimension {
            name: dimension.name.clone(),
            length: if dimension.is_unlimited { records } else { to_length(dimension.size) },
            unlimited: dimension.is_unlimited,
        })
        .collect();
    let variables = header
        .variables
        .iter()
        .map(|variable| convert_variable(source, variable, stride, records))
        .collect::<Result<_>>()?;
    let attributes = convert_attributes(&header.global_attributes);
    let group = Group { dimensions, attributes, variables, ..Group::default() };
    Ok(Manifest::new(kind, group))
}

fn to_length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Parses the header from a prefix of the file that grows until it holds all of it.
fn read_header(source: &ByteSource, format: NcFormat) -> Result<ClassicHeader> {
    let whole = to_length(source.len());
    let mut length = HEADER_BYTES.min(whole);
    loop {
        let bytes = source.read_metadata("header", 0, length)?;
        match parse_header(&bytes, format) {
            Ok(header) => return Ok(header),
            Err(_) if length < whole => length = length.saturating_mul(8).min(whole),
            Err(error) => return Err(header_error(source, &error)),
        }
    }
}

fn header_error(source: &ByteSource, error: &netcdf_reader::Error) -> FormatError {
    match error {
        netcdf_reader::Error::UnexpectedEof { offset, needed, available } => FormatError::Truncated {
            path: source.path().clone(),
            object: "header".into(),
            offset: *offset,
            needed: *needed,
            available: *available,
        },
        other => malformed(source, "header", other),
    }
}

fn malformed(source: &ByteSource, object: &str, problem: &dyn std::fmt::Display) -> FormatError {
    FormatError::Malformed {
        path: source.path().clone(),
        object: object.to_string(),
        offset: 0,
        problem: problem.to_string(),
    }
}

/// The number of records; a writer that streams leaves it open, and then the file's length tells.
fn record_count(source: &ByteSource, format: NcFormat, header: &ClassicHeader, stride: u64) -> Result<usize> {
    let streaming = format != NcFormat::Cdf5 && source.read_metadata("header", 4, 4)?[..] == [0xff; 4];
    if !streaming {
        return Ok(to_length(header.numrecs));
    }
    let first = header.variables.iter().filter(|variable| variable.is_record_var).map(|variable| variable.data_offset);
    let data = source.len().saturating_sub(first.min().unwrap_or(source.len()));
    Ok(to_length(data.checked_div(stride).unwrap_or(0)))
}

fn convert_variable(
    source: &Arc<ByteSource>,
    variable: &NcVariable,
    record_stride: u64,
    records: usize,
) -> Result<StoredVariable> {
    let Some(data_type) = data_type(&variable.dtype) else {
        return Err(malformed(source, &variable.name, &format!("unknown type {:?}", variable.dtype)));
    };
    let shape: Vec<usize> = variable
        .dimensions
        .iter()
        .enumerate()
        .map(|(axis, dimension)| if axis == 0 && variable.is_record_var { records } else { to_length(dimension.size) })
        .collect();
    check_shape(source, &variable.name, 0, &shape, data_type.size(), None)?;
    let row = shape.iter().skip(1).try_fold(data_type.size() as u64, |bytes, &length| bytes.checked_mul(length as u64));
    let row = row.ok_or_else(|| malformed(source, &variable.name, &"its size overflows 64 bits"))?;
    let first_stride = if variable.is_record_var { record_stride } else { row };
    check_inside(source, variable, first_stride, row, shape.first().copied())?;
    let element = Element { data_type, order: ByteOrder::Big };
    let stored = StoredNumbers {
        object: format!("/{}", variable.name),
        element,
        stored_shape: shape.clone(),
        shape,
        fill: None,
        layout: Layout::Strided { offset: variable.data_offset, first_stride },
    };
    Ok(StoredVariable {
        name: variable.name.clone(),
        dimensions: variable.dimensions.iter().map(|dimension| dimension.name.clone()).collect(),
        attributes: convert_attributes(&variable.attributes),
        stored: Stored::Numbers(Arc::new(stored)),
        storage: Storage { big_endian: true, ..Storage::default() },
    })
}

/// The format leaves nothing out: a variable that does not end inside the file was cut off.
fn check_inside(source: &ByteSource, variable: &NcVariable, stride: u64, row: u64, rows: Option<usize>) -> Result<()> {
    let needed = match rows {
        Some(0) => Some(0),
        Some(rows) => stride.checked_mul(rows as u64 - 1).and_then(|bytes| bytes.checked_add(row)),
        None => Some(row),
    };
    let available = source.len().saturating_sub(variable.data_offset);
    if needed.is_some_and(|needed| needed <= available) {
        return Ok(());
    }
    Err(FormatError::Truncated {
        path: source.path().clone(),
        object: format!("/{}", variable.name),
        offset: variable.data_offset,
        needed: needed.unwrap_or(u64::MAX),
        available,
    })
}

fn data_type(dtype: &NcType) -> Option<DataType> {
    Some(match dtype {
        NcType::Byte => DataType::I8,
        NcType::Char => DataType::Bytes(1),
        NcType::Short => DataType::I16,
        NcType::Int => DataType::I32,
        NcType::Float => DataType::F32,
        NcType::Double => DataType::F64,
        NcType::UByte => DataType::U8,
        NcType::UShort => DataType::U16,
        NcType::UInt => DataType::U32,
        NcType::Int64 => DataType::I64,
        NcType::UInt64 => DataType::U64,
        _ => return None,
    })
}

fn convert_attributes(attributes: &[NcAttribute]) -> Attributes {
    attributes
        .iter()
        .filter_map(|attribute| Some((attribute.name.clone(), convert_attribute(&attribute.value)?)))
        .collect()
}

fn convert_attribute(value: &NcAttrValue) -> Option<Attribute> {
    let values = match value {
        NcAttrValue::Chars(text) => return Some(Attribute::Text(text.replace('\0', ""))),
        NcAttrValue::Strings(texts) => return Some(Attribute::TextList(texts.clone())),
        NcAttrValue::Bytes(values) => i8::wrap(values.clone()),
        NcAttrValue::Shorts(values) => i16::wrap(values.clone()),
        NcAttrValue::Ints(values) => i32::wrap(values.clone()),
        NcAttrValue::Floats(values) => f32::wrap(values.clone()),
        NcAttrValue::Doubles(values) => f64::wrap(values.clone()),
        NcAttrValue::UBytes(values) => Values::U8(values.clone()),
        NcAttrValue::UShorts(values) => u16::wrap(values.clone()),
        NcAttrValue::UInts(values) => u32::wrap(values.clone()),
        NcAttrValue::Int64s(values) => i64::wrap(values.clone()),
        NcAttrValue::UInt64s(values) => u64::wrap(values.clone()),
        NcAttrValue::UserDefined { .. } => return None,
    };
    Some(if values.len() == 1 { Attribute::Number(values) } else { Attribute::Numbers(values) })
}
