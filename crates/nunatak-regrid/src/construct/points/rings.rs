//! Interpolation between rings of values along parallels: HEALPix and reduced Gaussian grids.

use nunatak_grid::vector::{Vector, minus, times};
use nunatak_grid::{Grid, HealpixGrid};
use nunatak_parallel::map_values;
use rayon::prelude::*;

use std::f64::consts::{PI, TAU};

use super::surface::Spread;

/// Colatitudes of one ring differ by less (radians).
const LEVEL: f64 = 1e-9;
/// Multiple of the spacing from which on neighbours are not neighbours.
const GAP: f64 = 1.5;

/// Values along parallels, as HEALPix and reduced Gaussian grids have them: interpolation goes linearly along the two
/// rings about a point and then linearly in colatitude, and beyond the outermost ring to the mean of that ring at
/// the pole (what healpy's `get_interp_weights` does).
pub(super) struct Rings {
    rings: Vec<Ring>,
    /// The smallest distance between two rings.
    spacing: f64,
    /// HEALPix's are, half a step from ring to ring.
    is_staggered: bool,
}

struct Ring {
    colatitude: f64,
    /// Longitudes from 0 to a turn, rising, and the values there.
    longitudes: Vec<f64>,
    cells: Vec<u32>,
    spacing: f64,
}

fn polar([x, y, z]: Vector) -> (f64, f64) {
    (x.hypot(y).atan2(z), y.atan2(x).rem_euclid(TAU))
}

impl Rings {
    /// The rings of the places of the values of a grid.
    pub(super) fn new(grid: &Grid, places: &[Vector]) -> Self {
        let mut order = map_values(places.len(), |cell| {
            let (colatitude, longitude) = polar(places[cell]);
            (colatitude, longitude, cell as u32)
        });
        order.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let mut rings: Vec<Ring> =
            order.chunk_by(|one, next| next.0 - one.0 < LEVEL).map(|members| Ring::new(grid, members)).collect();
        rings.retain(|ring| ring.colatitude.is_finite());
        let spacing = rings.windows(2).map(|pair| pair[1].colatitude - pair[0].colatitude).fold(PI, f64::min);
        Self { rings, spacing, is_staggered: matches!(grid, Grid::Healpix(_)) }
    }

    /// Adds the values about a point and their weights; none outside them.
    pub(super) fn entries(&self, point: Vector, entries: &mut Vec<(u32, f64)>) {
        let (colatitude, longitude) = polar(point);
        let south = self.rings.partition_point(|ring| ring.colatitude <= colatitude);
        let (before, after) = (south.checked_sub(1).map(|north| &self.rings[north]), self.rings.get(south));
        let complete = match (before, after) {
            (Some(north), Some(south)) => {
                let gap = south.colatitude - north.colatitude;
                let along = (colatitude - north.colatitude) / gap;
                let parts = [(north, 1.0 - along), (south, along)];
                (gap <= GAP * self.spacing || along <= LEVEL || along >= 1.0 - LEVEL)
                    && parts.into_iter().all(|(ring, share)| ring.add(longitude, share, entries))
            }
            (None, Some(ring)) => self.add_cap(ring, colatitude, ring.colatitude, longitude, entries),
            (Some(ring), None) => self.add_cap(ring, PI - colatitude, PI - ring.colatitude, longitude, entries),
            (None, None) => false,
        };
        if !complete {
            entries.clear();
        }
        // A ring that hardly counts and has a gap is left out.
        let sum: f64 = entries.iter().map(|&(_, weight)| weight).sum();
        entries.iter_mut().for_each(|(_, weight)| *weight /= sum);
    }

    fn add_cap(&self, ring: &Ring, point: f64, reach: f64, longitude: f64, entries: &mut Vec<(u32, f64)>) -> bool {
        if (reach - point).abs() <= LEVEL * self.spacing {
            return ring.add(longitude, 1.0, entries);
        }
        if !ring.is_closed() || reach > GAP * self.spacing {
            return false;
        }
        let along = (point / reach).clamp(0.0, 1.0);
        let share = (1.0 - along) / ring.cells.len() as f64;
        entries.extend(ring.cells.iter().map(|&cell| (cell, share)));
        ring.add(longitude, along, entries)
    }

