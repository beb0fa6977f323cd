//! Conservative weights of second order: integrals of the polynomials within the source cells.

use nunatak_grid::Grid;
use nunatak_parallel::map_each;

use super::polynomials::CellPolynomials;
use super::shares::{Share, Task, shared_out};
use crate::construct::overlap::sum_by_cell;
use crate::csr::CsrRows;
use crate::error::Result;

/// Integrals, over each target cell, of the polynomials that a [`CellPolynomials`] finds within the source cells, over
/// the target's area.
///
/// The means of the terms over a source cell are those over its shares, when the targets share all of it: so that the
/// sum over the targets is the source cell's value times its area to round-off.
///
/// Source cells whose mask is false are left out, and fields next to one do not vary within themselves.
pub(crate) fn rows(source: &Grid, target: &Grid, mask: Option<&[bool]>) -> Result<Vec<CsrRows>> {
    let (polynomials, tasks) = shared_out(source, target)?;
    Ok(map_each(tasks, |task| task_rows(&task, &polynomials, mask)))
}

fn task_rows(task: &Task, polynomials: &CellPolynomials, mask: Option<&[bool]>) -> CsrRows {
    let mut rows = CsrRows::default();
    let mut entries: Vec<(u32, f64)> = Vec::new();
    let mut start = 0;
    for (&end, area) in task.ends.iter().zip(&task.areas) {
        entries.clear();
        for share in &task.shares[start..end] {
            let keeps = |cell: u32| mask.is_none_or(|mask| mask[cell as usize]);
            let is_whole = || polynomials.stencil(share.source as usize).all(|(neighbour, _)| keeps(neighbour));
            if keeps(share.source) && is_whole() {
                add_entries(share, share.area / area, polynomials, &mut entries);
            } else if keeps(share.source) {
                entries.push((share.source, share.area / area));
            }
        }
        rows.push_signed(sum_by_cell(&mut entries));
        start = end;
    }
    rows
}

/// Adds what a share takes of the values of its source cell and of the cells about it.
fn add_entries(share: &Share, weight: f64, polynomials: &CellPolynomials, entries: &mut Vec<(u32, f64)>) {
    let mut own = 1.0;
    for (neighbour, part) in share.coefficients(polynomials) {
        own -= part;
        entries.push((neighbour, weight * part));
    }
    entries.push((share.source, weight * own));
}
