use std::sync::Arc;

use nunatak_array::{
    Array, ArrayError, ChunkGrid, DataType, Description, Element, Region, SharedArray, Values, for_each_numeric,
};
use nunatak_grid::Grid;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::apply::{Block, apply_rows};
use crate::{Method, MissingPolicy, Weights};

/// Most rows and columns of one target chunk.
const CHUNK: usize = 1024;

/// A lazy array brought to another grid: its last axes are the target's ((y, x), or one of cells), those before ride
/// along.
///
/// Sums are made in double precision, and conservative results are double: rounding each cell to single would cost
/// the integral what conservation promises (1e-10 of an ice sheet's volume instead of 1e-12). Other methods keep
/// single precision; [`RegriddedArray::with_data_type`] chooses. Reading a region reads the block of source cells that
/// its weights name, once for each chunk of the leading axes.
pub struct RegriddedArray {
    input: SharedArray,
    weights: Arc<Weights>,
    missing: MissingPolicy,
    shape: Vec<usize>,
    data_type: DataType,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    source: Grid,
    target: Grid,
    method: Method,
    missing: MissingPolicy,
    masked: bool,
    data_type: DataType,
}

impl RegriddedArray {
    pub(crate) const KIND: &'static str = "regrid/regridded";

    /// `input`, whose last axes are those of the weights' source grid, on the target grid.
    ///
    /// # Errors
    /// [`ArrayError::Rank`] for fewer than two axes, [`ArrayError::Shape`] when the last two do not fit the source,
    /// [`ArrayError::Type`] for text.
    pub fn new(input: SharedArray, weights: Arc<Weights>, missing: MissingPolicy) -> Result<Self, ArrayError> {
        let mut shape = input.shape().to_vec();
        let source = weights.source().shape();
        let Some(leading) = shape.len().checked_sub(source.len()) else {
            return Err(ArrayError::Rank { expected: source.len(), found: shape.len() });
        };
        if shape[leading..] != source[..] {
            return Err(ArrayError::Shape {
                what: "field to regrid, its last axes, those of the source grid".into(),
                expected: source,
                found: shape.split_off(leading),
            });
        }
        if !input.data_type().is_numeric() {
            return Err(ArrayError::Type {
                what: "field to regrid".into(),
                expected: "numbers".into(),
                found: input.data_type(),
            });
        }
        shape.truncate(leading);
        shape.extend(weights.target().shape());
        let data_type = match (input.data_type(), weights.method()) {
            (DataType::F32, method) if method.is_of_points() => DataType::F32,
            _ => DataType::F64,
        };
        Ok(Self { input, weights, missing, shape, data_type })
    }

    /// The same with results of single or double precision.
    ///
    /// # Errors
    /// [`ArrayError::Type`] for any other data type.
    pub fn with_data_type(mut self, data_type: DataType) -> Result<Self, ArrayError> {
        if !data_type.is_float() {
            return Err(ArrayError::Type {
                what: "data type of a regridded field".into(),
                expected: "float32 or float64".into(),
                found: data_type,
            });
        }
        self.data_type = data_type;
        Ok(self)
    }

    pub(crate) fn rebuild(description: &Description, input: SharedArray) -> Result<Self, ArrayError> {
        let parameters: Parameters = description.parameters()?;
        let mask: Option<Vec<bool>> =
            if parameters.masked { Some(description.blob(0)?.iter().map(|&byte| byte != 0).collect()) } else { None };
        let weights = Weights::shared(&parameters.source, &parameters.target, parameters.method, mask.as_deref())
            .map_err(|error| description.broken(error.to_string()))?;
        Self::new(input, weights, parameters.missing)?.with_data_type(parameters.data_type)
    }

    /// The blocks of leading axes that are read together: those of one chunk.
    fn leading_blocks(&self, leading: &Region) -> Vec<Region> {
        let lengths = self.input.chunk_grid().all_lengths();
        ChunkGrid::from_lengths(&lengths[..leading.rank()])
            .chunks_touching(leading)
            .iter()
            .filter_map(|chunk| chunk.intersection(leading))
            .collect()
    }
}

