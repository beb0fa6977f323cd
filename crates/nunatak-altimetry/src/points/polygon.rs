//! Polygons on the Earth, also around a pole and across the antimeridian.

use crate::error::{AltimetryError, Result};

/// Bands of longitude by which edges are found; more for rings of more vertices.
const FEWEST_BANDS: usize = 16;
const MOST_BANDS: usize = 8192;

/// Rings of vertices in degrees: what lies inside an odd number of them is inside, so that a ring in a ring is a hole.
///
/// An edge is straight in longitude and latitude, and goes the shorter way round the Earth: from 170 to -170 it crosses the
/// antimeridian. One of 360 degrees goes all round, as the edge of a box from -180 to 180 does. A ring that goes once round
/// the Earth has the pole inside that is on its side of the equator.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Polygon;
///
/// let ross = Polygon::new(vec![vec![[160.0, -85.0], [-150.0, -85.0], [-150.0, -77.0], [160.0, -77.0]]])?;
/// assert!(ross.contains(180.0, -80.0) && ross.contains(-170.0, -80.0) && !ross.contains(0.0, -80.0));
/// let antarctica = Polygon::new(vec![vec![[0.0, -65.0], [90.0, -66.0], [180.0, -70.0], [-90.0, -70.0]]])?;
/// assert!(antarctica.contains(12.0, -90.0) && antarctica.contains(-135.0, -71.0) && !antarctica.contains(45.0, -60.0));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    rings: Vec<Ring>,
}

impl Polygon {
    /// A polygon of rings of (longitude, latitude) in degrees, closed or not.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] for a ring of fewer than three vertices, or a vertex that is nowhere on Earth.
    pub fn new(rings: Vec<Vec<[f64; 2]>>) -> Result<Self> {
        if rings.is_empty() {
            return Err(unusable("no ring".into()));
        }
        Ok(Self { rings: rings.into_iter().map(Ring::new).collect::<Result<_>>()? })
    }

    /// The least and the greatest latitude inside.
    pub(crate) fn latitudes(&self) -> (f64, f64) {
        let (mut south, mut north) = (90.0_f64, -90.0_f64);
        for ring in &self.rings {
            for edge in &ring.edges {
                (south, north) = (south.min(edge.west[1]).min(edge.east[1]), north.max(edge.west[1]).max(edge.east[1]));
            }
            // A ring round the Earth has all that is poleward of it inside, the north pole where it is not the south pole.
            south = if ring.holds_south_pole { -90.0 } else { south };
            north = if ring.goes_round && !ring.holds_south_pole { 90.0 } else { north };
        }
        (south, north)
    }

    /// Whether a point lies inside; one on the border may count as either, and a missing coordinate does not lie inside.
    pub fn contains(&self, longitude: f64, latitude: f64) -> bool {
        let is_place = latitude.abs() <= 90.0 && longitude.is_finite();
        is_place && self.rings.iter().filter(|ring| ring.contains(longitude, latitude)).count() % 2 == 1
    }
}

fn unusable(found: String) -> AltimetryError {
    AltimetryError::Argument {
        argument: "region",
        found,
        expected: "rings of at least three vertices (longitude, latitude) in degrees".into(),
    }
}

/// An edge from west to east; the longitude of its beginning is that of the ring's unrolled vertices.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Edge {
    west: [f64; 2],
    east: [f64; 2],
}

/// One closed line.
#[derive(Debug, Clone, PartialEq)]
struct Ring {
    edges: Vec<Edge>,
    /// Edges by the band of longitude that they touch.
    bands: Vec<Vec<u32>>,
    /// Whether it goes once round the Earth.
    goes_round: bool,
    /// Whether the south pole is inside.
    holds_south_pole: bool,
}

