//! A lazy raster on the cells of a mesh, whose weights are computed batch by batch and dropped.

use std::sync::Arc;

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values};
use nunatak_grid::Grid;
use nunatak_parallel::map_each;
use serde::{Deserialize, Serialize};

use super::stream_plan::StreamPlan;
use crate::cell_block::CellBlock;
use crate::csr::CsrRows;
use crate::options::MissingPolicy;

/// Cells whose weights are in memory at once, for each thread.
const CELLS_PER_BATCH: usize = 4096;
/// Most pixels that are read about a batch, unless one cell alone has more: 128 MiB in double precision.
const MOST_PIXELS: usize = 16 << 20;
/// Most cells of one chunk of the result: reading by chunks re-reads the source at their boundaries.
const CHUNK: usize = 1 << 20;

/// A raster of a polar map, conservatively on the cells of a mesh on the same map, without ever holding its weights:
/// those of a batch of neighbouring cells are made, applied to the block of the raster about them, and dropped.
///
/// For rasters so large that their weights would not fit in memory. Results are those of
/// [`crate::RegriddedArray`] with conservative weights, in double precision; a field read again makes its weights
/// again.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{Array, MemoryArray, Region, Values};
/// use nunatak_grid::{Axis, Crs, Grid, MeshGrid, RectilinearGrid};
/// use nunatak_regrid::{MissingPolicy, StreamPlan, StreamedArray};
///
/// let (crs, axis) = (Crs::parse("EPSG:3031")?, Axis::from_bounds(vec![-1e3, 0.0, 1e3])?);
/// let raster = Grid::Rectilinear(RectilinearGrid::new(crs.clone(), axis.clone(), axis)?);
/// let mesh = MeshGrid::new(crs, vec![-1e3, 1e3, 1e3], vec![-1e3, -1e3, 1e3], &[0, 3], &[0, 1, 2])?;
/// // The triangle has half of the lower left pixel, all of the lower right one, half of the upper right one.
/// let pixels = Arc::new(MemoryArray::new(vec![2, 2], Values::F32(vec![2.0, 4.0, 100.0, 6.0]))?);
/// let plan = Arc::new(StreamPlan::new(&raster, &Grid::Mesh(mesh))?);
/// let means = StreamedArray::new(pixels, plan, MissingPolicy::default())?.read(&Region::whole(&[1]))?.to_f64()?;
/// assert!((means[0] - 4.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StreamedArray {
    input: SharedArray,
    plan: Arc<StreamPlan>,
    missing: MissingPolicy,
    shape: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    source: Grid,
    target: Grid,
    missing: MissingPolicy,
}

impl StreamedArray {
    pub(crate) const KIND: &'static str = "regrid/streamed";

    /// `input`, whose last two axes are the (y, x) of the raster, on the cells of the mesh.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when the last two axes do not fit the raster, [`ArrayError::Type`] for text.
    pub fn new(input: SharedArray, plan: Arc<StreamPlan>, missing: MissingPolicy) -> Result<Self, ArrayError> {
        let mut shape = input.shape().to_vec();
        let (rows, columns) = plan.source.shape();
        if shape.len() < 2 || shape[shape.len() - 2..] != [rows, columns] {
            return Err(ArrayError::Shape {
                what: "field to regrid, last two axes (y, x)".into(),
                expected: vec![rows, columns],
                found: shape,
            });
        }
        if !input.data_type().is_numeric() {
            return Err(ArrayError::Type {
                what: "field to regrid".into(),
                expected: "numbers".into(),
                found: input.data_type(),
            });
        }
        shape.truncate(shape.len() - 2);
        shape.push(plan.target.len());
        Ok(Self { input, plan, missing, shape })
    }

    pub(crate) fn rebuild(description: &Description, input: SharedArray) -> Result<Self, ArrayError> {
        let parameters: Parameters = description.parameters()?;
        let plan = StreamPlan::shared(&parameters.source, &parameters.target)?;
        Self::new(input, plan, parameters.missing)
    }

    /// Values of a batch of cells: of the first field all, then of the next.
    fn batch(&self, cells: &[u32], leading: &Region) -> Result<Vec<f64>, ArrayError> {
        let rows = self.plan.rows(cells);
        let block = CellBlock::of(&rows.cells, self.plan.source.shape().1);
        if block.len() > MOST_PIXELS && cells.len() > 1 {
            // Cells far apart, or large: their blocks are smaller than the one about all of them.
            let (first, second) = cells.split_at(cells.len() / 2);
            let halves = [self.batch(first, leading)?, self.batch(second, leading)?];
            let fields = halves.each_ref().map(|half| half.len() / leading.len().max(1));
            return Ok((0..leading.len())
                .flat_map(|field| {
                    halves.iter().zip(fields).flat_map(move |(half, count)| &half[field * count..(field + 1) * count])
                })
                .copied()
                .collect());
        }
        let mut values = Vec::with_capacity(leading.len() * cells.len());
        for field in 0..leading.len() {
            values.extend(self.field(&rows, block, place_of(field, leading), cells.len())?);
        }
        Ok(values)
    }

