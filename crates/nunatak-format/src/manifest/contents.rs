//! A file's header as plain data, which can be kept and used again without the file.

use serde::{Deserialize, Serialize};

use super::limits::check_rank;
use super::references::VariableReferences;
use super::stored::StoredVariable;
use crate::file::{FileKind, Group};
use crate::{FormatError, Result};

/// A file's header: groups, variables, attributes, and where the bytes of each variable are.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_format::{Location, Manifest, Object, read_local_manifest};
/// # use nunatak_array::{MemoryArray, NoProgress, Values};
/// # use nunatak_format::{Group, Variable, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?);
/// # let (attributes, storage) = Default::default();
/// # let lithk = Variable { name: "lithk".into(), dimensions: vec!["x".into()], attributes, array, storage };
/// # write_netcdf(&path, &Group { variables: vec![lithk], ..Group::default() }, &NoProgress)?;
/// // `path` is a file with `lithk(x)`: 0 m and 1500 m.
/// let object = Arc::new(Object::open_local(&Location::from(&path))?);
/// let kept = read_local_manifest(&object)?.to_bytes()?;
/// let file = Manifest::from_bytes(&kept)?.bind(&object);
/// assert_eq!(file.variable("lithk")?.array.read_all()?.into_f64()?, [0.0, 1500.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub(crate) kind: FileKind,
    pub(crate) root: Group<StoredVariable>,
}

impl Manifest {
    pub(crate) fn new(kind: FileKind, root: Group<StoredVariable>) -> Self {
        Self { kind, root }
    }

    /// The file's format.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The variables of all groups, by path.
    pub(crate) fn variables_mut(&mut self) -> Vec<&mut StoredVariable> {
        let mut found = Vec::new();
        collect(&mut self.root, &mut found);
        found
    }

    /// The manifest in a compact binary form.
    ///
    /// # Errors
    /// None in practice: every manifest can be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        postcard::to_stdvec(self).map_err(|error| FormatError::Manifest { problem: error.to_string() })
    }

    /// The format of the file whose manifest has this binary form.
    ///
    /// # Errors
    /// [`FormatError::Manifest`] for bytes that are none.
    pub fn kind_of(bytes: &[u8]) -> Result<FileKind> {
        let kind = postcard::take_from_bytes(bytes).map(|(kind, _)| kind);
        kind.map_err(|error| FormatError::Manifest { problem: error.to_string() })
    }

    /// A manifest from its binary form.
    ///
    /// # Errors
    /// [`FormatError::Manifest`] for bytes that are none, or that contradict themselves.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bad = |problem: String| FormatError::Manifest { problem };
        let mut manifest: Self = postcard::from_bytes(bytes).map_err(|error| bad(error.to_string()))?;
        for variable in manifest.variables_mut() {
            if let Some(stored) = variable.stored.elements() {
                stored.check().map_err(|problem| bad(format!("{}: {problem}", variable.name)))?;
                if variable.dimensions.len() != stored.shape.len() {
                    return Err(bad(format!("{}: {} dimensions", variable.name, variable.dimensions.len())));
                }
                check_rank(stored.shape.len()).map_err(|problem| bad(format!("{}: {problem}", variable.name)))?;
            }
        }
        Ok(manifest)
    }

    /// Path, layout and chunks of every variable of numbers: for exports that point into the file.
    pub fn references(&self) -> Vec<VariableReferences> {
        let mut found = Vec::new();
        references(&self.root, &mut found);
        found
    }
}

fn references(group: &Group<StoredVariable>, found: &mut Vec<VariableReferences>) {
    for variable in &group.variables {
        let Some(stored) = variable.numbers() else { continue };
        found.push(VariableReferences {
            deflate: variable.storage.deflate,
            shuffle: variable.storage.shuffle,
            ..VariableReferences::of(stored)
        });
    }
    group.groups.iter().for_each(|child| references(child, found));
}

fn collect<'a>(group: &'a mut Group<StoredVariable>, found: &mut Vec<&'a mut StoredVariable>) {
    found.extend(group.variables.iter_mut());
    group.groups.iter_mut().for_each(|child| collect(child, found));
}