impl Ring {
    fn new(mut vertices: Vec<[f64; 2]>) -> Result<Self> {
        if vertices.len() > 1 && vertices.first() == vertices.last() {
            vertices.pop();
        }
        if vertices.len() < 3 {
            return Err(unusable(format!("a ring of {} vertices", vertices.len())));
        }
        let is_place = |vertex: &[f64; 2]| vertex[0].abs() <= 540.0 && vertex[1].abs() <= 90.0;
        if let Some([longitude, latitude]) = vertices.iter().find(|vertex| !is_place(vertex)) {
            return Err(unusable(format!("the vertex ({longitude}, {latitude})")));
        }
        let mut edges = Vec::with_capacity(vertices.len());
        let mut at = vertices[0];
        for index in 1..=vertices.len() {
            let [longitude, latitude] = vertices[index % vertices.len()];
            let mut next = [at[0] + shorter_way(longitude - vertices[index - 1][0]), latitude];
            if index == vertices.len() {
                // The last edge ends where the first begins, whatever rounding has added on the way.
                let turns = ((next[0] - vertices[0][0]) / 360.0).round();
                next[0] = vertices[0][0] + 360.0 * turns;
            }
            let (west, east) = if next[0] < at[0] { (next, at) } else { (at, next) };
            edges.push(Edge { west, east });
            at = next;
        }
        let goes_round = (at[0] - vertices[0][0]).abs() > 180.0;
        let mean = vertices.iter().map(|vertex| vertex[1]).sum::<f64>() / vertices.len() as f64;
        let bands = by_band(&edges);
        Ok(Self { edges, bands, goes_round, holds_south_pole: goes_round && mean < 0.0 })
    }

    /// Counts the edges on the meridian between the point and the south pole: an odd number changes the side.
    fn contains(&self, longitude: f64, latitude: f64) -> bool {
        let width = 360.0 / self.bands.len() as f64;
        let longitude = longitude.rem_euclid(360.0);
        let band = ((longitude / width) as usize).min(self.bands.len() - 1);
        let crossings: usize =
            self.bands[band].iter().map(|&edge| self.edges[edge as usize].crossings(longitude, latitude)).sum();
        (crossings % 2 == 1) != self.holds_south_pole
    }
}

impl Edge {
    /// How often it crosses the meridian of a point south of it.
    fn crossings(&self, longitude: f64, latitude: f64) -> usize {
        let ([west, from], [east, to]) = (self.west, self.east);
        // The turns of the Earth that bring the meridian into the edge, which holds its west end and not its east end.
        let first = ((west - longitude) / 360.0).ceil();
        let turns = (0..2).map(|turn| longitude + 360.0 * (first + f64::from(turn)));
        turns.filter(|&x| x >= west && x < east && from + (to - from) * (x - west) / (east - west) < latitude).count()
    }
}

/// A step of longitude the shorter way round; a whole turn stays one.
fn shorter_way(step: f64) -> f64 {
    if step.abs() <= 180.0 || step.abs() == 360.0 {
        return step;
    }
    let shortened = (step + 180.0).rem_euclid(360.0) - 180.0;
    if shortened == -180.0 && step > 0.0 { 180.0 } else { shortened }
}

