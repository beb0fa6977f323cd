//! The header of a NetCDF-3 file, by the format's specification (NetCDF User's Guide, appendix B).

use nunatak_array::{DataType, Values, for_each_numeric};

use super::layout::{Layout, PlacedVariable};
use super::values::big_endian;
use crate::{Attribute, Attributes};

const DIMENSIONS: u32 = 10;
const VARIABLES: u32 = 11;
const ATTRIBUTES: u32 = 12;

/// All bytes before the values.
pub(super) fn header(layout: &Layout, attributes: &Attributes) -> Vec<u8> {
    // The places of the values do not change the length of the header.
    let length = encode(layout, attributes, 0).len() as u64;
    encode(layout, attributes, length)
}

fn encode(layout: &Layout, attributes: &Attributes, mut begin: u64) -> Vec<u8> {
    let mut header = Encoder { bytes: Vec::new(), wide: layout.wide };
    header.bytes.extend_from_slice(if layout.wide { b"CDF\x05" } else { b"CDF\x02" });
    header.count(0);
    header.list(DIMENSIONS, layout.dimensions.len());
    for (name, length) in &layout.dimensions {
        header.name(name);
        header.count(*length as u64);
    }
    header.attributes(attributes, None);
    header.list(VARIABLES, layout.variables.len());
    for variable in &layout.variables {
        let padded = variable.length.next_multiple_of(4);
        header.variable(variable, padded, begin);
        begin += padded;
    }
    header.bytes
}

struct Encoder {
    bytes: Vec<u8>,
    wide: bool,
}

impl Encoder {
    fn word(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    /// A count or a length: 32 bits, or 64 in `CDF-5`.
    fn count(&mut self, value: u64) {
        if self.wide {
            self.bytes.extend_from_slice(&value.to_be_bytes());
        } else {
            // Only the size of a last variable can be larger, which readers take from its dimensions then.
            self.word(u32::try_from(value).unwrap_or(u32::MAX));
        }
    }

    /// The head of a list; an empty one has no tag.
    fn list(&mut self, tag: u32, length: usize) {
        self.word(if length == 0 { 0 } else { tag });
        self.count(length as u64);
    }

    fn padded(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn name(&mut self, name: &str) {
        self.count(name.len() as u64);
        self.padded(name.as_bytes());
    }

    fn variable(&mut self, variable: &PlacedVariable, padded: u64, begin: u64) {
        let data_type = variable.array.data_type();
        self.name(&variable.name);
        self.count(variable.dimensions.len() as u64);
        for &dimension in &variable.dimensions {
            self.count(dimension as u64);
        }
        self.attributes(&variable.attributes, Some(data_type));
        self.word(type_code(data_type));
        self.count(padded);
        self.bytes.extend_from_slice(&begin.to_be_bytes());
    }

    /// Attributes of the file, or of a variable of a data type.
    fn attributes(&mut self, attributes: &Attributes, data_type: Option<DataType>) {
        self.list(ATTRIBUTES, attributes.len());
        for (name, attribute) in attributes.iter() {
            self.name(name);
            match attribute {
                Attribute::Number(values) | Attribute::Numbers(values) => {
                    // A fill value must have the type of its variable.
                    let is_value = matches!(name, "_FillValue" | "missing_value" | "valid_min" | "valid_max");
                    let values = match data_type.filter(|own| is_value && own.is_numeric()) {
                        Some(own) => values.clone().cast(own).unwrap_or_else(|_| narrowed(values)),
                        None => narrowed(values),
                    };
                    self.word(type_code(values.data_type()));
                    self.count(values.len() as u64);
                    self.padded(&big_endian(values));
                }
                text => {
                    let text = match text {
                        Attribute::TextList(texts) => texts.join(" "),
                        text => text.to_string(),
                    };
                    self.word(type_code(DataType::Text));
                    self.count(text.len() as u64);
                    self.padded(text.as_bytes());
                }
            }
        }
    }
}

/// Numbers of an attribute in a type that every version of the format has: `int` or `double` for the others.
fn narrowed(values: &Values) -> Values {
    match values.data_type() {
        DataType::I8 | DataType::I16 | DataType::I32 | DataType::F32 | DataType::F64 => values.clone(),
        _ => {
            let whole: Option<Vec<i32>> = for_each_numeric!(
                values,
                values => values.iter().map(|&value| i32::try_from(value as i128).ok()).collect(),
                _ => None
            );
            match whole {
                Some(whole) => Values::I32(whole),
                None => Values::F64(values.to_f64().unwrap_or_default()),
            }
        }
    }
}

/// The format's number of a type.
fn type_code(data_type: DataType) -> u32 {
    match data_type {
        DataType::I8 => 1,
        DataType::Bytes(_) | DataType::Text => 2,
        DataType::I16 => 3,
        DataType::I32 => 4,
        DataType::F32 => 5,
        DataType::F64 => 6,
        DataType::U8 => 7,
        DataType::U16 => 8,
        DataType::U32 => 9,
        DataType::I64 => 10,
        DataType::U64 => 11,
    }
}
