//! A lazy component of a vector field on another grid.

use std::sync::Arc;

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values, zeroed};
use nunatak_grid::{Pole, VectorAxes};
use nunatak_parallel::for_each_chunk;
use serde::{Deserialize, Serialize};

use super::component::Component;
use super::rotation_angles::{PolarRotations, rotations};
use super::source_rotation::{SourceRotation, Vectors, doubles};
use crate::cell_block::CellBlock;
use crate::error::RegridError;
use crate::lazy::RegriddedArray;
use crate::lazy::read_parts;
use crate::options::{ApplyOptions, Reducer};
use crate::weights::Weights;

/// Bytes of both components of the source that are rotated at once, unless one field alone has more.
const BATCH_BYTES: usize = 128 << 20;

/// A component of a vector field brought to another grid, along the axes of that grid.
///
/// Vectors are rotated to axes that are smooth about the nearer pole (those of the pole, carried along meridians),
/// regridded as [`RegriddedArray`] does, and rotated to the axes of the target: lengths are kept, and poles are places
/// like others. On polar maps of one pole the first rotation is the same everywhere. A vector is missing when one of its
/// components is.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{Array, MemoryArray, Region, SharedArray, Values};
/// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid, VectorAxes};
/// use nunatak_regrid::{ApplyOptions, Component, Method, RotatedArray, Weights};
///
/// # let (map, degrees) = (Crs::parse("EPSG:3031")?, Crs::parse("EPSG:4326")?);
/// # let (x, y) = (Axis::from_centres(vec![0.5e6, 1.5e6])?, Axis::from_centres(vec![-5e5, 5e5])?);
/// # let source = Grid::Rectilinear(RectilinearGrid::new(map, x, y)?);
/// # let (x, y) = (Axis::from_bounds(vec![89.0, 91.0])?, Axis::from_bounds(vec![-81.0, -80.0])?);
/// # let target = Grid::Rectilinear(RectilinearGrid::new(degrees, x, y)?);
/// // From a map of Antarctica to a cell at 90 degrees east, where the x of the map points north.
/// let weights = Arc::new(Weights::new(&source, &target, Method::Bilinear)?);
/// let x: SharedArray = Arc::new(MemoryArray::new(vec![2, 2], Values::F64(vec![3.0; 4]))?);
/// let y: SharedArray = Arc::new(MemoryArray::new(vec![2, 2], Values::F64(vec![0.0; 4]))?);
/// let north = RotatedArray::new([x, y], Component::Y, VectorAxes::Grid, weights, ApplyOptions::default())?;
/// let north = north.read(&Region::whole(&[1, 1]))?.to_f64()?;
/// assert!((north[0] - 3.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RotatedArray {
    pub(super) components: [SharedArray; 2],
    shares: Option<SharedArray>,
    weights: Arc<Weights>,
    parameters: Parameters,
    shape: Vec<usize>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Parameters {
    component: Component,
    axes: VectorAxes,
    options: ApplyOptions,
    data_type: DataType,
}

impl RotatedArray {
    pub(crate) const KIND: &'static str = "regrid/rotated";

    /// A component of the vectors whose components are `[x, y]`, two arrays of one shape, on the target grid.
    ///
    /// # Errors
    /// As [`RegriddedArray::new`]; [`ArrayError::Shape`] for components of two shapes, and
    /// [`RegridError::RotatedReducer`] for a statistic that is no sum.
    pub fn new(
        components: [SharedArray; 2],
        component: Component,
        axes: VectorAxes,
        weights: Arc<Weights>,
        options: ApplyOptions,
    ) -> Result<Self, ArrayError> {
        if !matches!(options.reducer(), Reducer::Mean | Reducer::Sum) {
            return Err(RegridError::RotatedReducer { reducer: options.reducer().to_string() }.into());
        }
        let [x, y] =
            components.each_ref().map(|array| RegriddedArray::new(Arc::clone(array), Arc::clone(&weights), options));
        let (x, y) = (x?, y?);
        if x.shape() != y.shape() {
            return Err(ArrayError::Shape {
                what: "second component of a vector to regrid".into(),
                expected: components[0].shape().to_vec(),
                found: components[1].shape().to_vec(),
            });
        }
        let is_single = [&x, &y].iter().all(|array| array.data_type() == DataType::F32);
        let data_type = if is_single { DataType::F32 } else { DataType::F64 };
        let (shape, parameters) = (x.shape().to_vec(), Parameters { component, axes, options, data_type });
        Ok(Self { components, shares: None, weights, parameters, shape })
    }

    /// The same with a mean that is weighted by a second field.
    ///
    /// # Errors
    /// As [`RegriddedArray::weighted_by`].
    pub fn weighted_by(mut self, shares: SharedArray) -> Result<Self, ArrayError> {
        self.regridded(Arc::clone(&self.components[0]), Some(&shares))?;
        self.shares = Some(shares);
        Ok(self)
    }

    /// The same with results of single or double precision.
    ///
    /// # Errors
    /// [`ArrayError::Type`] for any other data type.
    pub fn with_data_type(mut self, data_type: DataType) -> Result<Self, ArrayError> {
        if !data_type.is_float() {
            return Err(ArrayError::Type {
                what: "data type of a component of vectors".into(),
                expected: "float32 or float64".into(),
                found: data_type,
            });
        }
        self.parameters.data_type = data_type;
        Ok(self)
    }

