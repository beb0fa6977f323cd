//! Values at points against regridding, exact fields, and what is read.

mod families;
mod reading;
mod rings;

use std::sync::{Arc, Mutex};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Values};
use nunatak_grid::{AuthalicSphere, Grid};

/// Geodetic positions of the centres of a grid.
fn centres(grid: &Grid) -> (Vec<f64>, Vec<f64>) {
    let sphere = AuthalicSphere::new(&grid.ellipsoid());
    grid.centres_on_sphere(&sphere).unwrap().into_iter().map(|centre| sphere.longitude_latitude(centre)).unzip()
}

/// An array of one axis, or of records of one, whose values follow from their cell; it notes what is read.
struct Computed {
    shape: Vec<usize>,
    chunk: usize,
    value: fn(usize) -> f64,
    regions: Mutex<Vec<Region>>,
}

impl Computed {
    fn new(shape: &[usize], chunk: usize, value: fn(usize) -> f64) -> Arc<Self> {
        Arc::new(Self { shape: shape.to_vec(), chunk, value, regions: Mutex::default() })
    }

    /// First cell and number of cells of the regions read so far.
    fn read_cells(&self) -> Vec<(usize, usize)> {
        let last = self.shape.len() - 1;
        self.regions.lock().unwrap().iter().map(|region| (region.start()[last], region.shape()[last])).collect()
    }
}

impl Array for Computed {
    fn data_type(&self) -> DataType {
        DataType::F64
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let mut chunk = vec![1; self.shape.len()];
        chunk[self.shape.len() - 1] = self.chunk;
        ChunkGrid::regular(&self.shape, &chunk)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        self.regions.lock().unwrap().push(region.clone());
        let last = self.shape.len() - 1;
        assert_eq!(region.len(), region.shape()[last], "one record at a time");
        let first = region.start()[last];
        Ok(Values::F64((first..first + region.len()).map(self.value).collect()))
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(ArrayError::NotDescribable { kind: "test" })
    }
}
