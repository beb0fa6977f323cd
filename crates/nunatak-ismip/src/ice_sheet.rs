//! The two ice sheets: their names, domains and map projections.

/// An ice sheet of the ISMIP grids.
///
/// # Examples
/// ```
/// use nunatak_ismip::IceSheet;
///
/// let greenland = IceSheet::parse("GrIS").unwrap();
/// assert_eq!((greenland, greenland.name(), greenland.epsg()), (IceSheet::Greenland, "GIS", 3413));
/// assert_eq!(greenland.extent().0, [-720_000.0, 960_000.0], "first and last x, in metres");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IceSheet {
    /// Antarctica.
    Antarctica,
    /// Greenland.
    Greenland,
}

/// A polar stereographic projection on the WGS84 ellipsoid, by its CF parameters in degrees.
///
/// # Examples
/// ```
/// use nunatak_ismip::{IceSheet, PolarStereographic};
///
/// let map = PolarStereographic { pole: 90.0, standard_parallel: 70.0, central_longitude: -45.0 };
/// assert_eq!(IceSheet::Greenland.projection(), map, "EPSG:3413");
/// assert_eq!(IceSheet::Antarctica.projection().standard_parallel, -71.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolarStereographic {
    /// Latitude of the pole at the origin.
    pub pole: f64,
    /// Latitude of true scale.
    pub standard_parallel: f64,
    /// Longitude that points straight down (up, in the south) from the pole.
    pub central_longitude: f64,
}

impl IceSheet {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Antarctica, Self::Greenland];

    /// The ice sheet of a name's field: `AIS`, `GIS` (ISMIP6) or `GrIS` (ISMIP7).
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "AIS" => Some(Self::Antarctica),
            "GIS" | "GrIS" => Some(Self::Greenland),
            _ => None,
        }
    }

    /// Its name in ISMIP6: `AIS` or `GIS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Antarctica => "AIS",
            Self::Greenland => "GIS",
        }
    }

    /// Its name in ISMIP7: `AIS` or `GrIS`.
    pub fn ismip7_name(self) -> &'static str {
        match self {
            Self::Antarctica => "AIS",
            Self::Greenland => "GrIS",
        }
    }

    /// First and last node of the domain in x and in y, m; the same in ISMIP6 and ISMIP7.
    ///
    /// `xfirst`, `yfirst` and the number of nodes of the grid descriptions of ISMIP7, whose text says that the grids did
    /// not change since ISMIP6.
    pub fn extent(self) -> ([f64; 2], [f64; 2]) {
        match self {
            Self::Antarctica => ([-3_040_000.0, 3_040_000.0], [-3_040_000.0, 3_040_000.0]),
            Self::Greenland => ([-720_000.0, 960_000.0], [-3_450_000.0, -570_000.0]),
        }
    }

    /// The EPSG code of its map.
    pub fn epsg(self) -> u32 {
        match self {
            Self::Antarctica => 3031,
            Self::Greenland => 3413,
        }
    }

    /// The parameters of its map (EPSG:3031, EPSG:3413).
    pub fn projection(self) -> PolarStereographic {
        let (pole, standard_parallel, central_longitude) = match self {
            Self::Antarctica => (-90.0, -71.0, 0.0),
            Self::Greenland => (90.0, 70.0, -45.0),
        };
        PolarStereographic { pole, standard_parallel, central_longitude }
    }
}
