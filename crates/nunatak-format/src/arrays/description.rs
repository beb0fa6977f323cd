//! Descriptions of variables: which state of which file, without secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use nunatak_array::{ArrayError, Description};
use nunatak_store::{Location, Object, Stamp, StorageOptions, reader_named_by_file};
use serde::{Deserialize, Serialize};

use crate::FormatError;
use crate::manifest::Stored;

/// The kind of the descriptions of this crate's arrays.
pub(crate) const KIND: &str = "format/variable";

/// Which state of which file; secrets stay behind.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VariableDescription {
    pub(crate) location: Location,
    pub(crate) stamp: Stamp,
    pub(crate) options: BTreeMap<String, String>,
}

impl VariableDescription {
    pub(crate) fn of(object: &Object) -> Self {
        let options = object.reader().public_options();
        Self { location: object.location().absolute(), stamp: object.stamp().clone(), options }
    }

    /// The file, in the state of the description.
    pub(crate) fn object(&self) -> Result<Arc<Object>, FormatError> {
        let reader = reader_named_by_file(&self.location, &self.options, &StorageOptions::default())?;
        let object = Arc::new(Object::through(reader, self.location.clone(), self.stamp.clone()));
        object.local_file()?;
        Ok(object)
    }

    pub(crate) fn describe(&self, stored: &Stored) -> Result<Description, ArrayError> {
        let bytes = postcard::to_stdvec(stored)
            .map_err(|error| ArrayError::Rebuild { kind: KIND.into(), reason: error.to_string() })?;
        Ok(Description::new(KIND, self)?.with_blob(bytes.into()))
    }
}
