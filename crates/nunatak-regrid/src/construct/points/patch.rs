//! Bilinear and patch weights from values in rings or networks: linear about the point, or a smooth fit.
//!
//! The smooth method fits a polynomial to the values about each target centre (moving least squares, Lancaster and
//! Salkauskas 1981), in the plane that touches the sphere there: of degree four, where values are few or badly placed
//! three or two. Its weights are the value of the fit at the centre as a linear form of the values. The reach is an
//! ellipse by how the values are spread there, so that as many lie along each axis where cells are longer than wide.

use nunatak_grid::vector::Vector;
use nunatak_grid::{AuthalicSphere, Edges, Grid};

use super::blocks::in_blocks;
use super::network::{Network, Scratch};
use super::point_tree::{Found, PointTree};
use super::rings::Rings;
use super::surface::{Ellipse, Spread, Surface, View};
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};

/// Degrees of polynomials in the order in which they are tried, and how many spacings of the values they look: so many
/// that near values nearly hold, which a field wants that bends from cell to cell.
const DEGREES: [(usize, f64); 3] = [(4, 2.9), (3, 2.5), (2, 2.0)];
/// The largest sum of the sizes of the weights of a fit that is not an extrapolation.
const LARGEST_SUM: f64 = 3.0;
/// Part of a column that must be its own.
const INDEPENDENT: f64 = 1e-5;

/// Values in rings or polygons, between which points have values.
pub(crate) struct Interpolator {
    linear: Linear,
    surface: Surface,
    /// Positions of the values on the sphere, when they are in rings.
    ring_places: Vec<Vector>,
}

enum Linear {
    Rings(Rings),
    Network(Network),
}

impl Interpolator {
    /// The values of a mesh or a HEALPix grid on this sphere, or on the map of the mesh.
    pub(crate) fn new(source: &Grid, sphere: &AuthalicSphere) -> Result<Self> {
        match source {
            Grid::Mesh(mesh) if mesh.edges() != Edges::Parallels => {
                let network = Network::new(mesh, sphere)?;
                let surface = network.surface;
                Ok(Self { linear: Linear::Network(network), surface, ring_places: Vec::new() })
            }
            Grid::Rectilinear(_) => Err(RegridError::Family),
            rings => {
                let places = rings.centres_on_sphere(sphere)?;
                let linear = Linear::Rings(Rings::new(rings, &places));
                Ok(Self { linear, surface: Surface::Sphere, ring_places: places })
            }
        }
    }

    /// Whether points are places of the map of the grid, third coordinate zero, and not unit vectors of the sphere.
    pub(crate) fn is_on_map(&self) -> bool {
        self.surface == Surface::Map
    }

    /// Bilinear rows.
    pub(crate) fn bilinear(&self, points: &[Vector]) -> Vec<CsrRows> {
        let state = || (Scratch::default(), Vec::new());
        in_blocks(points.len(), state, |(scratch, entries), rows, index| {
            self.entries(points[index], scratch, entries);
            rows.push_sum(entries);
        })
    }

    /// Smooth rows where there are bilinear ones; these where values are too few for a fit.
    pub(crate) fn smooth(&self, points: &[Vector]) -> Vec<CsrRows> {
        let (places, spreads) = match &self.linear {
            Linear::Rings(rings) => (&self.ring_places, rings.spreads(&self.ring_places)),
            Linear::Network(network) => (&network.places, network.spreads()),
        };
        let tree = PointTree::new(places, |_| true);
        let fit = Fit { places, tree: &tree, surface: self.surface };
        let state = || (Scratch::default(), Vec::new(), FitScratch::default());
        in_blocks(points.len(), state, |(scratch, entries, fit_scratch), rows, index| {
            let point = points[index];
            self.entries(point, scratch, entries);
            // The mean of the corners' spreads changes without a jump from polygon to polygon.
            let mut spread = Spread::default();
            entries.iter().for_each(|&(cell, weight)| spread.add(weight, &spreads[cell as usize]));
            if !entries.is_empty() {
                fit.replace(point, &spread, fit_scratch, entries);
            }
            rows.push_sum(entries);
        })
    }

    fn entries(&self, point: Vector, scratch: &mut Scratch, entries: &mut Vec<(u32, f64)>) {
        entries.clear();
        match &self.linear {
            Linear::Rings(rings) => rings.entries(point, entries),
            Linear::Network(network) => network.entries(point, scratch, entries),
        }
    }
}

struct Fit<'a> {
    places: &'a [Vector],
    tree: &'a PointTree,
    surface: Surface,
}

