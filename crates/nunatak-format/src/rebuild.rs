//! Variables of files as plain data: enough to read them in another process without parsing the file again.

use std::collections::BTreeMap;

use nunatak_array::{ArrayError, Description, SharedArray};
use nunatak_store::{Location, Stamp, block_on};

use crate::VariableReferences;
use crate::arrays::{KIND, VariableDescription};
use crate::manifest::Stored;

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

/// The file that a description needs; `None` when the description is of another crate's array.
///
/// # Errors
/// [`ArrayError::Rebuild`].
pub fn described_location(description: &Description) -> Result<Option<Location>, ArrayError> {
    if description.kind != KIND {
        return Ok(None);
    }
    description.parameters().map(|wanted: VariableDescription| Some(wanted.location))
}

/// A variable of a file for readers that know nothing of the file's format.
///
/// # Examples
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress, Values};
/// use nunatak_format::{described_variable, open};
/// # use nunatak_format::{Group, Variable, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?);
/// # let (attributes, storage) = Default::default();
/// # let lithk = Variable { name: "lithk".into(), dimensions: vec!["x".into()], attributes, array, storage };
/// # write_netcdf(&path, &Group { variables: vec![lithk], ..Group::default() }, &NoProgress)?;
/// // `path` is a file with `lithk(x)`: 0 m and 1500 m.
/// let description = open(&path)?.variable("lithk")?.array.describe()?;
/// let described = described_variable(&description)?.ok_or("not a variable of a file")?;
/// assert_eq!(described.location.file_name(), "lithk.nc");
/// assert_eq!(described.shape, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
