/// An ice sheet of the ISMIP grids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IceSheet {
    Antarctica,
    Greenland,
}

impl IceSheet {
    /// The ice sheet of a name's field: `AIS`, `GIS` (ISMIP6) or `GrIS` (ISMIP7).
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "AIS" => Some(Self::Antarctica),
            "GIS" | "GrIS" => Some(Self::Greenland),
            _ => None,
        }
    }

    /// Smallest and largest x and y of the domain, m.
    pub(super) fn extent(self) -> ([f64; 2], [f64; 2]) {
        match self {
            Self::Antarctica => ([-3_040_000.0, 3_040_000.0], [-3_040_000.0, 3_040_000.0]),
            Self::Greenland => ([-720_000.0, 960_000.0], [-3_450_000.0, -570_000.0]),
        }
    }

    pub(super) fn epsg(self) -> u32 {
        match self {
            Self::Antarctica => 3031,
            Self::Greenland => 3413,
        }
    }
}
