//! Variables of files as plain data: enough to read them in another process without parsing the file again.

use std::collections::BTreeMap;
use std::sync::Arc;

use nunatak_array::{ArrayError, Description, SharedArray};
use nunatak_store::{Location, Object, Stamp, Store};
use serde::{Deserialize, Serialize};

use crate::FormatError;
use crate::manifest::Stored;

const KIND: &str = "format/variable";

/// Which state of which file; secrets stay behind.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VariableDescription {
    location: Location,
    stamp: Stamp,
    options: BTreeMap<String, String>,
}

impl VariableDescription {
    pub(crate) fn of(object: &Object) -> Self {
        let options = object.store().map(|store| store.options().public()).unwrap_or_default();
        Self { location: object.location().absolute(), stamp: object.stamp().clone(), options }
    }

    pub(crate) fn describe(&self, stored: &Stored) -> Result<Description, ArrayError> {
        let bytes = postcard::to_stdvec(stored)
            .map_err(|error| ArrayError::Rebuild { kind: KIND.into(), reason: error.to_string() })?;
        Ok(Description::new(KIND, self)?.with_blob(bytes.into()))
    }
}

/// The array of a variable from its description; `None` when the description is of another crate's array.
///
/// # Errors
/// [`ArrayError::Rebuild`], and [`nunatak_store::StoreError::Changed`] for a local file that changed since the
/// description was made (a remote one tells when it is read).
pub fn rebuild(description: &Description) -> Result<Option<SharedArray>, ArrayError> {
    if description.kind != KIND {
        return Ok(None);
    }
    let wanted: VariableDescription = description.parameters()?;
    let stored: Stored =
        postcard::from_bytes(description.blob(0)?).map_err(|error| description.broken(error.to_string()))?;
    if let Some(numbers) = stored.elements() {
        numbers.check().map_err(|problem| description.broken(problem))?;
    }
    let store = Store::with_public(&wanted.location, &wanted.options).map_err(FormatError::from)?;
    let object = Arc::new(Object::new(wanted.location, wanted.stamp, store));
    object.local_file().map_err(FormatError::from)?;
    Ok(Some(stored.array(&object)))
}