#[derive(Default)]
struct FitScratch {
    found: Vec<Found>,
    points: Vec<[f64; 2]>,
    /// Square roots of the weights of the values in the fit.
    roots: Vec<f64>,
    columns: Vec<f64>,
}

impl Fit<'_> {
    /// Puts the weights of the fit of highest degree that the values about a point allow in place of bilinear ones.
    fn replace(&self, point: Vector, spread: &Spread, scratch: &mut FitScratch, entries: &mut Vec<(u32, f64)>) {
        let view = View::new(self.surface, point);
        let ellipse = view.ellipse(spread);
        for (degree, reach) in DEGREES {
            let radius = reach * ellipse.longest;
            self.tree.within(point, radius * radius, &mut scratch.found);
            scratch.look(&view, self.places, &ellipse, reach);
            if !scratch.fit(degree) {
                continue;
            }
            let residual = scratch.last_column();
            let square: f64 = residual.iter().map(|value| value * value).sum();
            let weight = |at: usize| residual[at] * scratch.roots[at] / square;
            let sum: f64 = (0..residual.len()).map(|at| weight(at).abs()).sum();
            if sum <= LARGEST_SUM {
                entries.clear();
                entries.extend(scratch.found.iter().enumerate().map(|(at, &(_, cell))| (cell, weight(at))));
                normalise(entries);
                return;
            }
        }
    }
}

/// Ones stay ones to the last bits.
fn normalise(entries: &mut [(u32, f64)]) {
    let sum: f64 = entries.iter().map(|&(_, weight)| weight).sum();
    entries.iter_mut().for_each(|(_, weight)| *weight /= sum);
}

impl FitScratch {
    /// Places of the values found as the point sees them, in parts of the reach; those beyond it are forgotten.
    fn look(&mut self, view: &View, places: &[Vector], ellipse: &Ellipse, reach: f64) {
        let Self { found, points, roots, .. } = self;
        points.clear();
        roots.clear();
        found.retain(|&(_, cell)| {
            let Some(seen) = view.of(places[cell as usize]) else { return false };
            let seen = ellipse.parts(seen).map(|part| part / reach);
            let square = seen[0] * seen[0] + seen[1] * seen[1];
            let keep = square < 1.0;
            if keep {
                points.push(seen);
                roots.push(kernel(square).sqrt());
            }
            keep
        });
    }

    /// Makes the columns of the polynomial's terms, the constant last, each orthogonal to those before it (modified
    /// Gram-Schmidt); false when the values cannot tell them apart. What is left of the constant gives its weights:
    /// the least-squares value at the origin is its product with the values over its own square.
    fn fit(&mut self, degree: usize) -> bool {
        let (count, terms) = (self.points.len(), (degree + 1) * (degree + 2) / 2);
        if count < terms + 2 {
            return false;
        }
        self.columns.clear();
        for power in (1..=degree).chain([0]) {
            for second in 0..=power {
                let term = |[x, y]: [f64; 2]| x.powi((power - second) as i32) * y.powi(second as i32);
                let column = self.points.iter().zip(&self.roots).map(|(&point, root)| root * term(point));
                self.columns.extend(column);
            }
        }
        (0..terms).all(|term| orthogonalise(&mut self.columns, term, count))
    }

    fn last_column(&self) -> &[f64] {
        &self.columns[self.columns.len() - self.points.len()..]
    }
}

/// Takes the earlier columns, which have length one, out of a column; gives it length one unless it is the last.
fn orthogonalise(columns: &mut [f64], term: usize, count: usize) -> bool {
    let is_last = columns.len() == (term + 1) * count;
    let (before, rest) = columns.split_at_mut(term * count);
    let own = &mut rest[..count];
    let length = own.iter().map(|value| value * value).sum::<f64>().sqrt();
    for other in before.chunks_exact(count) {
        let common: f64 = own.iter().zip(other).map(|(own, other)| own * other).sum();
        own.iter_mut().zip(other).for_each(|(own, other)| *own -= common * other);
    }
    let left = own.iter().map(|value| value * value).sum::<f64>().sqrt();
    if left.is_nan() || left <= INDEPENDENT * length {
        return false;
    }
    if !is_last {
        own.iter_mut().for_each(|value| *value /= left);
    }
    true
}

/// How much a value counts in a fit by the square of its distance, one at the end of the reach: falls to zero there
/// with its first three derivatives (Wendland 1995), and rises towards the point, so that near values nearly hold.
fn kernel(square: f64) -> f64 {
    let distance = square.sqrt();
    (1.0 - distance).powi(4) * (4.0 * distance + 1.0) / (square + 0.05)
}
