//! The grammar of a classic header: dimensions, attributes, variables.

use nunatak_array::{ByteOrder, DataType, Values};

use super::cursor::{Cursor, HeaderError, Result};
use crate::limits::Budget;
use crate::manifest::{check_rank, text_of_bytes};
use crate::{Attribute, Attributes, FileKind};

const DIMENSIONS: u32 = 0x0a;
const VARIABLES: u32 = 0x0b;
const ATTRIBUTES: u32 = 0x0c;
/// A number of records that a writer who streams has left open.
const STREAMING: u64 = 0xffff_ffff;

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    /// Number of records; `None` when the file's length tells.
    pub(super) records: Option<u64>,
    pub(super) dimensions: Vec<HeaderDimension>,
    pub(super) attributes: Attributes,
    pub(super) variables: Vec<HeaderVariable>,
}

#[derive(Debug)]
pub(super) struct HeaderDimension {
    pub(super) name: String,
    /// Zero for the record dimension.
    pub(super) length: u64,
}

#[derive(Debug)]
pub(super) struct HeaderVariable {
    pub(super) name: String,
    /// Numbers of its dimensions, or why an array cannot have them.
    pub(super) dimensions: std::result::Result<Vec<usize>, String>,
    pub(super) attributes: Attributes,
    pub(super) data_type: DataType,
    pub(super) offset: u64,
    pub(super) is_record: bool,
    /// Bytes of one record, or of everything; `None` beyond 64 bits.
    pub(super) slab: Option<u64>,
}

impl Header {
    /// The header at the beginning of these bytes.
    ///
    /// # Errors
    /// [`HeaderError::End`] when it does not end among them; [`HeaderError::Malformed`].
    pub(super) fn parse(bytes: &[u8], kind: FileKind) -> Result<Self> {
        let mut cursor = Cursor::new(bytes, kind);
        cursor.take(4)?;
        let records = cursor.count()?;
        let is_open = kind != FileKind::NetCdf3Data64 && records == STREAMING;
        let mut parser = Parser { cursor, budget: Budget::new(), dimensions: Vec::new() };
        for _ in 0..parser.cursor.list(DIMENSIONS, 8)? {
            let dimension = parser.dimension()?;
            parser.dimensions.push(dimension);
        }
        let attributes = parser.attributes()?;
        let mut variables = Vec::new();
        for _ in 0..parser.cursor.list(VARIABLES, 28)? {
            variables.push(parser.variable()?);
        }
        let records = (!is_open).then_some(records);
        Ok(Self { records, dimensions: parser.dimensions, attributes, variables })
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    budget: Budget,
    dimensions: Vec<HeaderDimension>,
}

impl Parser<'_> {
    fn charged(&self, charged: std::result::Result<(), String>) -> Result<()> {
        charged.map_err(|problem| self.cursor.malformed(problem))
    }

    fn dimension(&mut self) -> Result<HeaderDimension> {
        let name = self.cursor.name()?;
        self.charged(self.budget.metadata(name.len()))?;
        Ok(HeaderDimension { name: name.to_string(), length: self.cursor.count()? })
    }

    fn attributes(&mut self) -> Result<Attributes> {
        let mut attributes = Vec::new();
        for _ in 0..self.cursor.list(ATTRIBUTES, 12)? {
            let name = self.cursor.name()?;
            let code = self.cursor.word()?;
            let data_type = self.data_type(code)?;
            let count = self.cursor.count_of(data_type.size())?;
            self.charged(self.budget.metadata(name.len() + count * data_type.size()))?;
            let bytes = self.cursor.take_padded(count * data_type.size())?;
            let value = match data_type {
                DataType::Bytes(_) => Attribute::Text(text_of_bytes(bytes)),
                number => match Values::from_bytes(number, ByteOrder::Big, bytes) {
                    values if values.len() == 1 => Attribute::Number(values),
                    values => Attribute::Numbers(values),
                },
            };
            attributes.push((name.to_string(), value));
        }
        Ok(attributes.into_iter().collect())
    }

    fn variable(&mut self) -> Result<HeaderVariable> {
        self.cursor.object = "header".into();
        let name = self.cursor.name()?;
        self.cursor.object = format!("/{name}");
        self.charged(self.budget.object(name, 1))?;
        let (dimensions, lengths) = self.variable_dimensions()?;
        let attributes = self.attributes()?;
        let code = self.cursor.word()?;
        let data_type = self.data_type(code)?;
        // The size that stands here follows from the dimensions, and not all writers pad it.
        self.cursor.count()?;
        let offset = self.cursor.offset()?;
        let slab = lengths.bytes.and_then(|length| length.checked_mul(data_type.size() as u64));
        let is_record = lengths.is_record;
        Ok(HeaderVariable { name: name.to_string(), dimensions, attributes, data_type, offset, is_record, slab })
    }

