//! Variables of files as plain data: enough to read them in another process without parsing the file again.

use std::collections::BTreeMap;
use std::sync::Arc;

use nunatak_array::{ArrayError, Description, SharedArray};
use nunatak_store::{Location, Object, Stamp, Store, block_on};
use serde::{Deserialize, Serialize};

use crate::manifest::Stored;
use crate::{FormatError, VariableReferences};

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

    /// The file, in the state of the description.
    fn object(&self) -> Result<Arc<Object>, FormatError> {
        let store = Store::with_public(&self.location, &self.options)?;
        let object = Arc::new(Object::new(self.location.clone(), self.stamp.clone(), store));
        object.local_file()?;
        Ok(object)
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
    let (wanted, stored) = described(description)?;
    Ok(Some(stored.array(&wanted.object()?)))
}

fn described(description: &Description) -> Result<(VariableDescription, Stored), ArrayError> {
    let wanted: VariableDescription = description.parameters()?;
    let stored: Stored =
        postcard::from_bytes(description.blob(0)?).map_err(|error| description.broken(error.to_string()))?;
    if let Some(numbers) = stored.elements() {
        numbers.check().map_err(|problem| description.broken(problem))?;
    }
    Ok((wanted, stored))
}

/// A variable of a file for readers that know nothing of the file's format.
#[derive(Debug, Clone)]
pub struct DescribedVariable {
    /// The file.
    pub location: Location,
    /// Which state of it.
    pub stamp: Stamp,
    /// How its store is reached, without secrets.
    pub options: BTreeMap<String, String>,
    /// Its shape for users; along an unlimited dimension it can be longer than in the file.
    pub shape: Vec<usize>,
    /// Where its bytes are; `None` for anything but plain numbers.
    pub references: Option<VariableReferences>,
}

/// Where the bytes of a described variable are, looked up when they were not yet; `None` when the description is of
/// another crate's array.
///
/// # Errors
/// As [`rebuild`], and the format's when the chunks cannot be looked up.
pub fn described_variable(description: &Description) -> Result<Option<DescribedVariable>, ArrayError> {
    if description.kind != KIND {
        return Ok(None);
    }
    let (wanted, stored) = described(description)?;
    let shape = stored.elements().map_or_else(Vec::new, |numbers| numbers.shape.clone());
    let references = match &stored {
        Stored::Numbers(numbers) => match block_on(numbers.locate(&wanted.object()?))? {
            Some(table) => Some(VariableReferences::of(&numbers.with_table(table))),
            None => Some(VariableReferences::of(numbers)),
        },
        _ => None,
    };
    let VariableDescription { location, stamp, options } = wanted;
    Ok(Some(DescribedVariable { location, stamp, options, shape, references }))
}
