//! Grids to go to by their names.

use std::sync::Arc;

use nunatak_format::StorageOptions;
use nunatak_grid::recognition::RecognitionWarning;

use super::target::RegridTarget;
use crate::Result;
use crate::grids::{Extent, GridName, HealpixEllipsoid, parse_grid};

/// The grid that is named, to regrid to or to aggregate on. Of HEALPix cells no list of numbers is made. What is doubtful
/// is added to `warnings`.
///
/// # Errors
/// As [`parse_grid`], and those of recognising the grid of a file.
pub fn parse_target(
    text: &str,
    extent: Option<Extent>,
    options: &StorageOptions,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<Arc<RegridTarget>> {
    if let GridName::Healpix { level, order } = text.parse()? {
        return RegridTarget::healpix(level, order, HealpixEllipsoid::Wgs84);
    }
    RegridTarget::of(&parse_grid(text, extent, options)?, None, warnings)
}
