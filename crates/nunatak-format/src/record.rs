//! Types of elements that a data type alone does not tell: records and opaque bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::nesting::nested;

/// Type of one element that a [`DataType`](nunatak_array::DataType) alone does not tell.
///
/// The array of such a variable holds the bytes of its elements.
///
/// # Examples
/// ```
/// use nunatak_format::{ElementType, RecordMember, RecordType};
///
/// let element_type = ElementType::Plain("<f4".into());
/// assert_eq!(element_type.to_string(), "<f4");
/// let member = RecordMember { name: "height".into(), offset: 0, element_type, shape: vec![] };
/// let record = ElementType::Record(RecordType { size: 4, members: vec![member] });
/// assert_eq!(record.to_string(), "record of height");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ElementType {
    /// A plain type, named as in NumPy's array interface: `<f4`, `|S5`, `|b1`, `|V7` for opaque bytes.
    Plain(String),
    /// Named members, each at its place.
    Record(RecordType),
}

/// A compound type: bytes with named members.
///
/// # Examples
/// ```
/// use nunatak_format::{ElementType, RecordMember, RecordType};
///
/// // A byte, a gap of three, and a number of four bytes.
/// let member = |name: &str, offset, numpy: &str| RecordMember {
///     name: name.into(), offset, element_type: ElementType::Plain(numpy.into()), shape: vec![],
/// };
/// let record = RecordType { size: 8, members: vec![member("flag", 0, "|u1"), member("height", 4, "<f4")] };
/// assert_eq!(ElementType::Record(record).to_string(), "record of flag, height");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordType {
    /// Bytes of one record, gaps between members included.
    pub size: usize,
    /// Its members in the file's order.
    #[serde(deserialize_with = "nested")]
    pub members: Vec<RecordMember>,
}

/// One member of a [`RecordType`].
///
/// # Examples
/// ```
/// use nunatak_format::{ElementType, RecordMember};
///
/// let element_type = ElementType::Plain("<f8".into());
/// let corners = RecordMember { name: "corners".into(), offset: 8, element_type, shape: vec![4, 2] };
/// assert_eq!(corners.shape.iter().product::<usize>() * 8, 64, "bytes of the member");
/// ```
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
