//! Manifests over one state of a file: lazy arrays, and tables of all chunks.

use std::sync::Arc;

use nunatak_array::SharedArray;
use nunatak_store::Object;

use crate::arrays::{HalfArray, StoredArray, TextArray, TextStorage, UnsupportedArray};
use crate::file::{File, Group, Variable};
use crate::manifest::{Stored, StoredNumbers, StoredVariable};
use crate::{Manifest, Result};

impl Stored {
    pub(crate) fn array(&self, object: &Arc<Object>) -> SharedArray {
        let elements = |stored: &Arc<StoredNumbers>| StoredArray::new(Arc::clone(object), Arc::clone(stored));
        match self {
            Self::Numbers(stored) => Arc::new(elements(stored)),
            Self::Halves(stored) => Arc::new(HalfArray::new(elements(stored))),
            Self::FixedText(stored, padding) => {
                Arc::new(TextArray::new(elements(stored), *padding, TextStorage::Element))
            }
            Self::HeapText(stored, padding) => Arc::new(TextArray::new(elements(stored), *padding, TextStorage::Heap)),
            Self::Unsupported { object: name, shape, data_type, feature } => Arc::new(UnsupportedArray {
                path: object.location().clone(),
                object: name.clone(),
                shape: shape.clone(),
                data_type: *data_type,
                feature: feature.clone(),
            }),
        }
    }
}

impl StoredVariable {
    fn bind(self, object: &Arc<Object>) -> Variable {
        Variable {
            array: self.stored.array(object),
            name: self.name,
            dimensions: self.dimensions,
            attributes: self.attributes,
            storage: self.storage,
        }
    }
}

impl Manifest {
    /// The file with lazy arrays over one state of it. Nothing is read.
    pub fn bind(self, object: &Arc<Object>) -> File {
        File::new(object.location().clone(), self.kind, bind_group(self.root, object))
    }

    /// Looks up where the chunks of every variable are, so that the manifest needs the file's header no more.
    ///
    /// # Errors
    /// The store's and the format's.
    pub async fn locate_chunks(&mut self, object: &Arc<Object>) -> Result<()> {
        for variable in self.variables_mut() {
            let Some(stored) = variable.stored.elements() else { continue };
            if let Some(table) = stored.locate(object).await? {
                variable.stored = variable.stored.with_elements(Arc::new(stored.with_table(table)));
            }
        }
        Ok(())
    }
}

fn bind_group(group: Group<StoredVariable>, object: &Arc<Object>) -> Group {
    Group {
        name: group.name,
        dimensions: group.dimensions,
        attributes: group.attributes,
        variables: group.variables.into_iter().map(|variable| variable.bind(object)).collect(),
        groups: group.groups.into_iter().map(|child| bind_group(child, object)).collect(),
        unreadable: group.unreadable,
    }
}
