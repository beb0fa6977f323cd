//! Fields that are integrated, and how they are bound to the records of a result.

use nunatak_array::SharedArray;
use serde::{Deserialize, Serialize};

/// A gridded variable of ISMIP6.
///
/// # Examples
/// ```
/// use nunatak_scalars::Field;
///
/// assert_eq!(Field::Thickness.name(), "lithk");
/// assert_eq!(Field::of_name("topg"), Some(Field::Bed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// Ice thickness, m.
    Thickness,
    /// Altitude of the bedrock, m.
    Bed,
    /// Fraction of a cell that is ice.
    IceFraction,
    /// Fraction of a cell that is grounded ice.
    GroundedFraction,
    /// Fraction of a cell that is floating ice.
    FloatingFraction,
    /// Surface mass balance, kg m-2 s-1.
    SurfaceBalance,
    /// Basal mass balance of all ice, kg m-2 s-1 (initMIP).
    BasalBalance,
    /// Basal mass balance of grounded ice, kg m-2 s-1.
    BasalGrounded,
    /// Basal mass balance of floating ice, kg m-2 s-1.
    BasalFloating,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::Thickness,
        Self::Bed,
        Self::IceFraction,
        Self::GroundedFraction,
        Self::FloatingFraction,
        Self::SurfaceBalance,
        Self::BasalBalance,
        Self::BasalGrounded,
        Self::BasalFloating,
    ];

    /// Its name in ISMIP6, or in initMIP.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// Its unit.
    pub fn units(self) -> &'static str {
        self.facts().1
    }

    /// The field of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    fn facts(self) -> (&'static str, &'static str) {
        match self {
            Self::Thickness => ("lithk", "m"),
            Self::Bed => ("topg", "m"),
            Self::IceFraction => ("sftgif", "1"),
            Self::GroundedFraction => ("sftgrf", "1"),
            Self::FloatingFraction => ("sftflf", "1"),
            Self::SurfaceBalance => ("acabf", "kg m-2 s-1"),
            Self::BasalBalance => ("libmassbf", "kg m-2 s-1"),
            Self::BasalGrounded => ("libmassbfgr", "kg m-2 s-1"),
            Self::BasalFloating => ("libmassbffl", "kg m-2 s-1"),
        }
    }
}

/// A field and its place in the result: which leading axes it has, and its unit.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_scalars::{BoundField, Field};
///
/// // A bed in kilometres, the same in every record.
/// let array = Arc::new(MemoryArray::new(vec![2, 2], Values::F32(vec![-0.5, -0.4, 0.1, 0.2]))?);
/// let bed = BoundField { field: Field::Bed, array, axes: vec![], scale: 1000.0 };
/// assert_eq!(bed.field.units(), "m");
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Clone)]
pub struct BoundField {
    /// Which field it is.
    pub field: Field,
    /// Its values: some leading axes, then those of the cells.
    pub array: SharedArray,
    /// For each of its leading axes the leading axis of the result that it is; the others it does not vary along.
    pub axes: Vec<usize>,
    /// What its values are multiplied with to have the unit of the field.
    pub scale: f64,
}
