//! The scalars, and the fields that each needs.

use serde::{Deserialize, Serialize};

use crate::convention::Convention;
use crate::field::Field;

/// A number for an ice sheet, or for each of its zones.
///
/// With thickness H, bed b, the fractions of ice m, of grounded ice g and of floating ice f (all clipped to 0 and 1), the
/// true area A of a cell, and the densities of ice and of sea water, sums go over all cells; a cell without ice, or
/// without a value, has nothing:
///
/// | scalar | Antarctica (Seroussi et al. 2020) | Greenland (Goelzer et al. 2020) |
/// |---|---|---|
/// | `ivol` | sum of H m A | the same |
/// | `ivaf` | sum of (H + min(b, 0) rho_w / rho_i) m g A, which may be below 0 in a cell | sum of max(H + min(b, 0) rho_w / rho_i, 0) m A |
/// | `lim`, `limnsw` | `ivol`, `ivaf` times rho_i | the same |
/// | `iareagr`, `iareafl` | sum of g m A, f m A | sum of g A, f A |
/// | `tendacabf` | sum of acabf m A | the same |
/// | `tendlibmassbffl` | sum of libmassbffl m f A | the same |
/// | `tendlibmassbf` | sum of (libmassbfgr g + libmassbffl f) m A, or of libmassbf m A | the same |
/// | `slc` | fall of `limnsw` since the first record, over 1000 kg m-3 and the 3.625e14 m2 of the ocean | the same |
///
/// # Examples
/// ```
/// use nunatak_scalars::Scalar;
///
/// let names: Vec<&str> = Scalar::ALL.iter().map(|scalar| scalar.name()).collect();
/// assert_eq!(names[..4], ["lim", "limnsw", "ivol", "ivaf"]);
/// assert_eq!(Scalar::of_name("slc").map(Scalar::units), Some("m"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scalar {
    /// Mass of the ice.
    Mass,
    /// Mass of the ice that does not displace sea water.
    MassAboveFlotation,
    /// Volume of the ice.
    Volume,
    /// Volume of the ice above flotation.
    VolumeAboveFlotation,
    /// Area of grounded ice.
    GroundedArea,
    /// Area of floating ice.
    FloatingArea,
    /// Total surface mass balance.
    SurfaceFlux,
    /// Total basal mass balance.
    BasalFlux,
    /// Total basal mass balance of floating ice.
    BasalFloatingFlux,
    /// Contribution to the level of the sea.
    SeaLevel,
}

impl Scalar {
    /// Every scalar.
    pub const ALL: [Self; 10] = [
        Self::Mass,
        Self::MassAboveFlotation,
        Self::Volume,
        Self::VolumeAboveFlotation,
        Self::GroundedArea,
        Self::FloatingArea,
        Self::SurfaceFlux,
        Self::BasalFlux,
        Self::BasalFloatingFlux,
        Self::SeaLevel,
    ];

    /// Its name: that of ISMIP6, or of the published files (`ivol`, `ivaf`), or `slc`.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// Its unit.
    pub fn units(self) -> &'static str {
        self.facts().1
    }

    /// What it is, in words.
    pub fn long_name(self) -> &'static str {
        self.facts().2
    }

    /// Its CF standard name, where there is one.
    pub fn standard_name(self) -> Option<&'static str> {
        match self {
            Self::Mass => Some("land_ice_mass"),
            Self::MassAboveFlotation => Some("land_ice_mass_not_displacing_sea_water"),
            Self::GroundedArea => Some("grounded_ice_sheet_area"),
            Self::FloatingArea => Some("floating_ice_shelf_area"),
            Self::SurfaceFlux => Some("tendency_of_land_ice_mass_due_to_surface_mass_balance"),
            Self::BasalFlux => Some("tendency_of_land_ice_mass_due_to_basal_mass_balance"),
            _ => None,
        }
    }

    /// The scalar of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scalar| scalar.name() == name)
    }

    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Mass => ("lim", "kg", "land ice mass"),
            Self::MassAboveFlotation => ("limnsw", "kg", "land ice mass not displacing sea water"),
            Self::Volume => ("ivol", "m3", "land ice volume"),
            Self::VolumeAboveFlotation => ("ivaf", "m3", "land ice volume above flotation"),
            Self::GroundedArea => ("iareagr", "m2", "grounded ice area"),
            Self::FloatingArea => ("iareafl", "m2", "floating ice area"),
            Self::SurfaceFlux => ("tendacabf", "kg s-1", "total surface mass balance"),
            Self::BasalFlux => ("tendlibmassbf", "kg s-1", "total basal mass balance"),
            Self::BasalFloatingFlux => ("tendlibmassbffl", "kg s-1", "total basal mass balance of floating ice"),
            Self::SeaLevel => ("slc", "m", "contribution to sea level since the first record"),
        }
    }

    /// The sum that it is made of.
    pub(crate) fn summed(self) -> Self {
        match self {
            Self::Mass => Self::Volume,
            Self::MassAboveFlotation | Self::SeaLevel => Self::VolumeAboveFlotation,
            other => other,
        }
    }

    /// The fields that it needs, where those of `there` are at hand.
    pub fn fields(self, convention: Convention, there: &[Field]) -> Vec<Field> {
        use Field::{BasalBalance, BasalFloating, BasalGrounded, Bed, FloatingFraction, GroundedFraction, IceFraction};
        let is_antarctic = convention == Convention::Antarctica;
        match self.summed() {
            Self::VolumeAboveFlotation if is_antarctic => vec![Field::Thickness, Bed, IceFraction, GroundedFraction],
            Self::VolumeAboveFlotation => vec![Field::Thickness, Bed, IceFraction],
            Self::GroundedArea if is_antarctic => vec![IceFraction, GroundedFraction],
            Self::GroundedArea => vec![GroundedFraction],
            Self::FloatingArea if is_antarctic => vec![IceFraction, FloatingFraction],
            Self::FloatingArea => vec![FloatingFraction],
            Self::SurfaceFlux => vec![Field::SurfaceBalance, IceFraction],
            Self::BasalFlux if there.contains(&BasalBalance) => vec![BasalBalance, IceFraction],
            Self::BasalFlux => vec![BasalGrounded, BasalFloating, IceFraction, GroundedFraction, FloatingFraction],
            Self::BasalFloatingFlux => vec![BasalFloating, IceFraction, FloatingFraction],
            _ => vec![Field::Thickness, IceFraction],
        }
    }
}