    /// Values of the cells of these rows of one field, whose place along the leading axes is given.
    fn field(
        &self,
        rows: &CsrRows,
        block: CellBlock,
        leading: Vec<usize>,
        count: usize,
    ) -> Result<Vec<f64>, ArrayError> {
        if block.is_empty() {
            return Ok(vec![f64::NAN; count]);
        }
        let (mut start, mut shape) = (leading.clone(), vec![1; leading.len()]);
        start.extend([block.row, block.column]);
        shape.extend([block.rows, block.columns]);
        let values = match self.input.read(&Region::new(start, shape)?)?.cast(DataType::F64)? {
            Values::F64(values) => values,
            other => {
                return Err(ArrayError::Type {
                    what: "field to regrid".into(),
                    expected: "numbers".into(),
                    found: other.data_type(),
                });
            }
        };
        let width = self.plan.source.shape().1;
        let place = |cell: u32| {
            let (row, column) = (cell as usize / width, cell as usize % width);
            (row - block.row) * block.columns + column - block.column
        };
        Ok(rows.means(|cell| values[place(cell)], self.missing))
    }
}

/// Where the element of a number, row-major, of a region is.
fn place_of(mut number: usize, region: &Region) -> Vec<usize> {
    let mut place = region.start().to_vec();
    for axis in (0..place.len()).rev() {
        place[axis] += number % region.shape()[axis];
        number /= region.shape()[axis];
    }
    place
}

impl Array for StreamedArray {
    fn data_type(&self) -> DataType {
        DataType::F64
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let mut chunk = vec![1; self.shape.len() - 1];
        chunk.push(CHUNK);
        ChunkGrid::regular(&self.shape, &chunk)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        let last = region.rank() - 1;
        let (first, count) = (region.start()[last], region.shape()[last]);
        let wanted = first as u32..(first + count) as u32;
        let cells: Vec<u32> = self.plan.order.iter().copied().filter(|cell| wanted.contains(cell)).collect();
        let leading = Region::new(region.start()[..last].to_vec(), region.shape()[..last].to_vec())?;
        let mut result = vec![f64::NAN; region.len()];
        let batches = map_each(cells.chunks(CELLS_PER_BATCH).collect(), |cells| self.batch(cells, &leading));
        let batches = batches.into_iter().collect::<Result<Vec<Vec<f64>>, ArrayError>>()?;
        for (cells, values) in cells.chunks(CELLS_PER_BATCH).zip(batches) {
            for (field, values) in values.chunks(cells.len()).enumerate() {
                for (&cell, &value) in cells.iter().zip(values) {
                    result[field * count + cell as usize - first] = value;
                }
            }
        }
        Ok(Values::F64(result))
    }

    fn blocks(&self) -> bool {
        self.input.blocks()
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let parameters = Parameters {
            source: Grid::Rectilinear(self.plan.source.clone()),
            target: self.plan.target.clone(),
            missing: self.missing,
        };
        Ok(Description::new(Self::KIND, &parameters)?.with_inputs(vec![self.input.describe()?]))
    }
}

#[cfg(test)]
mod tests {
    use nunatak_array::MemoryArray;

    use super::*;
    use crate::test_grids::{polar, triangles};
    use crate::{Method, RegriddedArray, Weights};

    #[test]
    fn arrays_that_are_rebuilt_share_a_plan() {
        let (source, target) = (polar(20e3, 1.2e6), triangles(70e3, 1.0e6, false));
        let plan = StreamPlan::shared(&source, &target).unwrap();
        assert!(Arc::ptr_eq(&plan, &StreamPlan::shared(&source.clone(), &target.clone()).unwrap()));
        let other = StreamPlan::shared(&polar(25e3, 1.2e6), &target).unwrap();
        assert_eq!(other.source.shape(), (97, 97));
        assert!(Arc::ptr_eq(&plan, &StreamPlan::shared(&source, &target).unwrap()));
    }

    #[test]
    fn a_raster_streamed_is_the_raster_regridded() {
        let (source, target) = (polar(20e3, 1.2e6), triangles(70e3, 1.0e6, false));
        let (rows, columns) = source.rows_and_columns();
        let field: Vec<f64> =
            (0..3 * rows * columns).map(|at| if at % 37 == 0 { f64::NAN } else { (at as f64 * 0.37).sin() }).collect();
        let input: SharedArray = Arc::new(MemoryArray::new(vec![3, rows, columns], Values::F64(field)).unwrap());
        let plan = Arc::new(StreamPlan::new(&source, &target).unwrap());
        let missing = MissingPolicy::default();
        let streamed = StreamedArray::new(Arc::clone(&input), plan, missing).unwrap();
        let weights = Arc::new(Weights::new(&source, &target, Method::Conservative).unwrap());
        let stored = RegriddedArray::new(input, weights, missing).unwrap();
        for region in [Region::whole(streamed.shape()), Region::new(vec![1, 100], vec![2, 57]).unwrap()] {
            let (Values::F64(streamed), Values::F64(stored)) =
                (streamed.read(&region).unwrap(), stored.read(&region).unwrap())
            else {
                panic!("not float64")
            };
            assert_eq!(streamed.len(), stored.len());
            for (streamed, stored) in streamed.iter().zip(&stored) {
                assert!((streamed - stored).abs() < 1e-12 || (streamed.is_nan() && stored.is_nan()));
            }
        }
    }
}