impl Array for RegriddedArray {
    fn data_type(&self) -> DataType {
        self.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let target = self.weights.target().shape();
        let leading = self.shape.len() - target.len();
        let tile: &[usize] = if target.len() == 1 { &[CHUNK * CHUNK] } else { &[CHUNK, CHUNK] };
        let tiles = ChunkGrid::regular(&target, tile);
        let mut lengths = self.input.chunk_grid().all_lengths();
        lengths.truncate(leading);
        lengths.extend(tiles.all_lengths());
        ChunkGrid::from_lengths(&lengths)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        let plan = Plan::new(&self.weights, region);
        if plan.block.is_empty() || region.is_empty() {
            return Ok(Values::missing(self.data_type(), region.len()));
        }
        let rank = region.rank() - self.weights.target().shape().len();
        let leading = Region::new(region.start()[..rank].to_vec(), region.shape()[..rank].to_vec())?;
        let blocks = self.leading_blocks(&leading);
        let mut result = Values::zeros(self.data_type(), if blocks.len() == 1 { 0 } else { region.len() });
        for block in &blocks {
            let values = self.input.read(&plan.source_region(block, self.weights.source())?)?;
            let part = plan.apply(&self.weights, &values, self.missing, self.data_type)?;
            if blocks.len() == 1 {
                return Ok(part);
            }
            let (mut to, mut shape) = (vec![0; region.rank()], region.shape().to_vec());
            for axis in 0..rank {
                to[axis] = block.start()[axis] - leading.start()[axis];
                shape[axis] = block.shape()[axis];
            }
            let whole = Region::whole(&shape);
            result.copy_block(region.shape(), &Region::new(to, shape.clone())?, &part, &shape, &whole)?;
        }
        Ok(result)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let parameters = Parameters {
            source: self.weights.source().clone(),
            target: self.weights.target().clone(),
            method: self.weights.method(),
            missing: self.missing,
            masked: self.weights.mask().is_some(),
            data_type: self.data_type,
        };
        let description = Description::new(Self::KIND, &parameters)?.with_inputs(vec![self.input.describe()?]);
        Ok(match self.weights.mask() {
            Some(mask) => description.with_blob(Arc::clone(mask)),
            None => description,
        })
    }
}

/// What the last axes of a region say of rows and columns; a grid of one axis has one row, of which `row` is said.
fn last_two(values: &[usize], grid: &Grid, row: usize) -> (usize, usize) {
    let column = values[values.len() - 1];
    if grid.shape().len() == 2 { (values[values.len() - 2], column) } else { (row, column) }
}

/// How one region of the target is made: the source block to read, and where in it the cell of each entry stands.
struct Plan {
    first_row: usize,
    first_column: usize,
    rows: usize,
    columns: usize,
    width: usize,
    block: Block,
    places: Places,
}

enum Places {
    /// The block is as wide as the source: places are cells less this.
    Shifted(usize),
    /// Places of the entries of each target row, and where that row's entries begin in the weights.
    Listed(Vec<(usize, Vec<u32>)>),
}

impl Plan {
    fn new(weights: &Weights, region: &Region) -> Self {
        let (first_row, first_column) = last_two(region.start(), weights.target(), 0);
        let (rows, columns) = last_two(region.shape(), weights.target(), 1);
        let width = weights.target().rows_and_columns().1;
        let source_width = weights.source().rows_and_columns().1;
        let entries = |row: usize| {
            let first = (first_row + row) * width + first_column;
            weights.row_starts()[first]..weights.row_starts()[first + columns]
        };
        let block = if (rows, columns) == weights.target().rows_and_columns() {
            weights.block()
        } else {
            let blocks = (0..rows).into_par_iter().map(|row| Block::of(&weights.cells()[entries(row)], source_width));
            blocks.reduce(|| Block::of(&[], source_width), Block::union)
        };
        let places = if block.columns == source_width {
            Places::Shifted(block.row * source_width)
        } else {
            let local = |&cell: &u32| {
                let (row, column) = (cell as usize / source_width, cell as usize % source_width);
                ((row - block.row) * block.columns + column - block.column) as u32
            };
            let list = |row: usize| (entries(row).start, weights.cells()[entries(row)].iter().map(local).collect());
            Places::Listed((0..rows).into_par_iter().map(list).collect())
        };
        Self { first_row, first_column, rows, columns, width, block, places }
    }

