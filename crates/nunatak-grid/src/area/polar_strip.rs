//! True areas of the rectangles of a row of a polar stereographic grid.

use pulp::Arch;

use crate::crs::PolarStereographic;
use crate::geometry::chebyshev::{Chebyshev, TERMS, polynomial, powers};
use crate::geometry::quadrature::{GaussLegendre, panels};

/// Squared distances per block, so that the compiler vectorises.
const TOGETHER: usize = 8;

/// How far from the pole twelve terms describe a strip to round-off, in scale lengths of the map: its area factor has a
/// pole at the square of i scale lengths, and what is left falls by the twelfth power of that distance.
const FARTHEST: f64 = 0.4;

/// Spans along x of rectangles of a polar map, with the nodes at which an area factor is integrated over them.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, PolarSpans, PolarStereographic, PolarStrip, Pole};
///
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// // Columns on both sides of the pole: areas of a row are the same on either.
/// let columns = PolarSpans::new(&map, [(-8e3, 0.0), (0.0, 8e3)]);
/// let mut areas = [0.0; 2];
/// PolarStrip::new(&map, (0.0, 8e3), &columns).ok_or("too far from the pole")?.fill_areas(&columns, &mut areas);
/// assert!((areas[0] / areas[1] - 1.0).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PolarSpans {
    /// Squared distance (m2) of the nodes from the pole's x.
    squares: Vec<f64>,
    /// Weights of the nodes times the lengths of the spans (m).
    weights: Vec<f64>,
    /// Where the nodes of each span end.
    ends: Vec<usize>,
    chebyshev: Chebyshev,
}

impl PolarSpans {
    /// Spans between two x (m) each, on a map.
    pub fn new(projection: &PolarStereographic, spans: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut own = Self::default();
        for (start, end) in spans {
            let width = end - start;
            let (rule, count) = (GaussLegendre::for_width(width.abs()), panels(width));
            for panel in 0..count {
                for &(node, weight) in rule.nodes {
                    let x = start + width * (panel as f64 + node) / count as f64 - projection.false_easting();
                    own.squares.push(x * x);
                    own.weights.push(weight * width / count as f64);
                }
            }
            own.ends.push(own.squares.len());
        }
        own
    }
}

/// The area factor of a polar map, integrated over the strip between two y, as a polynomial of the squared distance
/// from the pole's x: true areas of many rectangles of the strip in a few operations each.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, PolarSpans, PolarStereographic, PolarStrip, Pole};
///
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// let columns = PolarSpans::new(&map, [(1.000e6, 1.008e6), (1.008e6, 1.016e6)]);
/// let row = PolarStrip::new(&map, (0.0, 8e3), &columns).ok_or("too far from the pole")?;
/// let mut areas = [0.0; 2];
/// row.fill_areas(&columns, &mut areas);
/// let expected = map.rectangle_area((1.000e6, 1.008e6), (0.0, 8e3));
/// assert!((areas[0] / expected - 1.0).abs() < 1e-13);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PolarStrip {
    /// One over the largest squared distance (1/m2).
    scale: f64,
    coefficients: [f64; TERMS],
}

impl PolarStrip {
    /// The strip between two y (m), for spans of which all are in `spans`; nothing when it reaches too far from the pole
    /// for its few terms.
    pub fn new(projection: &PolarStereographic, (low, high): (f64, f64), spans: &PolarSpans) -> Option<Self> {
        let largest = spans.squares.iter().fold(1.0_f64, |largest, &square| largest.max(square));
        if largest.sqrt() > FARTHEST * projection.scale_length() {
            return None;
        }
        let height = high - low;
        let (rule, count) = (GaussLegendre::for_width(height.abs()), panels(height));
        let nodes = (0..count).flat_map(|panel| {
            rule.nodes.iter().map(move |&(node, weight)| {
                let y = low + height * (panel as f64 + node) / count as f64 - projection.false_northing();
                (y * y, weight * height / count as f64)
            })
        });
        let nodes: Vec<(f64, f64)> = nodes.collect();
        let integral =
            |part: f64| nodes.iter().map(|&(y, weight)| weight * projection.factor_at(part * largest + y)).sum();
        Some(Self { scale: 1.0 / largest, coefficients: powers(&spans.chebyshev.coefficients(integral)) })
    }

    /// True areas (m2) of the rectangles of the strip over the spans, in their order; negative where a pair of limits is
    /// reversed. As [`PolarStereographic::rectangle_area`], to round-off.
    pub fn fill_areas(&self, spans: &PolarSpans, areas: &mut [f64]) {
        let values = self.values(&spans.squares);
        let mut start = 0;
        for (area, &end) in areas.iter_mut().zip(&spans.ends) {
            let nodes = values[start..end].iter().zip(&spans.weights[start..end]);
            *area = nodes.map(|(value, weight)| value * weight).sum();
            start = end;
        }
    }

    fn values(&self, squares: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; squares.len()];
        let (own, own_rest) = values.as_chunks_mut::<TOGETHER>();
        let (squares, squares_rest) = squares.as_chunks::<TOGETHER>();
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for (values, squares) in own.iter_mut().zip(squares) {
                    let mut sums = [0.0; TOGETHER];
                    for coefficient in self.coefficients.iter().rev() {
                        for at in 0..TOGETHER {
                            sums[at] = sums[at] * (squares[at] * self.scale) + coefficient;
                        }
                    }
                    *values = sums;
                }
            },
        );
        for (value, square) in own_rest.iter_mut().zip(squares_rest) {
            *value = polynomial(&self.coefficients, square * self.scale);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Ellipsoid, Pole};

    fn antarctic() -> PolarStereographic {
        PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0).unwrap()
    }

    proptest! {
        #[test]
        fn areas_are_those_of_rectangles(
            y in -3.2e6..3.2e6, height in 1.0..3.0e5, x in -4.0e6..4.0e6, widths in prop::collection::vec(1.0..3.0e5, 1..40),
        ) {
            let map = antarctic();
            let mut spans = Vec::new();
            let mut start = x;
            for width in widths {
                spans.push((start, start + width));
                start += width;
            }
            let nodes = PolarSpans::new(&map, spans.iter().copied());
            let strip = PolarStrip::new(&map, (y, y + height), &nodes);
            prop_assert_eq!(strip.is_none(), nodes.squares.iter().any(|square| square.sqrt() > 0.4 * map.scale_length()));
            let Some(strip) = strip else { return Ok(()) };
            let mut areas = vec![0.0; spans.len()];
            strip.fill_areas(&nodes, &mut areas);
            for (area, span) in areas.iter().zip(&spans) {
                let expected = map.rectangle_area(*span, (y, y + height));
                prop_assert!((area / expected - 1.0).abs() < 1e-14, "{} {}", area, expected);
            }
        }
    }
}
