//! Errors of the HDF5 parser, with the file and the object they concern.

use hdf5_reader::error::Error as Hdf5Error;

use crate::FormatError;
use crate::source::ByteSource;

pub(super) fn convert_error(source: &ByteSource, object: &str, offset: u64, error: &Hdf5Error) -> FormatError {
    let path = source.path().clone();
    let object = object.to_string();
    match error {
        Hdf5Error::Context { source: inner, path: inside } => {
            let object = if object.ends_with(inside.as_str()) { object } else { format!("{object} ({inside})") };
            convert_error(source, &object, offset, inner)
        }
        Hdf5Error::Io(error) => FormatError::Io { path, source: std::io::Error::new(error.kind(), error.to_string()) },
        Hdf5Error::UnexpectedEof { offset, needed, available } => {
            FormatError::Truncated { path, object, offset: *offset, needed: *needed, available: *available }
        }
        Hdf5Error::OffsetOutOfBounds(beyond) => FormatError::Truncated {
            path,
            object,
            offset: *beyond,
            needed: 1,
            available: source.len().saturating_sub(*beyond),
        },
        Hdf5Error::UnsupportedEncoding(_)
        | Hdf5Error::UnsupportedFilter(_)
        | Hdf5Error::UnsupportedDatatypeClass(_)
        | Hdf5Error::UnsupportedLayoutClass(_)
        | Hdf5Error::UnsupportedLayoutVersion(_)
        | Hdf5Error::UnsupportedFilterPipelineVersion(_)
        | Hdf5Error::UnsupportedFillValueVersion(_)
        | Hdf5Error::UnsupportedDataspaceVersion(_)
        | Hdf5Error::UnsupportedChunkIndexType(_) => {
            FormatError::Unsupported { path, object, feature: error.to_string() }
        }
        other => FormatError::Malformed { path, object, offset, problem: other.to_string() },
    }
}
