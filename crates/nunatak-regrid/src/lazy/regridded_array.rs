//! A lazy array on another grid, with weights that are kept in memory.

use std::sync::Arc;

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values};
use serde::{Deserialize, Serialize};

use super::block_values::{BlockValues, block_values, not_numbers};
use super::read_parts::read_parts;
use crate::apply::Work;
use crate::cell_block::CellBlock;
use crate::construct::reconstruction::Reconstruction;
use crate::error::RegridError;
use crate::options::{ApplyOptions, Method, Quantity, Reducer};
use crate::weights::Weights;

/// Most rows and columns of one target chunk.
const CHUNK: usize = 1024;

/// Bytes of the source that are read at once, unless one field alone has more.
const BATCH_BYTES: usize = 128 << 20;

/// A lazy array brought to another grid: its last axes are the target's ((y, x), or one of cells), those before ride
/// along.
///
/// Sums are made in double precision, and conservative results are double: rounding each cell to single would cost
/// the integral what conservation promises (1e-10 of an ice sheet's volume instead of 1e-12). Other methods keep
/// single precision, and values that are picked and not computed (nearest, smallest, largest, mode) stay integers when every
/// target cell has one; [`RegriddedArray::with_data_type`] chooses. Reading a region reads the block of source cells
/// that its weights name, as many fields at once as fit a bounded memory.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{Array, MemoryArray, Region, Values};
/// use nunatak_regrid::{Method, MissingPolicy, RegriddedArray, Weights};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// // Three times of one row of two cells, brought to one cell. `grid` makes a row from the edges of its cells.
/// let weights = Arc::new(Weights::new(&grid(&[0.0, 1.0, 2.0])?, &grid(&[0.0, 2.0])?, Method::Conservative)?);
/// let field = MemoryArray::new(vec![3, 1, 2], Values::F32(vec![1.0, 3.0, 10.0, 30.0, 100.0, 300.0]))?;
/// let array = RegriddedArray::new(Arc::new(field), weights, MissingPolicy::default())?;
/// assert_eq!(array.shape(), [3, 1, 1]);
/// let last = array.read(&Region::new(vec![2, 0, 0], vec![1, 1, 1])?)?.to_f64()?;
/// assert!((last[0] - 200.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RegriddedArray {
    input: SharedArray,
    shares: Option<SharedArray>,
    weights: Arc<Weights>,
    options: ApplyOptions,
    shape: Vec<usize>,
    data_type: DataType,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    options: ApplyOptions,
    data_type: DataType,
}

impl RegriddedArray {
    pub(crate) const KIND: &'static str = "regrid/regridded";

    /// `input`, whose last axes are those of the weights' source grid, on the target grid.
    ///
    /// # Errors
    /// [`ArrayError::Rank`] for too few axes, [`ArrayError::Shape`] when the last ones do not fit the source,
    /// [`ArrayError::Type`] for text, [`RegridError::ReducerWeights`] for a reducer with other weights than areas.
    pub fn new(
        input: SharedArray,
        weights: Arc<Weights>,
        options: impl Into<ApplyOptions>,
    ) -> Result<Self, ArrayError> {
        let options = options.into();
        check_numbers(&input)?;
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
        if options.reducer() != Reducer::Mean && weights.method() != Method::Conservative {
            let (reducer, method) = (options.reducer().to_string(), weights.method().to_string());
            return Err(RegridError::ReducerWeights { reducer, method }.into());
        }
        if options.is_limited() && !weights.has_reconstruction() {
            let found = match weights.method() {
                Method::Conservative2 => "weights that were given".into(),
                method => format!("weights made as {method}"),
            };
            return Err(RegridError::Limited { found }.into());
        }
        shape.truncate(leading);
        shape.extend(weights.target().shape());
        let data_type = data_type(input.data_type(), &weights, options);
        Ok(Self { input, shares: None, weights, options, shape, data_type })
    }

    /// The same with a mean that is weighted by the values of a second array besides the area: the mean thickness of
    /// the ice and not of the cell, where `shares` is the fraction of a cell that is ice. A source cell whose share is
    /// zero counts as covered, whatever its value; one whose share or value is missing does not. A target cell whose
    /// shares sum to nothing is missing.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] unless the axes of `shares` are the last ones of the array, those of the grid among
    /// them, [`ArrayError::Type`] for text, and [`RegridError::WeightedReducer`] for a reducer other than the mean.
    pub fn weighted_by(mut self, shares: SharedArray) -> Result<Self, ArrayError> {
        check_numbers(&shares)?;
        if self.options.reducer() != Reducer::Mean {
            return Err(RegridError::WeightedReducer { reducer: self.options.reducer().to_string() }.into());
        }
        let shape = self.input.shape();
        if shares.shape().len() < self.weights.source().shape().len() || !shape.ends_with(shares.shape()) {
            return Err(ArrayError::Shape {
                what: "weights of a field to regrid, its last axes".into(),
                expected: shape.to_vec(),
                found: shares.shape().to_vec(),
            });
        }
        self.shares = Some(shares);
        Ok(self)
    }

    /// The same with results of single or double precision.
    ///
    /// # Errors
    /// [`ArrayError::Type`] for any other data type.
    pub fn with_data_type(mut self, data_type: DataType) -> Result<Self, ArrayError> {
        if !data_type.is_float() && data_type != self.data_type {
            return Err(ArrayError::Type {
                what: "data type of a regridded field".into(),
                expected: "float32 or float64".into(),
                found: data_type,
            });
        }
        self.data_type = data_type;
        Ok(self)
    }

