//! Components of source vectors rotated to the axes of a pole, as a lazy array.

use std::sync::{Arc, Mutex, PoisonError};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values, zeroed};
use nunatak_grid::Pole;
use nunatak_parallel::for_each_chunk;

use super::component::Component;
use super::rotation_angles::PolarRotations;
use crate::cell_block::CellBlock;
use crate::weights::Weights;

/// Both components of a region of a field.
type Pair = Arc<[Values; 2]>;

/// The two components of a vector field, each region of which is read once.
pub(crate) struct Vectors {
    components: [SharedArray; 2],
    kept: Mutex<Vec<(Region, Pair)>>,
}

impl Vectors {
    pub(crate) fn new(components: &[SharedArray; 2]) -> Arc<Self> {
        Arc::new(Self { components: components.clone(), kept: Mutex::default() })
    }

    fn read(&self, region: &Region) -> Result<Pair, ArrayError> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pair)) = kept().iter().find(|(own, _)| own == region) {
            return Ok(Arc::clone(pair));
        }
        let [x, y] = &self.components;
        let pair = Arc::new([x.read(region)?, y.read(region)?]);
        kept().push((region.clone(), Arc::clone(&pair)));
        Ok(pair)
    }
}

pub(crate) fn doubles(values: Values) -> Result<Vec<f64>, ArrayError> {
    match values.cast(DataType::F64)? {
        Values::F64(values) => Ok(values),
        other => Err(ArrayError::Type {
            what: "component of a vector".into(),
            expected: "numbers".into(),
            found: other.data_type(),
        }),
    }
}

/// A component along the axes of a pole; missing where either component is.
pub(crate) struct SourceRotation {
    pub(crate) vectors: Arc<Vectors>,
    pub(crate) component: Component,
    pub(crate) weights: Arc<Weights>,
    pub(crate) rotations: Arc<PolarRotations>,
    pub(crate) pole: Pole,
}

impl SourceRotation {
    fn rotated<T: Copy + Into<f64> + Sync>(&self, region: &Region, x: &[T], y: &[T]) -> Vec<f64> {
        let rotations = &self.rotations.of(self.pole).source;
        let block = CellBlock::of_region(region, self.weights.source());
        let width = self.weights.source().rows_and_columns().1;
        let mut rotated = zeroed(region.len());
        for_each_chunk(&mut rotated, block.columns, |row, rotated| {
            let first = (block.row + row % block.rows) * width + block.column;
            let pairs = x[row * block.columns..].iter().zip(&y[row * block.columns..]);
            for ((rotated, rotation), (&x, &y)) in rotated.iter_mut().zip(&rotations[first..]).zip(pairs) {
                *rotated = self.component.rotated(*rotation, x.into(), y.into());
            }
        });
        rotated
    }
}

impl Array for SourceRotation {
    fn data_type(&self) -> DataType {
        DataType::F64
    }

    fn shape(&self) -> &[usize] {
        self.vectors.components[0].shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.vectors.components[0].chunk_grid()
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        let pair = self.vectors.read(region)?;
        Ok(Values::F64(match &*pair {
            [Values::F32(x), Values::F32(y)] => self.rotated(region, x, y),
            [Values::F64(x), Values::F64(y)] => self.rotated(region, x, y),
            [x, y] => self.rotated(region, &doubles(x.clone())?, &doubles(y.clone())?),
        }))
    }

    fn blocks(&self) -> bool {
        self.vectors.components.iter().any(|component| component.blocks())
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(ArrayError::NotDescribable { kind: "component of vectors being rotated" })
    }
}
