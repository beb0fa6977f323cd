//! The two protocols.

use crate::names::Ismip7Name;

/// Whose conventions files are held against.
///
/// # Examples
/// ```
/// use nunatak_ismip::Protocol;
///
/// assert_eq!(Protocol::of_file_name("lithk_AIS_JPL1_ISSM_exp05"), Protocol::Ismip6);
/// let stem = "lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300";
/// assert_eq!(Protocol::of_file_name(stem), Protocol::Ismip7);
/// assert_eq!(Protocol::parse("ismip7"), Some(Protocol::Ismip7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// ISMIP6: the projections to 2100 and 2300 that are published.
    Ismip6,
    /// ISMIP7: ten-field names, one calendar, a fill policy for every variable.
    Ismip7,
}

impl Protocol {
    /// The protocol of this name: `ismip6` or `ismip7`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "ismip6" => Some(Self::Ismip6),
            "ismip7" => Some(Self::Ismip7),
            _ => None,
        }
    }

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ismip6 => "ismip6",
            Self::Ismip7 => "ismip7",
        }
    }

    /// The protocol that the name of a file of model output shows; `stem` is the name without its extension.
    pub fn of_file_name(stem: &str) -> Self {
        if Ismip7Name::is_meant(stem) { Self::Ismip7 } else { Self::Ismip6 }
    }
}
