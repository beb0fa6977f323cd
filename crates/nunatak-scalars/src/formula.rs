//! The formula of each scalar, cell by cell.

use serde::{Deserialize, Serialize};

use crate::convention::Convention;
use crate::error::{Result, ScalarsError};
use crate::field::Field;
use crate::scalar::Scalar;
use crate::sums::{RowBlock, ZoneSums};

/// Density of fresh water, kg m-3 (Goelzer et al. 2020).
const FRESH_WATER: f64 = 1000.0;
/// Area of the ocean, m2: 362.5 Gt raise the sea by 1 mm (Gregory et al. 2019; Seroussi et al. 2020).
const OCEAN_AREA: f64 = 3.625e14;

/// Rise of the sea (m) for every kilogram of ice above flotation that is lost.
pub const SEA_LEVEL_PER_KILOGRAM: f64 = 1.0 / (FRESH_WATER * OCEAN_AREA);

/// Densities and convention of a run.
///
/// # Examples
/// ```
/// use nunatak_scalars::{Constants, Convention};
///
/// let constants = Constants::new(917.0, 1028.0, Convention::Antarctica)?;
/// assert_eq!((constants.ice_density(), constants.ocean_density()), (917.0, 1028.0));
/// # Ok::<(), nunatak_scalars::ScalarsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Constants {
    ice_density: f64,
    ocean_density: f64,
    convention: Convention,
}

impl Constants {
    /// Densities (kg m-3) of ice and of sea water, and whose formulas are used.
    ///
    /// # Errors
    /// [`ScalarsError::Density`] for what is not above 0.
    pub fn new(ice_density: f64, ocean_density: f64, convention: Convention) -> Result<Self> {
        for (name, found) in [("ice_density", ice_density), ("ocean_density", ocean_density)] {
            if !(found.is_finite() && found > 0.0) {
                return Err(ScalarsError::Density { name, found });
            }
        }
        Ok(Self { ice_density, ocean_density, convention })
    }

    /// Density of ice, kg m-3.
    pub fn ice_density(self) -> f64 {
        self.ice_density
    }

    /// Density of sea water, kg m-3.
    pub fn ocean_density(self) -> f64 {
        self.ocean_density
    }

    /// Whose formulas are used.
    pub fn convention(self) -> Convention {
        self.convention
    }

    /// What the sum of a scalar is multiplied with.
    pub(crate) fn factor(self, scalar: Scalar) -> f64 {
        match scalar {
            Scalar::Mass | Scalar::MassAboveFlotation => self.ice_density,
            Scalar::SeaLevel => -self.ice_density * SEA_LEVEL_PER_KILOGRAM,
            _ => 1.0,
        }
    }

    /// Adds the cells of a block to the sums of a scalar.
    pub(crate) fn add(self, scalar: Scalar, block: &RowBlock<'_>, sums: &mut ZoneSums) {
        let ratio = self.ocean_density / self.ice_density;
        let is_antarctic = self.convention == Convention::Antarctica;
        let [h, bed, m, g, f] =
            [Field::Thickness, Field::Bed, Field::IceFraction, Field::GroundedFraction, Field::FloatingFraction]
                .map(|field| block.values(field));
        let [smb, bmb, bmb_gr, bmb_fl] =
            [Field::SurfaceBalance, Field::BasalBalance, Field::BasalGrounded, Field::BasalFloating]
                .map(|field| block.values(field));
        match scalar {
            Scalar::VolumeAboveFlotation if is_antarctic => {
                sums.add(block, |at| covered(m[at], covered(g[at], above_flotation(h[at], bed[at], ratio))))
            }
            Scalar::VolumeAboveFlotation => {
                sums.add(block, |at| covered(m[at], at_least_zero(above_flotation(h[at], bed[at], ratio))));
            }
            Scalar::GroundedArea if is_antarctic => sums.add(block, |at| covered(m[at], fraction(g[at]))),
            Scalar::GroundedArea => sums.add(block, |at| fraction(g[at])),
            Scalar::FloatingArea if is_antarctic => sums.add(block, |at| covered(m[at], fraction(f[at]))),
            Scalar::FloatingArea => sums.add(block, |at| fraction(f[at])),
            Scalar::SurfaceFlux => sums.add(block, |at| covered(m[at], smb[at])),
            Scalar::BasalFlux if !bmb.is_empty() => sums.add(block, |at| covered(m[at], bmb[at])),
            Scalar::BasalFlux => {
                sums.add(block, |at| covered(m[at], covered(g[at], bmb_gr[at]) + covered(f[at], bmb_fl[at])))
            }
            Scalar::BasalFloatingFlux => sums.add(block, |at| covered(m[at], covered(f[at], bmb_fl[at]))),
            _ => sums.add(block, |at| covered(m[at], h[at])),
        }
    }
}

/// A fraction within 0 and 1; NaN stays.
fn fraction(value: f64) -> f64 {
    value.clamp(0.0, 1.0)
}

/// A value times the fraction of the cell that has it: 0 where the fraction is 0, whatever number stands there, and NaN
/// where either is missing.
fn covered(share: f64, value: f64) -> f64 {
    match fraction(share) {
        0.0 if !value.is_nan() => 0.0,
        share => share * value,
    }
}

/// Thickness of the ice above flotation: all of it where the bed is above the sea.
fn above_flotation(thickness: f64, bed: f64, ratio: f64) -> f64 {
    thickness + ratio * if bed > 0.0 { 0.0 } else { bed }
}

fn at_least_zero(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}
