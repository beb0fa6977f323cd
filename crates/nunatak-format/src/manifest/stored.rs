//! Variables as their file has them.

use std::sync::Arc;

use nunatak_array::DataType;
use serde::{Deserialize, Serialize};

use super::numbers::StoredNumbers;
use super::text_padding::Padding;
use crate::Attributes;
use crate::file::Storage;

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
    Unsupported { object: String, shape: Vec<usize>, data_type: DataType, feature: String },
}

impl StoredVariable {
    /// Whether it says when the records of its dimension are, whatever that dimension is called.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self.name.as_str(), "time" | "t" | "Time") || self.attributes.text("standard_name") == Some("time")
    }

    pub(crate) fn numbers(&self) -> Option<&Arc<StoredNumbers>> {
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
            Self::Unsupported { .. } => None,
        }
    }

    /// The same with other elements.
    pub(crate) fn with_elements(&self, stored: Arc<StoredNumbers>) -> Self {
        match self {
            Self::Numbers(_) => Self::Numbers(stored),
            Self::Halves(_) => Self::Halves(stored),
            Self::FixedText(_, padding) => Self::FixedText(stored, *padding),
            Self::HeapText(_, padding) => Self::HeapText(stored, *padding),
            Self::Unsupported { .. } => self.clone(),
        }
    }
}