    pub(crate) fn rebuild(description: &Description, inputs: &[SharedArray]) -> Result<Self, ArrayError> {
        let Parameters { component, axes, options, data_type } = description.parameters()?;
        let weights =
            Weights::from_bytes(description.blob(0)?).map_err(|error| description.broken(error.to_string()))?;
        let [x, y, shares @ ..] = inputs else { return Err(description.broken("its inputs are missing")) };
        let array = Self::new([Arc::clone(x), Arc::clone(y)], component, axes, weights, options)?;
        match shares {
            [shares, ..] => array.weighted_by(Arc::clone(shares))?,
            [] => array,
        }
        .with_data_type(data_type)
    }

    fn regridded(&self, input: SharedArray, shares: Option<&SharedArray>) -> Result<RegriddedArray, ArrayError> {
        let array = RegriddedArray::new(input, Arc::clone(&self.weights), self.parameters.options)?;
        match shares {
            Some(shares) => array.weighted_by(Arc::clone(shares)),
            None => Ok(array),
        }
    }

    /// Both components of a region along the axes of a pole.
    fn polar(
        &self,
        vectors: &Arc<Vectors>,
        rotations: &Arc<PolarRotations>,
        pole: Pole,
        region: &Region,
    ) -> Result<[Vec<f64>; 2], ArrayError> {
        let along = |component: Component| {
            let (vectors, weights, rotations) = (Arc::clone(vectors), Arc::clone(&self.weights), Arc::clone(rotations));
            let rotated = Arc::new(SourceRotation { vectors, component, weights, rotations, pole });
            doubles(self.regridded(rotated, self.shares.as_ref())?.read(region)?)
        };
        Ok([along(Component::X)?, along(Component::Y)?])
    }

    /// The component in a region whose source is small enough to be rotated at once.
    fn component(&self, rotations: &Arc<PolarRotations>, region: &Region) -> Result<Vec<f64>, ArrayError> {
        let vectors = Vectors::new(&self.components);
        let cells = CellBlock::of_region(region, self.weights.target()).cells(self.weights.target());
        let mut result = zeroed(region.len());
        result.fill(f64::NAN);
        for pole in [Pole::North, Pole::South] {
            if !cells.iter().any(|&cell| rotations.poles[cell] == pole) {
                continue;
            }
            let [x, y] = self.polar(&vectors, rotations, pole, region)?;
            let back = &rotations.of(pole).target;
            for_each_chunk(&mut result, cells.len(), |field, result| {
                let (x, y) = (&x[field * cells.len()..], &y[field * cells.len()..]);
                for (at, &cell) in cells.iter().enumerate() {
                    if rotations.poles[cell] == pole {
                        result[at] = self.parameters.component.rotated(back[cell], x[at], y[at]);
                    }
                }
            });
        }
        Ok(result)
    }
}

impl Array for RotatedArray {
    fn data_type(&self) -> DataType {
        self.parameters.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let first =
            RegriddedArray::new(Arc::clone(&self.components[0]), Arc::clone(&self.weights), self.parameters.options);
        first.map_or_else(|_| ChunkGrid::single(&self.shape), |first| first.chunk_grid())
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        let source = self.weights.block_of(CellBlock::of_region(region, self.weights.target()));
        if source.is_empty() || region.is_empty() {
            return Ok(Values::missing(self.data_type(), region.len()));
        }
        let rotations = rotations(&self.weights, self.parameters.axes)?;
        let rank = region.rank() - self.weights.target().shape().len();
        let leading = Region::new(region.start()[..rank].to_vec(), region.shape()[..rank].to_vec())?;
        let most = BATCH_BYTES / (source.len() * size_of::<[f64; 2]>());
        let mut result = Values::zeros(DataType::F64, region.len());
        for part in read_parts(leading.clone(), &self.components[0].chunk_grid(), most) {
            let (mut start, mut shape) = (region.start().to_vec(), region.shape().to_vec());
            let mut to = vec![0; region.rank()];
            for axis in 0..rank {
                (start[axis], shape[axis]) = (part.start()[axis], part.shape()[axis]);
                to[axis] = part.start()[axis] - leading.start()[axis];
            }
            let values = Values::F64(self.component(&rotations, &Region::new(start, shape.clone())?)?);
            let whole = Region::whole(&shape);
            result.copy_block(region.shape(), &Region::new(to, shape.clone())?, &values, &shape, &whole)?;
        }
        result.cast(self.data_type())
    }

    fn blocks(&self) -> bool {
        self.components.iter().chain(&self.shares).any(|input| input.blocks())
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let mut inputs = self.components.iter().map(|array| array.describe()).collect::<Result<Vec<_>, _>>()?;
        if let Some(shares) = &self.shares {
            inputs.push(shares.describe()?);
        }
        let weights = self.weights.to_bytes()?;
        Ok(Description::new(Self::KIND, &self.parameters)?.with_inputs(inputs).with_blob(weights.into()))
    }
}
