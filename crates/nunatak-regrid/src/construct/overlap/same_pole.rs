//! Overlap areas of two polar maps of one pole.

use super::entries::SLIVER;
use crate::csr::CsrRows;
use nunatak_grid::{ConvexPolygon, PolarStereographic, Pole, RectilinearGrid};
use nunatak_parallel::map;

/// Two maps of one pole: a turn and a stretch bring the target's cells on the source's map, where they stay squares
/// and are clipped exactly.
pub(super) fn rows(
    source: &RectilinearGrid,
    target: &RectilinearGrid,
    own: &PolarStereographic,
    other: &PolarStereographic,
) -> Vec<CsrRows> {
    let similarity = Similarity::between(other, own);
    map(target.y().len(), |row| {
        let mut rows = CsrRows::default();
        for column in 0..target.x().len() {
            let (x, y) = (target.x().cell(column), target.y().cell(row));
            let corners = [(x.0, y.0), (x.1, y.0), (x.1, y.1), (x.0, y.1)];
            let polygon = ConvexPolygon::new(corners.map(|corner| similarity.apply(corner)).to_vec());
            let area = other.rectangle_area(x, y);
            let parts = parts(source, own, &polygon).into_iter().map(|(cell, part)| (cell, part / area));
            rows.push(parts.filter(|&(_, share)| share > SLIVER));
        }
        rows
    })
}

/// True areas of the source cells' parts of a polygon.
fn parts(source: &RectilinearGrid, projection: &PolarStereographic, polygon: &ConvexPolygon) -> Vec<(u32, f64)> {
    let (easting, northing) = (projection.false_easting(), projection.false_northing());
    let range = |values: Vec<f64>| {
        values
            .into_iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (west, east) = range(polygon.corners().iter().map(|corner| corner.0 + easting).collect());
    let (south, north) = range(polygon.corners().iter().map(|corner| corner.1 + northing).collect());
    let mut parts = Vec::new();
    for line in source.y().overlapping(south, north) {
        let (low, high) = source.y().cell(line);
        for column in source.x().overlapping(west, east) {
            let (left, right) = source.x().cell(column);
            let overlap = polygon
                .clipped_to_rectangle((left - easting, right - easting), (low - northing, high - northing))
                .true_area_within(projection, f64::INFINITY);
            parts.push(((line * source.x().len() + column) as u32, overlap));
        }
    }
    parts
}

/// Turn about the pole and stretch from one map to another, relative to the pole.
struct Similarity {
    from: (f64, f64),
    cosine: f64,
    sine: f64,
}

impl Similarity {
    fn between(from: &PolarStereographic, to: &PolarStereographic) -> Self {
        let turn = (from.central_meridian() - to.central_meridian()).to_radians();
        // East is counter-clockwise seen from above the north pole, clockwise from above the south pole.
        let turn = if from.pole() == Pole::North { turn } else { -turn };
        let stretch = from.stretch_to(to);
        Self {
            from: (from.false_easting(), from.false_northing()),
            cosine: stretch * turn.cos(),
            sine: stretch * turn.sin(),
        }
    }

    fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (x, y) = (x - self.from.0, y - self.from.1);
        (self.cosine * x - self.sine * y, self.sine * x + self.cosine * y)
    }
}
