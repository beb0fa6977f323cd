//! A file's map: everything its header says, as plain data that can be kept and used again without the file.

use std::sync::Arc;

use nunatak_array::{DataType, SharedArray};
use nunatak_store::Object;
use serde::{Deserialize, Serialize};

use crate::file::{File, FileKind, Group, Storage, Variable};
use crate::hdf5::Padding;
use crate::stored::{
    HalfArray, Layout, RefusedArray, StoredArray, StoredNumbers, TextArray, TextPlace, chunk_counts, chunk_start,
};
use crate::{Attributes, ChunkTable, FormatError, Result};

/// A file's header: groups, variables, attributes, and where the bytes of each variable are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    kind: FileKind,
    root: Group<StoredVariable>,
}

/// A variable as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredVariable {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<String>,
    pub(crate) attributes: Attributes,
    pub(crate) storage: Storage,
    pub(crate) stored: Stored,
}

/// Where the values of a variable are and what they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Stored {
    /// Numbers and fixed-length bytes.
    Numbers(Arc<StoredNumbers>),
    /// Bits of half-precision numbers.
    Halves(Arc<StoredNumbers>),
    /// Texts of fixed length.
    FixedText(Arc<StoredNumbers>, Padding),
    /// References to texts in the file's heap.
    HeapText(Arc<StoredNumbers>, Padding),
    /// Something whose data cannot be read, and why.
    Refused { object: String, shape: Vec<usize>, data_type: DataType, feature: String },
}

