//! Masks of mesh files: 0 says that a cell holds nothing, whatever number a model wrote there.

use crate::Result;

use super::source::{CoordinateSource, unrecognised, whole_numbers};

/// Which cells of a mesh hold data.
#[derive(Debug)]
pub(super) struct CellMask {
    name: &'static str,
    keep: Vec<bool>,
}

impl CellMask {
    /// The mask of a file; nothing when it has none, or leaves out no cell.
    ///
    /// # Errors
    /// [`crate::GridError::Unrecognised`] when it has no numbers, and what reading raises.
    pub(super) fn read(source: &dyn CoordinateSource, name: &'static str) -> Result<Option<Self>> {
        if source.inventory().get(name).is_none() {
            return Ok(None);
        }
        let keep: Vec<bool> = whole_numbers(source, name)?.into_iter().map(|value| value != Some(0)).collect();
        Ok(keep.contains(&false).then_some(Self { name, keep }))
    }

    /// Which of so many cells hold data.
    ///
    /// # Errors
    /// [`crate::GridError::Unrecognised`] for another number of cells, or a mask that leaves out all of them.
    pub(super) fn of_cells(&self, count: usize, what: &str) -> Result<&[bool]> {
        let Self { name, keep } = self;
        if keep.len() != count {
            return Err(unrecognised(format!("{what}: {name} has {} values, expected {count}", keep.len())));
        }
        if !keep.contains(&true) {
            return Err(unrecognised(format!("{what}: {name} is 0 everywhere, so that no cell holds data")));
        }
        Ok(keep)
    }

    /// The error for data on nodes, whose cells cannot be left out.
    pub(super) fn unsupported(&self, what: &str) -> crate::GridError {
        let name = self.name;
        let masked = self.keep.iter().filter(|keep| !**keep).count();
        unrecognised(format!(
            "{what}: {name} is 0 at {masked} nodes, which hold nothing; data on nodes cannot be used with a mask of the \
             file. Make them missing (data.where({name} != 0)) and drop {name}"
        ))
    }
}
