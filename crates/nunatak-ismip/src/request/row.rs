//! One row of a data request: what a protocol requests of a variable.

use crate::ice_sheet::IceSheet;
use crate::meaning::Meaning;

/// The dimensions of a variable, in the order in which they are written.
///
/// # Examples
/// ```
/// use nunatak_ismip::{Protocol, RequestShape, request};
///
/// let thickness = request(Protocol::Ismip7, "lithk").unwrap();
/// assert_eq!(thickness.shape, RequestShape::Field);
/// assert_eq!(thickness.shape.names(), ["time", "y", "x"]);
/// assert!(!RequestShape::Scalar.is_gridded() && !RequestShape::Map.has_time());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestShape {
    /// (time, y, x).
    Field,
    /// (time, z, y, x), in a few snapshots.
    Volume,
    /// (y, x).
    Map,
    /// (time).
    Scalar,
}

impl RequestShape {
    /// The names of the dimensions; the vertical one may have any name.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Field => &["time", "y", "x"],
            Self::Volume => &["time", "z", "y", "x"],
            Self::Map => &["y", "x"],
            Self::Scalar => &["time"],
        }
    }

    /// Whether it has records.
    pub fn has_time(self) -> bool {
        self != Self::Map
    }

    /// Whether it has y and x.
    pub fn is_gridded(self) -> bool {
        self != Self::Scalar
    }
}

/// Where a variable may be missing.
///
/// # Examples
/// ```
/// use nunatak_ismip::{FillPolicy, Protocol, request};
///
/// let melt = request(Protocol::Ismip7, "libmassbffl").unwrap();
/// assert_eq!(melt.fill, FillPolicy::NoFloatingIce);
/// assert_eq!(melt.fill.mask(), Some("sftflf"));
/// assert_eq!(FillPolicy::Forbidden.mask(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillPolicy {
    /// The protocol does not say.
    Free,
    /// Nowhere.
    Forbidden,
    /// Outside the model's domain, which holds all the ice.
    OutsideDomain,
    /// Where `sftgif` is 0, and only there.
    NoIce,
    /// Where `sftgrf` is 0, and only there.
    NoGroundedIce,
    /// Where `sftflf` is 0, and only there.
    NoFloatingIce,
}

impl FillPolicy {
    /// The fraction whose zeros are where the variable is missing.
    pub fn mask(self) -> Option<&'static str> {
        match self {
            Self::NoIce => Some("sftgif"),
            Self::NoGroundedIce => Some("sftgrf"),
            Self::NoFloatingIce => Some("sftflf"),
            Self::Free | Self::Forbidden | Self::OutsideDomain => None,
        }
    }
}

/// A row of a protocol's data request.
///
/// # Examples
/// ```
/// use nunatak_ismip::{IceSheet, Protocol, request};
///
/// let thickness = request(Protocol::Ismip7, "lithk").unwrap();
/// assert_eq!((thickness.units, thickness.standard_names[0]), ("m", "land_ice_thickness"));
/// assert!(thickness.mandatory);
/// assert_eq!(thickness.range(IceSheet::Antarctica), (0.0, 5500.0));
/// assert_eq!(thickness.range(IceSheet::Greenland), (0.0, 5000.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VariableRequest {
    /// Its name.
    pub name: &'static str,
    /// Its dimensions.
    pub shape: RequestShape,
    /// State or flux.
    pub kind: Meaning,
    /// Accepted standard names, the preferred one first; none where CF has no name yet.
    pub standard_names: &'static [&'static str],
    /// Its units.
    pub units: &'static str,
    /// Whether every run must have it.
    pub mandatory: bool,
    /// Plausible values of Antarctica.
    pub antarctica: (f64, f64),
    /// Plausible values of Greenland.
    pub greenland: (f64, f64),
    /// Where it may be missing.
    pub fill: FillPolicy,
}

impl VariableRequest {
    /// Least and greatest plausible value of an ice sheet.
    pub fn range(&self, ice_sheet: IceSheet) -> (f64, f64) {
        match ice_sheet {
            IceSheet::Antarctica => self.antarctica,
            IceSheet::Greenland => self.greenland,
        }
    }
}

/// Rows of a data request: name, dimensions, kind, mandatory or not, fill policy, units, range of Antarctica, range of
/// Greenland, standard names.
macro_rules! rows {
    ($($name:ident $shape:ident $kind:ident $need:ident $fill:ident $units:literal
        $antarctica:expr, $greenland:expr, [$($standard:literal),*];)*) => {
        &[$(crate::request::row::VariableRequest {
            name: stringify!($name),
            shape: crate::request::row::RequestShape::$shape,
            kind: crate::meaning::Meaning::$kind,
            standard_names: &[$($standard),*],
            units: $units,
            mandatory: rows!(@ $need),
            antarctica: $antarctica,
            greenland: $greenland,
            fill: crate::request::row::FillPolicy::$fill,
        }),*]
    };
    (@ mandatory) => { true };
    (@ optional) => { false };
}

pub(crate) use rows;
