//! Points in HEALPix cells: arithmetic on authalic latitudes.

use super::super::healpix::HealpixGrid;
use super::located::LocatedPoint;
use super::offsets::east_and_north;
use crate::crs::AuthalicSphere;

/// HEALPix cells, with the order of their numbers where the listed ones are not sorted.
#[derive(Debug)]
pub(super) struct HealpixLocator<'a> {
    grid: &'a HealpixGrid,
    sphere: AuthalicSphere,
    /// Indices in the list by rising number.
    order: Option<Vec<usize>>,
}

impl<'a> HealpixLocator<'a> {
    pub(super) fn new(grid: &'a HealpixGrid) -> Self {
        let order = grid.cells().filter(|cells| !cells.is_sorted()).map(|cells| {
            let mut order: Vec<usize> = (0..cells.len()).collect();
            order.sort_by_key(|&index| cells[index]);
            order
        });
        Self { grid, sphere: AuthalicSphere::new(&grid.ellipsoid()), order }
    }

    pub(super) fn locate(&self, longitude: &[f64], latitude: &[f64]) -> Vec<Option<LocatedPoint>> {
        longitude.iter().zip(latitude).map(|(&longitude, &latitude)| self.point(longitude, latitude)).collect()
    }

    fn point(&self, longitude: f64, latitude: f64) -> Option<LocatedPoint> {
        let cell = self.index_of(self.grid.number_at(&self.sphere, longitude, latitude))?;
        let centre = self.sphere.longitude_latitude(self.grid.centre(cell));
        let offset = east_and_north(&self.grid.ellipsoid(), centre, (longitude, latitude));
        Some(LocatedPoint { cell, offset })
    }

    /// Index of a cell among those of the grid; the first where it is listed twice.
    fn index_of(&self, number: u64) -> Option<usize> {
        let Some(cells) = self.grid.cells() else { return usize::try_from(number).ok() };
        let index = match &self.order {
            None => cells.partition_point(|&cell| cell < number),
            Some(order) => *order.get(order.partition_point(|&index| cells[index] < number))?,
        };
        (cells.get(index) == Some(&number)).then_some(index)
    }

    pub(super) fn cell_width(&self) -> f64 {
        self.grid.cell_area().sqrt()
    }
}