impl Stored {
    pub(crate) fn array(&self, object: &Arc<Object>) -> SharedArray {
        let elements = |stored: &Arc<StoredNumbers>| StoredArray::new(Arc::clone(object), Arc::clone(stored));
        match self {
            Self::Numbers(stored) => Arc::new(elements(stored)),
            Self::Halves(stored) => Arc::new(HalfArray::new(elements(stored))),
            Self::FixedText(stored, padding) => {
                Arc::new(TextArray::new(elements(stored), *padding, TextPlace::Element))
            }
            Self::HeapText(stored, padding) => Arc::new(TextArray::new(elements(stored), *padding, TextPlace::Heap)),
            Self::Refused { object: name, shape, data_type, feature } => Arc::new(RefusedArray {
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

    /// Whether it says when the records of its dimension are, whatever that dimension is called.
    fn is_time(&self) -> bool {
        matches!(self.name.as_str(), "time" | "t" | "Time") || self.attributes.text("standard_name") == Some("time")
    }

    fn numbers(&self) -> Option<&Arc<StoredNumbers>> {
        match &self.stored {
            Stored::Numbers(stored) => Some(stored),
            _ => None,
        }
    }
}

impl Stored {
    /// The elements under it, when there are any.
    pub(crate) fn elements(&self) -> Option<&Arc<StoredNumbers>> {
        match self {
            Self::Numbers(stored) | Self::Halves(stored) => Some(stored),
            Self::FixedText(stored, _) | Self::HeapText(stored, _) => Some(stored),
            Self::Refused { .. } => None,
        }
    }

    /// The same with other elements.
    fn with_elements(&self, stored: Arc<StoredNumbers>) -> Self {
        match self {
            Self::Numbers(_) => Self::Numbers(stored),
            Self::Halves(_) => Self::Halves(stored),
            Self::FixedText(_, padding) => Self::FixedText(stored, *padding),
            Self::HeapText(_, padding) => Self::HeapText(stored, *padding),
            Self::Refused { .. } => self.clone(),
        }
    }
}

impl Manifest {
    pub(crate) fn new(kind: FileKind, root: Group<StoredVariable>) -> Self {
        Self { kind, root }
    }

    /// The file's format.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The file with lazy arrays over one state of it. Nothing is read.
    pub fn bind(self, object: &Arc<Object>) -> File {
        File::new(object.location().clone(), self.kind, bind_group(self.root, object))
    }

    /// The variables of all groups, by path.
    pub(crate) fn variables_mut(&mut self) -> Vec<&mut StoredVariable> {
        let mut found = Vec::new();
        collect(&mut self.root, &mut found);
        found
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

/// Where the bytes of one variable are, for readers that know nothing of the file's format.
#[derive(Debug, Clone, PartialEq)]
pub struct VariableReferences {
    /// Path in the file.
    pub path: String,
    /// Shape in the file.
    pub shape: Vec<usize>,
    /// numpy's name of the type in the file, with its byte order (`<f4`).
    pub dtype: String,
    /// Bytes of one element.
    pub item_size: usize,
    /// Fill value, in the file's byte order.
    pub fill: Option<Vec<u8>>,
    /// Filters of chunks, in the order they were applied, as names and parameters.
    pub filters: Vec<(String, Vec<u32>)>,
    /// Deflate level, when deflated.
    pub deflate: Option<u32>,
    /// Whether bytes are shuffled.
    pub shuffle: bool,
    /// Bytes.
    pub bytes: ReferencedBytes,
}

impl VariableReferences {
    pub(crate) fn of(stored: &StoredNumbers) -> Self {
        let filters = stored.layout.filter_names();
        Self {
            path: stored.object.clone(),
            shape: stored.stored_shape.clone(),
            dtype: stored.element.numpy_name(),
            item_size: stored.element.size(),
            fill: stored.fill.clone(),
            deflate: None,
            shuffle: filters.iter().any(|(name, _)| name == "shuffle"),
            filters,
            bytes: stored.layout.references(stored.element),
        }
    }

    /// The first indices of the chunk of this number.
    pub fn chunk_start(&self, number: u64, chunk_shape: &[usize]) -> Vec<usize> {
        chunk_start(number, chunk_shape, &chunk_counts(&self.shape, chunk_shape))
    }
}

/// The kinds of places that bytes can be in.
#[derive(Debug, Clone, PartialEq)]
pub enum ReferencedBytes {
    /// In the manifest itself, in the file's byte order.
    Inline(Vec<u8>),
    /// In one run: offset, and bytes from one index of the first axis to the next.
    Strided {
        /// Where the first element is.
        offset: u64,
        /// Bytes between successive indices of the first axis.
        first_stride: u64,
    },
    /// Never written.
    Unwritten,
    /// In chunks that are looked up when they are needed.
    Deferred,
    /// In chunks.
    Chunks {
        /// Shape of a chunk.
        chunk_shape: Vec<usize>,
        /// Where each is.
        table: Arc<ChunkTable>,
    },
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

/// Most bytes of a variable that is kept in the manifest.
const INLINE_BYTES: usize = 16 * 1024;

impl Manifest {
    /// Reads the coordinates of dimensions and single numbers into the manifest: whoever opens a file wants them, and
    /// they lie beside its header.
    ///
    /// # Errors
    /// The format's, [`FormatError::Pending`] among them.
    pub(crate) fn inline_coordinates(&mut self, source: &crate::source::ByteSource) -> Result<()> {
        let mut pending = None;
        for variable in self.variables_mut() {
            let is_axis =
                variable.dimensions.len() == 1 && (variable.dimensions[0] == variable.name || variable.is_time());
            let Stored::Numbers(stored) = &variable.stored else { continue };
            let small = stored.byte_len().is_some_and(|bytes| bytes <= INLINE_BYTES);
            if !(small && (is_axis || variable.dimensions.is_empty()))
                || matches!(stored.layout, Layout::Compact(_) | Layout::Even(_))
            {
                continue;
            }
            match stored.read_near_header(source) {
                Ok(bytes) => variable.stored = Stored::Numbers(Arc::new(stored.with_inline(bytes))),
                // Go on, so that everything that is missing is fetched at once.
                Err(error @ FormatError::Pending { .. }) => pending = Some(error),
                // What is wrong with its data is told when they are read.
                Err(_) => {}
            }
        }
        pending.map_or(Ok(()), Err)
    }
}