    pub(crate) fn rebuild(description: &Description, inputs: &[SharedArray]) -> Result<Self, ArrayError> {
        let parameters: Parameters = description.parameters()?;
        let weights =
            Weights::from_bytes(description.blob(0)?).map_err(|error| description.broken(error.to_string()))?;
        let (input, shares) = match inputs {
            [input] => (input, None),
            [input, shares] => (input, Some(shares)),
            _ => return Err(description.broken("its input is missing")),
        };
        let mut array = Self::new(Arc::clone(input), weights, parameters.options)?;
        if let Some(shares) = shares {
            array = array.weighted_by(Arc::clone(shares))?;
        }
        array.with_data_type(parameters.data_type)
    }

    /// The target cells of the fields of a block of leading axes.
    fn apply(&self, leading: &Region, source: CellBlock, target: CellBlock) -> Result<Values, ArrayError> {
        let values = block_values(&*self.input, leading, source, self.weights.source())?;
        let shares = match &self.shares {
            Some(shares) => {
                let leading = last_axes(leading, shares.shape().len() - self.weights.source().shape().len())?;
                Some(block_values(&**shares, &leading, source, self.weights.source())?)
            }
            None => None,
        };
        let areas = match self.options.quantity() {
            Quantity::Extensive => Some(self.weights.areas()?),
            Quantity::Intensive => None,
        };
        let reconstruction = self.reconstruction(&values, shares.as_ref())?;
        let work = Work {
            weights: &self.weights,
            options: self.options,
            target,
            source,
            fields: values.fields()?,
            shares: shares.as_ref().map(BlockValues::fields).transpose()?,
            areas: areas.as_ref().map(|areas| (&areas.source[..], &areas.target[..])),
            reconstruction: reconstruction.as_deref(),
        };
        match work.picked(self.data_type)? {
            Some(picked) => Ok(picked),
            None => run(&work, self.data_type),
        }
    }

    /// How fields vary within the source cells, when weights alone do not say it.
    fn reconstruction(
        &self,
        values: &BlockValues,
        shares: Option<&BlockValues>,
    ) -> Result<Option<Arc<Reconstruction>>, ArrayError> {
        let is_needed = self.weights.has_reconstruction()
            && (self.options.is_limited() || values.has_missing() || shares.is_some_and(BlockValues::has_missing));
        if is_needed { Ok(self.weights.reconstruction()?) } else { Ok(None) }
    }
}

fn check_numbers(array: &SharedArray) -> Result<(), ArrayError> {
    if array.data_type().is_numeric() {
        return Ok(());
    }
    Err(not_numbers(array.data_type()))
}

/// The data type of results, unless it is chosen.
fn data_type(input: DataType, weights: &Weights, options: ApplyOptions) -> DataType {
    let every_cell_is_covered = || {
        let least = options.missing().min_coverage() - 1e-9;
        weights.covered_fraction().into_iter().all(|covered| covered > 0.0 && covered >= least)
    };
    match (input, weights.method()) {
        (DataType::F32, _) if options.reducer().picks() => DataType::F32,
        (DataType::F32, method) if method.is_of_points() => DataType::F32,
        (DataType::F32 | DataType::F64, _) => DataType::F64,
        (integer, _) if (options.reducer().picks() || weights.copies(options)) && every_cell_is_covered() => integer,
        _ => DataType::F64,
    }
}

/// The last axes of a region.
fn last_axes(region: &Region, axes: usize) -> Result<Region, ArrayError> {
    let first = region.rank() - axes;
    Region::new(region.start()[first..].to_vec(), region.shape()[first..].to_vec())
}

/// Whole numbers are found in double precision, so that the kernels are compiled for two kinds of results only.
fn run(work: &Work, data_type: DataType) -> Result<Values, ArrayError> {
    match data_type {
        DataType::F32 => Ok(Values::F32(work.run())),
        DataType::F64 => Ok(Values::F64(work.run())),
        integer => Values::F64(work.run()).cast(integer),
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
        let target = CellBlock::of_region(region, self.weights.target());
        let source = self.weights.block_of(target);
        if source.is_empty() || region.is_empty() {
            return Ok(Values::missing(self.data_type(), region.len()));
        }
        let rank = region.rank() - self.weights.target().shape().len();
        let leading = Region::new(region.start()[..rank].to_vec(), region.shape()[..rank].to_vec())?;
        let most = if self.input.in_memory().is_some() && source == CellBlock::whole(self.weights.source()) {
            usize::MAX
        } else {
            BATCH_BYTES / (source.len() * self.input.data_type().size())
        };
        let parts = read_parts(leading.clone(), &self.input.chunk_grid(), most);
        if let [part] = &parts[..] {
            return self.apply(part, source, target);
        }
        let mut result = Values::zeros(self.data_type(), region.len());
        for part in &parts {
            let values = self.apply(part, source, target)?;
            let (mut to, mut shape) = (vec![0; region.rank()], region.shape().to_vec());
            for axis in 0..rank {
                to[axis] = part.start()[axis] - leading.start()[axis];
                shape[axis] = part.shape()[axis];
            }
            let whole = Region::whole(&shape);
            result.copy_block(region.shape(), &Region::new(to, shape.clone())?, &values, &shape, &whole)?;
        }
        Ok(result)
    }

    fn blocks(&self) -> bool {
        self.input.blocks() || self.shares.as_ref().is_some_and(|shares| shares.blocks())
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let parameters = Parameters { options: self.options, data_type: self.data_type };
        let mut inputs = vec![self.input.describe()?];
        if let Some(shares) = &self.shares {
            inputs.push(shares.describe()?);
        }
        let weights = self.weights.to_bytes()?;
        Ok(Description::new(Self::KIND, &parameters)?.with_inputs(inputs).with_blob(weights.into()))
    }
}
