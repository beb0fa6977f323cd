use nunatak_grid::{Crs, RectilinearGrid};
use rayon::prelude::*;

use super::Rows;
use crate::Result;

/// Bilinear weights at the target's cell centres, in the source's own system.
pub(super) fn bilinear(source: &RectilinearGrid, target: &RectilinearGrid) -> Result<Vec<Rows>> {
    at_centres(source, target, |rows, x, y| match source.bilinear_stencil(x, y) {
        Some(stencil) => {
            let mut entries = [0, 1, 2, 3].map(|corner| (stencil.cells[corner] as u32, stencil.weights[corner]));
            entries.sort_unstable_by_key(|&(cell, _)| cell);
            rows.push(entries);
        }
        None => rows.push([]),
    })
}

/// The source cell that holds each of the target's cell centres.
pub(super) fn nearest(source: &RectilinearGrid, target: &RectilinearGrid) -> Result<Vec<Rows>> {
    at_centres(source, target, |rows, x, y| rows.push(source.locate(x, y).map(|cell| (cell as u32, 1.0))))
}

fn at_centres(
    source: &RectilinearGrid,
    target: &RectilinearGrid,
    row: impl Fn(&mut Rows, f64, f64) + Sync,
) -> Result<Vec<Rows>> {
    (0..target.y().len())
        .into_par_iter()
        .map(|index| {
            let (x, y) = row_in_source(source.crs(), target, index)?;
            let mut rows = Rows::default();
            for (&x, &y) in x.iter().zip(&y) {
                row(&mut rows, x, y);
            }
            Ok(rows)
        })
        .collect()
}

/// Centres of one row of the target in the system of the source; NaN where its map cannot hold them.
fn row_in_source(crs: &Crs, target: &RectilinearGrid, row: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let x = target.x().centres().to_vec();
    let y = vec![target.y().centres()[row]; x.len()];
    if crs.is_same(target.crs()) {
        return Ok((x, y));
    }
    let (longitude, mut latitude) = target.crs().inverse(&x, &y)?;
    if let Crs::PolarStereographic(projection) = crs {
        let opposite = -projection.pole().latitude();
        for latitude in latitude.iter_mut().filter(|latitude| (**latitude - opposite).abs() < 1e-6) {
            *latitude = f64::NAN;
        }
    }
    Ok(crs.forward(&longitude, &latitude)?)
}
