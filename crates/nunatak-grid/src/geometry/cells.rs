//! Cells of any grid as convex polygons, on the unit sphere or on a map.

use nunatak_parallel::{map_each, map_values};

use super::vector::polygon_area;

/// Convex polygons, each a part of a cell; `D` is 3 for corners on the unit sphere, counter-clockwise seen from
/// outside, and 2 for corners on a map, counter-clockwise.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, Grid, MeshGrid};
///
/// // A cell in the form of an L is no convex polygon; several make it up.
/// let (x, y) = (vec![0.0, 2e3, 2e3, 1e3, 1e3, 0.0], vec![0.0, 0.0, 1e3, 1e3, 2e3, 2e3]);
/// let mesh = MeshGrid::new(Crs::parse("EPSG:3031")?, x, y, &[0, 6], &[0, 1, 2, 3, 4, 5])?;
/// let cells = Grid::Mesh(mesh).cells_on_map()?.ok_or("not on a map")?;
/// assert!(cells.len() > 1 && !cells.is_whole());
/// assert!((0..cells.len()).all(|part| cells.owner(part) == 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cells<const D: usize> {
    starts: Vec<u32>,
    corners: Vec<[f64; D]>,
    owners: Option<Vec<u32>>,
}

impl<const D: usize> Default for Cells<D> {
    fn default() -> Self {
        Self { starts: vec![0], corners: Vec::new(), owners: None }
    }
}

impl<const D: usize> Cells<D> {
    /// None, with room for this many polygons and corners.
    pub(crate) fn with_capacity(polygons: usize, corners: usize) -> Self {
        let mut cells = Self::default();
        cells.starts.reserve(polygons);
        cells.corners.reserve(corners);
        cells
    }

    /// Cells of four corners each.
    pub(crate) fn quadrilaterals(corners: Vec<[[f64; D]; 4]>) -> Self {
        let starts = (0..=corners.len()).map(|cell| 4 * cell as u32).collect();
        Self { starts, corners: corners.into_flattened(), owners: None }
    }

    /// The same with the owner of every polygon named, also where each is a cell of its own.
    pub(crate) fn with_owners(mut self) -> Self {
        let polygons = self.len() as u32;
        self.owners.get_or_insert_with(|| (0..polygons).collect());
        self
    }

    /// The same as parts of other cells: which owner a cell has.
    pub(crate) fn owned_by(mut self, owner: impl Fn(usize) -> usize) -> Self {
        self.owners = Some((0..self.len()).map(|part| owner(self.owner(part) as usize) as u32).collect());
        self
    }

    /// Number of polygons.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Corners of a polygon.
    pub fn corners(&self, part: usize) -> &[[f64; D]] {
        &self.corners[self.starts[part] as usize..self.starts[part + 1] as usize]
    }

    /// The cell that a polygon is a part of.
    pub fn owner(&self, part: usize) -> u32 {
        self.owners.as_ref().map_or(part as u32, |owners| owners[part])
    }

    /// Whether every cell is one polygon, in the order of the cells.
    pub fn is_whole(&self) -> bool {
        self.owners.is_none()
    }

    /// The polygons of all of these, in order. But for the first, any that hold a polygon name the owners of theirs.
    pub(crate) fn joined(all: &[Self]) -> Self {
        let polygons = all.iter().map(Self::len).sum();
        let mut corners = vec![[0.0; D]; all.iter().map(|cells| cells.corners.len()).sum()];
        let (mut starts, mut owners) = (vec![0; polygons + 1], vec![0; polygons]);
        let (mut corners_left, mut starts_left, mut owners_left) =
            (&mut corners[..], &mut starts[1..], &mut owners[..]);
        let (mut first_corner, mut first_polygon) = (0, 0);
        let tasks = all.iter().map(|cells| {
            let own = (
                corners_left.split_off_mut(..cells.corners.len()).unwrap_or_default(),
                starts_left.split_off_mut(..cells.len()).unwrap_or_default(),
                owners_left.split_off_mut(..cells.len()).unwrap_or_default(),
            );
            let task = (cells, own, first_corner, first_polygon);
            first_corner += cells.corners.len() as u32;
            first_polygon += cells.len() as u32;
            task
        });
        let tasks: Vec<_> = tasks.collect();
        let copied = map_each(tasks, |(cells, (corners, starts, owners), first_corner, first_polygon)| {
            corners.copy_from_slice(&cells.corners);
            starts.iter_mut().zip(&cells.starts[1..]).for_each(|(start, own)| *start = first_corner + own);
            owners.iter_mut().enumerate().for_each(|(part, owner)| *owner = cells.owner(part));
            (first_polygon..).zip(owners).all(|(part, owner)| part == *owner)
        });
        let is_whole = copied.into_iter().all(|is_whole| is_whole);
        Self { starts, corners, owners: (!is_whole).then_some(owners) }
    }

    pub(crate) fn push(&mut self, owner: usize, corners: impl IntoIterator<Item = [f64; D]>) {
        self.corners.extend(corners);
        self.starts.push(self.corners.len() as u32);
        let whole = self.owners.is_none() && owner + 1 == self.len();
        if !whole {
            let before = self.len() - 1;
            self.owners.get_or_insert_with(|| (0..before as u32).collect()).push(owner as u32);
        }
    }
}

impl Cells<3> {
    /// Areas (steradians) of the cells of a grid of this many: the sums of their parts.
    pub fn areas(&self, cells: usize) -> Vec<f64> {
        let parts = map_values(self.len(), |part| polygon_area(self.corners(part)));
        let mut areas = vec![0.0; cells];
        parts.iter().enumerate().for_each(|(part, area)| areas[self.owner(part) as usize] += area);
        areas
    }
}