    /// How the values at these places are spread.
    pub(super) fn spreads(&self, places: &[Vector]) -> Vec<Spread> {
        let mut spreads = vec![Spread::default(); places.len()];
        for (at, ring) in self.rings.iter().enumerate() {
            let others = [at.checked_sub(1), Some(at + 1)].map(|other| other.and_then(|other| self.rings.get(other)));
            for (&cell, &longitude) in ring.cells.iter().zip(&ring.longitudes) {
                spreads[cell as usize] = if self.is_staggered {
                    staggered_spread(others, longitude, places, cell)
                } else {
                    let [east, south] = ring.steps(longitude, others, GAP * self.spacing);
                    Spread::of_ways([east, south].into_iter(), 1.0)
                };
            }
        }
        spreads
    }
}

/// By the ways from a cell to the two on either side of it in each of the rings next to its own.
fn staggered_spread(others: [Option<&Ring>; 2], longitude: f64, places: &[Vector], cell: u32) -> Spread {
    let near = others.into_iter().flatten().flat_map(|ring| ring.around(longitude));
    let count = 2 * others.into_iter().flatten().count();
    let ways = near.map(|near| minus(places[near as usize], places[cell as usize]));
    Spread::of_ways(ways, 2.0 / f64::max(count as f64, 1.0))
}

impl Ring {
    fn new(grid: &Grid, members: &[(f64, f64, u32)]) -> Self {
        let mut members = members.to_vec();
        members.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
        let longitudes: Vec<f64> = members.iter().map(|member| member.1).collect();
        let gaps =
            (0..longitudes.len()).map(|at| (longitudes[(at + 1) % longitudes.len()] - longitudes[at]).rem_euclid(TAU));
        let spacing = match grid {
            Grid::Healpix(grid) => TAU / ring_length(grid, members[0].2) as f64,
            _ => gaps.filter(|&gap| gap > LEVEL).fold(TAU, f64::min),
        };
        Self { colatitude: members[0].0, longitudes, cells: members.iter().map(|member| member.2).collect(), spacing }
    }

    /// The values before and after a longitude.
    fn around(&self, longitude: f64) -> [u32; 2] {
        let (count, next) = (self.cells.len(), self.longitudes.partition_point(|&other| other <= longitude));
        [self.cells[(next + count - 1) % count], self.cells[next % count]]
    }

    /// Steps along the ring and to the farther of the rings next to it, at most so far.
    fn steps(&self, longitude: f64, others: [Option<&Self>; 2], most: f64) -> [Vector; 2] {
        let to = |other: &Self| (other.colatitude - self.colatitude).abs();
        let across = others.into_iter().flatten().map(to).fold(0.0, f64::max).min(most);
        let along = self.spacing * self.colatitude.sin();
        let ((sine, cosine), (low, high)) = (longitude.sin_cos(), self.colatitude.sin_cos());
        [times(along, [-sine, cosine, 0.0]), times(across, [high * cosine, high * sine, -low])]
    }

    fn is_closed(&self) -> bool {
        let (first, last) = (self.longitudes[0], self.longitudes[self.longitudes.len() - 1]);
        let whole = |gap: f64| gap <= GAP * self.spacing;
        self.longitudes.len() > 2
            && whole(first + TAU - last)
            && self.longitudes.windows(2).all(|pair| whole(pair[1] - pair[0]))
    }

    /// Adds the two values about a longitude; false when there is a gap that matters.
    fn add(&self, longitude: f64, share: f64, entries: &mut Vec<(u32, f64)>) -> bool {
        let count = self.longitudes.len();
        let next = self.longitudes.partition_point(|&other| other <= longitude);
        let (before, next) = ((next + count - 1) % count, next % count);
        let from = (longitude - self.longitudes[before]).rem_euclid(TAU);
        let to = (self.longitudes[next] - longitude).rem_euclid(TAU);
        let tolerance = LEVEL * self.spacing;
        if from <= tolerance || TAU - from <= tolerance {
            entries.push((self.cells[before], share));
        } else if to <= tolerance {
            entries.push((self.cells[next], share));
        } else if before != next && from + to <= GAP * self.spacing {
            let along = from / (from + to);
            entries.extend([(self.cells[before], share * (1.0 - along)), (self.cells[next], share * along)]);
        } else {
            return share <= LEVEL;
        }
        true
    }
}

/// Number of cells of the ring of a HEALPix cell.
fn ring_length(grid: &HealpixGrid, cell: u32) -> usize {
    let side = 1_usize << grid.level();
    let from_pole = 1.0 - grid.centre(cell as usize)[2].abs();
    4 * ((side as f64 * (3.0 * from_pole).sqrt()).round() as usize).clamp(1, side)
}
