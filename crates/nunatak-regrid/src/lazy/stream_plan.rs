//! The order in which the cells of a mesh read a raster on the same polar map.

use std::sync::{Arc, Mutex, PoisonError};

use nunatak_grid::{Cells, Crs, Grid, PolarStereographic, RectilinearGrid};
use nunatak_parallel::map_values;
use nunatak_system::{PerProcess, inherit};
use rayon::prelude::*;

use crate::construct::overlap::{CellParts, map_areas, overlap_with_axes};
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};

/// Plans that a process keeps for arrays that are rebuilt in it one by one.
const MOST_PLANS: usize = 2;

static STREAM_PLAN_CACHE: PerProcess<Mutex<Vec<Arc<StreamPlan>>>> = PerProcess::new(inherit);
/// Held while a plan is computed: the tasks of a process ask for the same one at once.
static COMPUTING: PerProcess<Mutex<()>> = PerProcess::new(inherit);

/// Cells of the target, and the order in which neighbours come together.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, MeshGrid, RectilinearGrid};
/// use nunatak_regrid::StreamPlan;
///
/// let (crs, axis) = (Crs::parse("EPSG:3031")?, Axis::from_bounds(vec![-1e3, 0.0, 1e3])?);
/// let raster = Grid::Rectilinear(RectilinearGrid::new(crs.clone(), axis.clone(), axis)?);
/// // The lower right half of the square of the raster.
/// let mesh = MeshGrid::new(crs, vec![-1e3, 1e3, 1e3], vec![-1e3, -1e3, 1e3], &[0, 3], &[0, 1, 2])?;
/// let plan = StreamPlan::new(&raster, &Grid::Mesh(mesh))?;
/// let square: f64 = raster.cell_areas()?.iter().sum();
/// assert!((plan.areas()[0] / square - 0.5).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct StreamPlan {
    pub(super) source: RectilinearGrid,
    projection: PolarStereographic,
    pub(super) target: Grid,
    cells: Cells<2>,
    parts: CellParts,
    pub(super) order: Vec<u32>,
}

impl StreamPlan {
    /// The order of the cells of a mesh in which a raster on the same polar map is read.
    ///
    /// # Errors
    /// [`RegridError::Family`] for other grids, and errors of the mesh's cells.
    pub fn new(source: &Grid, target: &Grid) -> Result<Self> {
        let axes = source.rectilinear().ok_or(RegridError::Family)?;
        let Crs::PolarStereographic(projection) = axes.crs() else { return Err(RegridError::Family) };
        if !axes.crs().is_same(&target.crs()) || target.rectilinear().is_some() {
            return Err(RegridError::Family);
        }
        let cells = target.cells_on_map()?.ok_or(RegridError::Family)?;
        let parts = CellParts::new(&cells, target.len());
        let order = along_curve(&cells, &parts, target.len());
        Ok(Self { source: axes.clone(), projection: projection.clone(), target: target.clone(), cells, parts, order })
    }

    /// The plan of these grids, from the last that this process rebuilt.
    ///
    /// # Errors
    /// As [`StreamPlan::new`].
    pub(super) fn shared(source: &Grid, target: &Grid) -> Result<Arc<Self>> {
        let is_it = |plan: &Arc<Self>| source.rectilinear() == Some(&plan.source) && plan.target == *target;
        let cache = || STREAM_PLAN_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner);
        let known = || cache().iter().find(|plan| is_it(plan)).map(Arc::clone);
        // Threads of the pool do not wait for each other, because the one that computes may wait for them.
        let is_of_pool = rayon::current_thread_index().is_some();
        let _guard = (!is_of_pool).then(|| COMPUTING.get().lock().unwrap_or_else(PoisonError::into_inner));
        let plan = match known() {
            Some(plan) => plan,
            None => Arc::new(Self::new(source, target)?),
        };
        let mut kept = cache();
        kept.retain(|other| !is_it(other));
        kept.insert(0, Arc::clone(&plan));
        kept.truncate(MOST_PLANS);
        Ok(plan)
    }

    /// True areas (m2) of the cells, whose edges are straight lines of the map.
    pub fn areas(&self) -> Vec<f64> {
        map_areas(&self.projection, &self.cells, self.target.len())
    }

    /// What cells have of the raster, over their areas; one row for each.
    pub(super) fn rows(&self, cells: &[u32]) -> CsrRows {
        let parts = cells.iter().map(|&cell| self.parts.of(cell as usize));
        overlap_with_axes(&self.source, &self.projection, &self.cells, parts)
    }
}

/// Cells along the Z curve (Morton 1966) of a corner of each, 16 bits an axis.
fn along_curve(cells: &Cells<2>, parts: &CellParts, count: usize) -> Vec<u32> {
    let corner = |cell: usize| parts.of(cell).next().and_then(|part| cells.corners(part).first().copied());
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for corner in (0..count).filter_map(corner) {
        for axis in 0..2 {
            (low[axis], high[axis]) = (low[axis].min(corner[axis]), high[axis].max(corner[axis]));
        }
    }
    let place = |cell: usize| {
        let Some(corner) = corner(cell) else { return 0 };
        let steps = [0, 1].map(|axis| {
            let extent = (high[axis] - low[axis]).max(f64::MIN_POSITIVE);
            ((corner[axis] - low[axis]) / extent * f64::from(u16::MAX)) as u64
        });
        (0..16).rev().fold(0_u64, |place, bit| (place << 2) | (((steps[1] >> bit) & 1) << 1) | ((steps[0] >> bit) & 1))
    };
    let mut keyed: Vec<(u64, u32)> = map_values(count, |cell| (place(cell), cell as u32));
    keyed.par_sort_unstable();
    keyed.into_iter().map(|(_, cell)| cell).collect()
}
