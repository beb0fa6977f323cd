/// An ice sheet of the ISMIP grids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IceSheet {
    Antarctica,
    Greenland,
}

impl IceSheet {
    pub(crate) const ALL: [Self; 2] = [Self::Antarctica, Self::Greenland];

    /// The ice sheet of a name's field: `AIS`, `GIS` (ISMIP6) or `GrIS` (ISMIP7).
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "AIS" => Some(Self::Antarctica),
            "GIS" | "GrIS" => Some(Self::Greenland),
            _ => None,
        }
    }

    /// Its name in ISMIP6.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Antarctica => "AIS",
            Self::Greenland => "GIS",
        }
    }

    /// First and last node of the domain in x and in y, m.
    pub(crate) fn extent(self) -> ([f64; 2], [f64; 2]) {
        match self {
            Self::Antarctica => ([-3_040_000.0, 3_040_000.0], [-3_040_000.0, 3_040_000.0]),
            Self::Greenland => ([-720_000.0, 960_000.0], [-3_450_000.0, -570_000.0]),
        }
    }

    pub(crate) fn epsg(self) -> u32 {
        match self {
            Self::Antarctica => 3031,
            Self::Greenland => 3413,
        }
    }
}
