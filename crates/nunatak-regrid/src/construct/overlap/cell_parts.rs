//! Which convex polygons make up each cell.

use nunatak_grid::Cells;

/// Which parts make up each cell.
#[derive(Debug)]
pub(crate) struct CellParts {
    /// Where the parts of each cell begin, and the parts; nothing when every cell is its own part.
    listed: Option<(Vec<u32>, Vec<u32>)>,
}

impl CellParts {
    pub(crate) fn new<const D: usize>(cells: &Cells<D>, count: usize) -> Self {
        if cells.is_whole() && cells.len() == count {
            return Self { listed: None };
        }
        let mut starts = vec![0_u32; count + 1];
        for part in 0..cells.len() {
            starts[cells.owner(part) as usize + 1] += 1;
        }
        for cell in 0..count {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        let mut parts = vec![0_u32; cells.len()];
        for part in 0..cells.len() {
            let place = &mut next[cells.owner(part) as usize];
            parts[*place as usize] = part as u32;
            *place += 1;
        }
        Self { listed: Some((starts, parts)) }
    }

    pub(crate) fn of(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let range = match &self.listed {
            None => cell..cell + 1,
            Some((starts, _)) => starts[cell] as usize..starts[cell + 1] as usize,
        };
        range.map(|at| self.listed.as_ref().map_or(at, |(_, parts)| parts[at] as usize))
    }
}
