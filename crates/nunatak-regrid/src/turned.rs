//! Vector components turned to the axes of a pole, while they are regridded.

use std::sync::{Arc, Mutex, PoisonError};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values, zeroed};
use nunatak_grid::Pole;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Weights;
use crate::block::Block;
use crate::turns::{PolarTurns, Turn};

/// One of the two components of a vector field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Component {
    /// Along x, or eastward.
    X,
    /// Along y, or northward.
    Y,
}

impl Component {
    /// This component of the vector (x, y), whose axes stand at an angle to the new ones.
    #[inline]
    pub(crate) fn turned(self, [cosine, sine]: Turn, x: f64, y: f64) -> f64 {
        match self {
            Self::X => cosine * x - sine * y,
            Self::Y => sine * x + cosine * y,
        }
    }
}

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
pub(crate) struct TurnedArray {
    pub(crate) vectors: Arc<Vectors>,
    pub(crate) component: Component,
    pub(crate) weights: Arc<Weights>,
    pub(crate) turns: Arc<PolarTurns>,
    pub(crate) pole: Pole,
}

impl TurnedArray {
    fn turned<T: Copy + Into<f64> + Sync>(&self, region: &Region, x: &[T], y: &[T]) -> Vec<f64> {
        let turns = &self.turns.of(self.pole).source;
        let block = Block::of_region(region, self.weights.source());
        let width = self.weights.source().rows_and_columns().1;
        let mut turned = zeroed(region.len());
        let rows = turned.par_chunks_mut(block.columns.max(1)).enumerate();
        rows.for_each(|(row, turned)| {
            let first = (block.row + row % block.rows) * width + block.column;
            let pairs = x[row * block.columns..].iter().zip(&y[row * block.columns..]);
            for ((turned, turn), (&x, &y)) in turned.iter_mut().zip(&turns[first..]).zip(pairs) {
                *turned = self.component.turned(*turn, x.into(), y.into());
            }
        });
        turned
    }
}

impl Array for TurnedArray {
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
            [Values::F32(x), Values::F32(y)] => self.turned(region, x, y),
            [Values::F64(x), Values::F64(y)] => self.turned(region, x, y),
            [x, y] => self.turned(region, &doubles(x.clone())?, &doubles(y.clone())?),
        }))
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(ArrayError::NotDescribable { kind: "component of vectors being turned" })
    }
}
