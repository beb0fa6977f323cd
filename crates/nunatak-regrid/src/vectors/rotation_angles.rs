//! Angles between the axes of cells and those of a pole, carried along meridians.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use nunatak_grid::{Frame, Grid, Pole, VectorAxes};
use nunatak_parallel::map_values;
use nunatak_system::{PerProcess, inherit};

use crate::error::Result;
use crate::weights::Weights;

/// Cosine and sine of an angle.
pub(crate) type Rotation = [f64; 2];

/// Angles from the axes at the places of both grids to those at a pole, carried there along meridians.
///
/// Axes that are carried from a pole to everywhere have no break but at the other pole. Components along them are
/// smooth where the vectors are, also at this pole, where east and north are not; they are what is regridded.
#[derive(Debug)]
pub(crate) struct RotationAngles {
    /// What rotations components to the axes of the pole, by source cell.
    pub(crate) source: Vec<Rotation>,
    /// What rotations components from the axes of the pole, by target cell.
    pub(crate) target: Vec<Rotation>,
}

/// Angles to both poles, and the pole whose axes serve each target cell.
#[derive(Debug)]
pub(crate) struct PolarRotations {
    north: RotationAngles,
    south: RotationAngles,
    /// The nearer pole of each target cell.
    pub(crate) poles: Vec<Pole>,
}

/// Sets of angles that a process keeps at most, of weights that are in use.
const MOST_CACHED: usize = 8;

/// Angles of weights for vectors along some axes.
type CachedRotations = (Weak<Weights>, VectorAxes, Arc<PolarRotations>);

static ROTATION_CACHE: PerProcess<Mutex<Vec<CachedRotations>>> = PerProcess::new(inherit);

/// The angles of weights for vectors along these axes; arrays that share weights share them.
pub(crate) fn rotations(weights: &Arc<Weights>, axes: VectorAxes) -> Result<Arc<PolarRotations>> {
    let find = || {
        let kept = ROTATION_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |own: &Weak<Weights>| std::ptr::eq(own.as_ptr(), Arc::as_ptr(weights));
        kept.iter().find(|(own, of, _)| is_it(own) && *of == axes).map(|(.., rotations)| Arc::clone(rotations))
    };
    if let Some(rotations) = find() {
        return Ok(rotations);
    }
    let rotations = Arc::new(PolarRotations::new(weights.source(), weights.target(), axes)?);
    let mut kept = ROTATION_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(own, ..)| own.strong_count() > 0);
    kept.insert(0, (Arc::downgrade(weights), axes, Arc::clone(&rotations)));
    kept.truncate(MOST_CACHED);
    Ok(rotations)
}

impl PolarRotations {
    /// The angles to a pole.
    pub(crate) fn of(&self, pole: Pole) -> &RotationAngles {
        match pole {
            Pole::North => &self.north,
            Pole::South => &self.south,
        }
    }

    fn new(source: &Grid, target: &Grid, axes: VectorAxes) -> Result<Self> {
        let (source, target) = (source.frames(axes)?, target.frames(axes)?);
        let of = |pole: Frame| RotationAngles {
            // Both along the great circle through the cell and the pole: a meridian.
            source: map_values(source.len(), |cell| source[cell].turn_to(&pole)),
            target: map_values(target.len(), |cell| pole.turn_to(&target[cell])),
        };
        let nearer = |frame: &Frame| if frame.normal()[2] >= 0.0 { Pole::North } else { Pole::South };
        let poles = target.iter().map(nearer).collect();
        Ok(Self { north: of(Frame::geographic(0.0, 90.0)), south: of(Frame::geographic(0.0, -90.0)), poles })
    }
}