fn by_band(edges: &[Edge]) -> Vec<Vec<u32>> {
    let count = edges.len().clamp(FEWEST_BANDS, MOST_BANDS);
    let width = 360.0 / count as f64;
    let mut bands = vec![Vec::new(); count];
    for (number, edge) in edges.iter().enumerate() {
        // One more on each side, so that rounding leaves no edge out.
        let (first, last) = ((edge.west[0] / width).floor() as i64 - 1, (edge.east[0] / width).floor() as i64 + 1);
        for band in first..=last.min(first + count as i64 - 1) {
            bands[band.rem_euclid(count as i64) as usize].push(number as u32);
        }
    }
    bands
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook test in the plane.
    fn is_inside(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
        let mut inside = false;
        for (index, a) in ring.iter().enumerate() {
            let b = ring[(index + 1) % ring.len()];
            if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
                inside = !inside;
            }
        }
        inside
    }

    proptest! {
        #[test]
        fn a_ring_anywhere_is_the_ring_of_the_plane(
            corners in prop::collection::vec((-80.0..80.0f64, -80.0..80.0f64), 3..40),
            (x, y) in (-90.0..90.0f64, -85.0..85.0f64), shift in -180.0..180.0f64, turn in -1..2i32,
        ) {
            let ring: Vec<[f64; 2]> = corners.iter().map(|&(x, y)| [x, y]).collect();
            let moved = ring.iter().map(|&[x, y]| [(x + shift + 180.0).rem_euclid(360.0) - 180.0, y]).collect();
            let polygon = Polygon::new(vec![moved]).unwrap();
            let found = polygon.contains(x + shift + 360.0 * f64::from(turn), y);
            prop_assert_eq!(found, is_inside(&ring, [x, y]));
        }

        #[test]
        fn a_ring_round_a_pole_holds_it(
            latitudes in prop::collection::vec(50.0..85.0f64, 3..60), x in -180.0..180.0f64, y in 40.0..90.0f64,
            south in any::<bool>(), reversed in any::<bool>(),
        ) {
            let sign = if south { -1.0 } else { 1.0 };
            let step = 360.0 / latitudes.len() as f64;
            let vertex = |(index, latitude): (usize, &f64)| [step * index as f64 - 180.0, sign * latitude];
            let mut ring: Vec<[f64; 2]> = latitudes.iter().enumerate().map(vertex).collect();
            if reversed {
                ring.reverse();
            }
            let place = (x + 180.0) / step;
            let (from, part) = (place.floor() as usize % latitudes.len(), place.fract());
            let border = latitudes[from] * (1.0 - part) + latitudes[(from + 1) % latitudes.len()] * part;
            prop_assume!((y - border).abs() > 1e-9);
            prop_assert_eq!(Polygon::new(vec![ring]).unwrap().contains(x, sign * y), y > border);
        }
    }

    #[test]
    fn holes_and_whole_turns() {
        let square = |half: f64| vec![[-half, -half], [half, -half], [half, half], [-half, half]];
        let frame = Polygon::new(vec![square(20.0), square(10.0)]).unwrap();
        assert!(frame.contains(15.0, 0.0) && !frame.contains(5.0, 0.0) && !frame.contains(25.0, 0.0));
        let cap = vec![[-180.0, -90.0], [180.0, -90.0], [180.0, -60.0], [-180.0, -60.0], [-180.0, -90.0]];
        let cap = Polygon::new(vec![cap]).unwrap();
        assert!(cap.contains(179.9, -61.0) && cap.contains(0.0, -89.0) && !cap.contains(0.0, -59.0));
        assert!(!cap.contains(f64::NAN, -70.0) && !cap.contains(0.0, f64::NAN));
    }

    #[test]
    fn edges_along_a_meridian_beyond_the_antimeridian_stay_there() {
        for east in [-150.0, 210.0] {
            let ring = vec![[160.0, -85.0], [east, -85.0], [east, -77.0], [160.0, -77.0]];
            let ross = Polygon::new(vec![ring]).unwrap();
            assert!(ross.contains(-170.0, -80.0) && ross.contains(179.0, -84.0) && ross.contains(190.0, -80.0));
            assert!(!ross.contains(0.0, -80.0) && !ross.contains(150.0, -80.0) && !ross.contains(-170.0, -76.0));
        }
    }

    #[test]
    fn rings_that_are_none_are_refused() {
        for ring in [vec![], vec![[0.0, 1.0], [1.0, 1.0], [0.0, 1.0]], vec![[0.0, 91.0], [1.0, 0.0], [2.0, 0.0]]] {
            assert!(Polygon::new(vec![ring]).unwrap_err().to_string().contains("region"));
        }
        assert!(Polygon::new(vec![vec![[f64::NAN, 0.0], [1.0, 0.0], [2.0, 0.0]]]).is_err());
    }
}
