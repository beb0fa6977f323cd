//! Variables of files as plain data: enough to find them again in another process.

use std::path::PathBuf;

use nunatak_array::{ArrayError, Description, SharedArray};
use serde::{Deserialize, Serialize};

use crate::source::{ByteSource, FileStamp};
use crate::{FormatError, open};

const KIND: &str = "format/variable";

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VariableDescription {
    path: PathBuf,
    object: String,
    stamp: FileStamp,
}

impl VariableDescription {
    pub(crate) fn of(source: &ByteSource, object: &str) -> Self {
        let path = std::path::absolute(source.path()).unwrap_or_else(|_| source.path().to_path_buf());
        Self { path, object: object.to_string(), stamp: source.stamp().clone() }
    }

    pub(crate) fn describe(&self) -> Result<Description, ArrayError> {
        Description::new(KIND, self)
    }
}

/// The array of a variable from its description; `None` when the description is of another crate's array.
///
/// # Errors
/// The errors of [`open`], [`FormatError::NotFound`], and [`FormatError::Malformed`] when the file changed since the
/// description was made.
pub fn rebuild(description: &Description) -> Result<Option<SharedArray>, ArrayError> {
    if description.kind != KIND {
        return Ok(None);
    }
    let wanted: VariableDescription = description.parameters()?;
    let found = ByteSource::open(&wanted.path)?;
    if *found.stamp() != wanted.stamp {
        return Err(FormatError::Malformed {
            path: wanted.path,
            object: wanted.object,
            offset: 0,
            problem: "the file changed since this variable was opened; open it again".into(),
        }
        .into());
    }
    let file = open(&wanted.path)?;
    Ok(Some(file.variable(&wanted.object)?.array.clone()))
}
