//! Attribute messages: a name, a type, a shape and bytes.

use std::borrow::Cow;

use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::dataspace::{self, DataspaceMessage, DataspaceType};
use hdf5_reader::messages::{MSG_DATASPACE, MSG_DATATYPE};
use hdf5_reader::{Datatype, Hdf5File};

use super::handle::Handle;
use super::header::shared_bytes;
use super::raw_type::{TYPE_EXPANSION, parse_type};

/// An attribute before its value is made of it.
pub(super) struct RawAttribute {
    pub(super) name: String,
    /// Its type, or why that cannot be read.
    pub(super) datatype: std::result::Result<Datatype, String>,
    /// Bytes that what is made of its type takes, about.
    pub(super) type_bytes: usize,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

const SHARED_TYPE: u8 = 1;
const SHARED_SPACE: u8 = 2;

impl RawAttribute {
    /// An attribute message of any version. A type that cannot be read leaves the attribute without one.
    pub(super) fn parse(handle: &Handle, message: &[u8]) -> Result<Self> {
        let parser = &handle.parser;
        let mut cursor = Cursor::new(message);
        let version = cursor.read_u8()?;
        if !(1..=3).contains(&version) {
            return Err(Error::UnsupportedAttributeVersion(version));
        }
        let flags = cursor.read_u8()?;
        let [name_size, type_size, space_size] =
            [cursor.read_u16_le()?, cursor.read_u16_le()?, cursor.read_u16_le()?].map(usize::from);
        if version == 3 {
            cursor.read_u8()?;
        }
        // Version 1 pads each part to eight bytes, and knows no shared ones.
        let mut part = |size: usize| -> Result<&[u8]> {
            let padded = if version == 1 { size.next_multiple_of(8) } else { size };
            Ok(&cursor.read_bytes(padded)?[..size])
        };
        let (name, datatype, space) = (part(name_size)?, part(type_size)?, part(space_size)?);
        let is_shared = |flag: u8| version > 1 && flags & flag != 0;
        let datatype = if is_shared(SHARED_TYPE) {
            shared_bytes(parser, MSG_DATATYPE, datatype).map(Cow::Owned)
        } else {
            Ok(Cow::Borrowed(datatype))
        };
        let type_bytes = datatype.as_ref().map_or(0, |bytes| TYPE_EXPANSION * bytes.len());
        handle.budget.metadata(type_bytes).map_err(Error::InvalidData)?;
        let datatype = datatype.and_then(|bytes| parse_type(&bytes, false));
        let space = if is_shared(SHARED_SPACE) {
            parse_space(parser, &shared_bytes(parser, MSG_DATASPACE, space)?)?
        } else {
            parse_space(parser, space)?
        };
        let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
        let rest = usize::try_from(cursor.remaining()).unwrap_or(0);
        Ok(Self {
            name: String::from_utf8_lossy(name).into_owned(),
            datatype: datatype.map_err(|error| error.to_string()),
            type_bytes,
            shape: match space.dataspace_type {
                DataspaceType::Null => vec![0],
                DataspaceType::Scalar => Vec::new(),
                DataspaceType::Simple => {
                    space.dims.iter().map(|&length| usize::try_from(length).unwrap_or(usize::MAX)).collect()
                }
            },
            bytes: cursor.read_bytes(rest)?.to_vec(),
        })
    }
}

fn parse_space(parser: &Hdf5File, bytes: &[u8]) -> Result<DataspaceMessage> {
    let superblock = parser.superblock();
    dataspace::parse(&mut Cursor::new(bytes), superblock.offset_size, superblock.length_size, bytes.len())
}