    /// The block of the input to read for a block of leading axes.
    fn source_region(&self, leading: &Region, source: &Grid) -> Result<Region, ArrayError> {
        let (mut start, mut shape) = (leading.start().to_vec(), leading.shape().to_vec());
        if source.shape().len() == 2 {
            start.push(self.block.row);
            shape.push(self.block.rows);
        }
        start.push(self.block.column);
        shape.push(self.block.columns);
        Region::new(start, shape)
    }

    /// The target values of the source blocks in `values`, one after the other.
    fn apply(
        &self,
        weights: &Weights,
        values: &Values,
        missing: MissingPolicy,
        data_type: DataType,
    ) -> Result<Values, ArrayError> {
        if let (Values::F32(values), DataType::F32) = (values, data_type) {
            return Ok(Values::F32(self.apply_typed(weights, values, missing)));
        }
        let double = for_each_numeric!(
            values,
            values => Values::F64(self.apply_typed(weights, values, missing)),
            other => return Err(ArrayError::Type { what: "field to regrid".into(), expected: "numbers".into(), found: other.data_type() })
        );
        double.cast(data_type)
    }

    fn apply_typed<T: Element, R: Element>(&self, weights: &Weights, values: &[T], missing: MissingPolicy) -> Vec<R> {
        let (length, block) = (self.rows * self.columns, self.block.len());
        let mut result = vec![R::default(); values.len() / block * length];
        let (mut sources, mut results) = (values.chunks_exact(4 * block), result.chunks_exact_mut(4 * length));
        for (sources, results) in sources.by_ref().zip(results.by_ref()) {
            self.apply_four(weights, sources, missing, results);
        }
        let rest = sources.remainder().chunks_exact(block).zip(results.into_remainder().chunks_exact_mut(length));
        for (source, result) in rest {
            let rows = result.par_chunks_mut(self.columns).with_min_len(8).enumerate();
            rows.for_each(|(row, cells)| self.apply_row(weights, row, [source], missing, [cells]));
        }
        result
    }

    /// Four fields at a time.
    fn apply_four<T: Element, R: Element>(
        &self,
        weights: &Weights,
        sources: &[T],
        missing: MissingPolicy,
        results: &mut [R],
    ) {
        let block = self.block.len();
        let sources: [&[T]; 4] = std::array::from_fn(|field| &sources[field * block..(field + 1) * block]);
        let (first, second) = results.split_at_mut(results.len() / 2);
        let (a, b) = first.split_at_mut(first.len() / 2);
        let (c, d) = second.split_at_mut(second.len() / 2);
        let columns = self.columns;
        (a.par_chunks_mut(columns), b.par_chunks_mut(columns), c.par_chunks_mut(columns), d.par_chunks_mut(columns))
            .into_par_iter()
            .with_min_len(8)
            .enumerate()
            .for_each(|(row, (a, b, c, d))| self.apply_row(weights, row, sources, missing, [a, b, c, d]));
    }

    fn apply_row<T: Element, R: Element, const N: usize>(
        &self,
        weights: &Weights,
        row: usize,
        sources: [&[T]; N],
        missing: MissingPolicy,
        results: [&mut [R]; N],
    ) {
        let first = (self.first_row + row) * self.width + self.first_column;
        match &self.places {
            Places::Shifted(shift) => {
                apply_rows(weights, first, |entry| weights.cells()[entry] as usize - shift, sources, missing, results);
            }
            Places::Listed(lists) => {
                let (start, list) = &lists[row];
                apply_rows(weights, first, |entry| list[entry - start] as usize, sources, missing, results);
            }
        }
    }
}

#[cfg(test)]
mod tests;