    /// The numbers of a variable's dimensions, and what their lengths make.
    fn variable_dimensions(&mut self) -> Result<(std::result::Result<Vec<usize>, String>, Lengths)> {
        let rank = self.cursor.count_of(4)?;
        let possible = check_rank(rank);
        let mut lengths = Lengths { bytes: Some(1), is_record: false };
        let mut numbers = Vec::new();
        for axis in 0..rank {
            let number = usize::try_from(self.cursor.count()?).unwrap_or(usize::MAX);
            let Some(dimension) = self.dimensions.get(number) else {
                let known = self.dimensions.len();
                return Err(self
                    .cursor
                    .malformed(format!("expected one of {known} dimensions, found number {number}")));
            };
            match (axis, dimension.length) {
                (0, 0) => lengths.is_record = true,
                (_, 0) => return Err(self.cursor.malformed("its record dimension is not its first")),
                (_, length) => lengths.bytes = lengths.bytes.and_then(|bytes| bytes.checked_mul(length)),
            }
            if possible.is_ok() {
                self.charged(self.budget.metadata(dimension.name.len()))?;
                numbers.push(number);
            }
        }
        Ok((possible.map(|()| numbers), lengths))
    }

    fn data_type(&self, code: u32) -> Result<DataType> {
        Ok(match code {
            1 => DataType::I8,
            2 => DataType::Bytes(1),
            3 => DataType::I16,
            4 => DataType::I32,
            5 => DataType::F32,
            6 => DataType::F64,
            7 => DataType::U8,
            8 => DataType::U16,
            9 => DataType::U32,
            10 => DataType::I64,
            11 => DataType::U64,
            _ => return Err(self.cursor.malformed(format!("unknown type {code}"))),
        })
    }
}

/// What the lengths of a variable's dimensions make, without the record dimension.
struct Lengths {
    bytes: Option<u64>,
    is_record: bool,
}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::End { offset, needed, available } => {
                write!(f, "offset {offset}: expected {needed} more bytes, found {available}")
            }
            Self::Malformed { offset, object, problem } => write!(f, "{object}: offset {offset}: {problem}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::MOST_DIMENSIONS;

    fn word(number: usize) -> [u8; 4] {
        u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
    }

    fn name(text: &str) -> Vec<u8> {
        let mut bytes = [&word(text.len()), text.as_bytes()].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// A header with one dimension of this name and length, and a variable of bytes with it `rank` times.
    fn header(dimension: &str, length: usize, rank: usize) -> Vec<u8> {
        let mut bytes = [&b"CDF\x01"[..], &word(3), &word(0x0a), &word(1), &name(dimension), &word(length)].concat();
        bytes.extend([word(0), word(0), word(0x0b), word(1)].concat());
        bytes.extend([&name("tall")[..], &word(rank)].concat());
        bytes.extend(vec![0; 4 * rank]);
        bytes.extend([word(0), word(0), word(1), word(0), word(4000)].concat());
        bytes
    }

    fn parse(bytes: &[u8]) -> std::result::Result<Header, String> {
        Header::parse(bytes, FileKind::NetCdf3Classic).map_err(|error| error.to_string())
    }

    #[test]
    fn more_dimensions_than_an_array_can_have_are_counted() {
        let few = parse(&header("x", 2, MOST_DIMENSIONS)).unwrap();
        assert_eq!(few.variables[0].dimensions, Ok(vec![0; MOST_DIMENSIONS]));
        let many = parse(&header("x", 1, 40_000)).unwrap();
        assert_eq!(many.variables[0].slab, Some(1));
        assert!(many.variables[0].dimensions.as_ref().is_err_and(|problem| problem.starts_with("40000 dimensions")));
        assert_eq!(parse(&header("x", 2, 64)).unwrap().variables[0].slab, None);
    }

    #[test]
    fn records_are_along_the_first_axis() {
        let record = &parse(&header("time", 0, 1)).unwrap().variables[0];
        assert!(record.is_record && record.slab == Some(1) && record.offset == 4000);
        assert!(parse(&header("time", 0, 2)).unwrap_err().contains("/tall: offset 64: its record dimension"));
    }

    #[test]
    fn a_prefix_is_told_from_a_header_that_is_wrong() {
        let bytes = header("x", 2, 3);
        for length in 0..bytes.len() {
            let found = Header::parse(&bytes[..length], FileKind::NetCdf3Classic);
            assert!(matches!(found, Err(HeaderError::End { .. })), "{length}: {found:?}");
        }
        let mut wrong = bytes.clone();
        wrong[11] = 0x0c;
        assert!(parse(&wrong).unwrap_err().contains("expected the tag 0xa or 0 of a list, found 0xc"));
        for at in 0..bytes.len() {
            for byte in [0x00, 0x7f, 0xff] {
                let mut wrong = bytes.clone();
                wrong[at] = byte;
                let _ = parse(&wrong);
            }
        }
    }

    /// A long name that every axis of every variable repeats.
    #[test]
    fn names_are_counted_as_often_as_they_are_used() {
        let long = "x".repeat(8 << 20);
        assert!(parse(&header(&long, 1, 20)).is_ok());
        let problem = parse(&header(&long, 1, 40)).unwrap_err();
        assert!(problem.contains("/tall") && problem.contains("bytes of names and attributes"), "{problem}");
    }
}
