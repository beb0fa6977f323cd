//! Types of elements that a data type alone does not tell: records and opaque bytes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Type of one element that a [`DataType`](nunatak_array::DataType) alone does not tell.
///
/// The array of such a variable holds the bytes of its elements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ElementType {
    /// A plain type, named as in NumPy's array interface: `<f4`, `|S5`, `|b1`, `|V7` for opaque bytes.
    Plain(String),
    /// Named members, each at its place.
    Record(RecordType),
}

/// A compound type: bytes with named members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordType {
    /// Bytes of one record, gaps between members included.
    pub size: usize,
    /// Its members in the file's order.
    pub members: Vec<RecordMember>,
}

/// One member of a [`RecordType`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordMember {
    /// Its name.
    pub name: String,
    /// Bytes before it in the record.
    pub offset: usize,
    /// Its type.
    pub element_type: ElementType,
    /// Its shape; empty for one value.
    pub shape: Vec<usize>,
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(name) => f.write_str(name),
            Self::Record(record) => {
                let names: Vec<&str> = record.members.iter().map(|member| member.name.as_str()).collect();
                write!(f, "record of {}", names.join(", "))
            }
        }
    }
}
