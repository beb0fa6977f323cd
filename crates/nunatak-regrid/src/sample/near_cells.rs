//! HEALPix cells near points, found by arithmetic on rings of one latitude, without the rest of the level.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use nunatak_grid::vector::Vector;

/// Rings of the cells of a HEALPix level, numbered from 1 at the north pole (Górski et al. 2005, section 5.1).
pub(super) struct HealpixRings {
    /// Cells along the side of a base cell.
    side: i64,
}

impl HealpixRings {
    pub(super) fn new(level: u8) -> Self {
        Self { side: 1 << level }
    }

    /// An angle (radians) in units of the side of a cell: the root of its area.
    pub(super) fn cell_sides(&self, count: f64) -> f64 {
        count * (PI / 3.0).sqrt() / self.side as f64
    }

    /// Adds the numbers, in the order of rings, of the cells whose centres are nearer to a point of the sphere than an
    /// angle (radians), and of a few beyond.
    pub(super) fn add_within(&self, point: Vector, angle: f64, cells: &mut Vec<u64>) {
        let [x, y, z] = point;
        let (colatitude, longitude) = (x.hypot(y).atan2(z), y.atan2(x).rem_euclid(TAU));
        let first = self.ring_above(colatitude - angle).max(1);
        let last = (self.ring_above(colatitude + angle) + 1).min(4 * self.side - 1);
        for ring in first..=last {
            let (start, count, shift) = self.ring(ring);
            let step = TAU / count as f64;
            let Some(reach) = longitude_reach(colatitude, self.colatitude(ring), angle) else { continue };
            let reach = reach + step;
            if reach >= PI {
                cells.extend((start..start + count).map(|cell| cell as u64));
                continue;
            }
            let from = ((longitude - reach) / step - shift).ceil() as i64;
            let to = ((longitude + reach) / step - shift).floor() as i64;
            cells.extend((from..=to.min(from + count - 1)).map(|cell| (start + cell.rem_euclid(count)) as u64));
        }
    }

    /// First number of a ring, how many cells it has, and the longitude of the first in steps from cell to cell.
    fn ring(&self, ring: i64) -> (i64, i64, f64) {
        let side = self.side;
        if ring < side {
            (2 * ring * (ring - 1), 4 * ring, 0.5)
        } else if ring <= 3 * side {
            let shift = if (ring - side) % 2 == 0 { 0.5 } else { 0.0 };
            (2 * side * (side - 1) + (ring - side) * 4 * side, 4 * side, shift)
        } else {
            let from_south = 4 * side - ring;
            (12 * side * side - 2 * from_south * (from_south + 1), 4 * from_south, 0.5)
        }
    }

    /// Colatitude (radians) of the centres of a ring.
    fn colatitude(&self, ring: i64) -> f64 {
        let side = self.side as f64;
        let from_pole = ring.min(4 * self.side - ring) as f64;
        // Twice the square of the sine of half the distance from the pole.
        let rise =
            if from_pole < side { (from_pole / side).powi(2) / 3.0 } else { (2.0 * from_pole / side - 1.0) / 3.0 };
        let from_pole = 2.0 * (0.5 * rise).sqrt().asin();
        if ring <= 2 * self.side { from_pole } else { PI - from_pole }
    }

    /// The last ring at or above a colatitude, but for round-off; 0 above all of them.
    fn ring_above(&self, colatitude: f64) -> i64 {
        let side = self.side as f64;
        let from_pole = colatitude.clamp(0.0, PI).min(PI - colatitude.clamp(0.0, PI));
        let rise = 2.0 * (0.5 * from_pole).sin().powi(2);
        let ring = if rise < 1.0 / 3.0 { side * (3.0 * rise).sqrt() } else { side * (3.0 * rise + 1.0) / 2.0 };
        if colatitude <= FRAC_PI_2 { ring.floor() as i64 } else { 4 * self.side - ring.ceil() as i64 }
    }
}

/// Half of the longitudes (radians) in which a parallel lies within an angle of a point; nothing when all of it is
/// farther away.
fn longitude_reach(colatitude: f64, parallel: f64, angle: f64) -> Option<f64> {
    let half_sine = |angle: f64| (0.5 * angle).sin().powi(2);
    let left = half_sine(angle.min(PI)) - half_sine(colatitude - parallel);
    let radii = colatitude.sin() * parallel.sin();
    if left < 0.0 {
        return None;
    }
    Some(if left >= radii { PI } else { 2.0 * (left / radii).sqrt().asin() })
}
