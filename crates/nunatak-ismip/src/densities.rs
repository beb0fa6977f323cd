//! Densities that models work with, which their files do not say.

use crate::IceSheet;

/// Densities of a model, kg m-3.
///
/// # Examples
/// ```
/// use nunatak_ismip::{Densities, IceSheet};
///
/// let of_cism = Densities::of_model(IceSheet::Antarctica, "NCAR", "CISM");
/// assert_eq!(of_cism, Some(Densities { ice: 910.0, ocean: 1026.0 }));
/// assert_eq!(Densities::of_model(IceSheet::Antarctica, "CPOM", "BISICLES"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Densities {
    /// Of ice.
    pub ice: f64,
    /// Of sea water.
    pub ocean: f64,
}

/// Institution, how the names of its models begin, and their densities: Seroussi et al. (2020) for Antarctica (its
/// published scalars carry the same numbers), the scripts of Goelzer et al. (2020) for Greenland.
type Row = (&'static str, &'static str, f64, f64);

const ANTARCTICA: [Row; 16] = [
    ("AWI", "PISM", 910.0, 1023.0),
    ("DOE", "MALI", 910.0, 1023.0),
    ("ILTS_PIK", "SICOPOLIS", 910.0, 1028.0),
    ("IMAU", "IMAUICE1", 910.0, 1028.0),
    ("IMAU", "IMAUICE2", 910.0, 1028.0),
    ("JPL1", "ISSM", 917.0, 1023.0),
    ("LSCE", "GRISLI", 918.0, 1023.0),
    ("NCAR", "CISM", 910.0, 1026.0),
    ("PIK", "PISM1", 910.0, 1028.0),
    ("PIK", "PISM2", 910.0, 1028.0),
    ("UCIJPL", "ISSM", 917.0, 1023.0),
    ("ULB", "fETISh_16km", 910.0, 1028.0),
    ("ULB", "fETISh_32km", 910.0, 1028.0),
    ("UTAS", "ElmerIce", 900.0, 1025.0),
    ("VUB", "AISMPALEO", 910.0, 1028.0),
    ("VUW", "PISM", 910.0, 1028.0),
];

const GREENLAND: [Row; 10] = [
    ("AWI", "ISSM", 910.0, 1000.0),
    ("BGC", "BISICLES", 917.0, 1023.0),
    ("GSFC", "ISSM", 917.0, 1023.0),
    ("ILTS_PIK", "SICOPOLIS", 910.0, 1028.0),
    ("IMAU", "IMAUICE", 910.0, 1028.0),
    ("JPL", "ISSM", 917.0, 1023.0),
    ("LSCE", "GRISLI", 918.0, 1028.0),
    ("MUN", "GSM", 900.0, 1028.0),
    ("NCAR", "CISM", 917.0, 1026.0),
    ("UAF", "PISM", 910.0, 1028.0),
];

impl Densities {
    /// The densities of a model of ISMIP6; `None` where they are not known.
    pub fn of_model(sheet: IceSheet, institution: &str, model: &str) -> Option<Self> {
        let rows: &[Row] = match sheet {
            IceSheet::Antarctica => &ANTARCTICA,
            IceSheet::Greenland => &GREENLAND,
        };
        rows.iter()
            .find(|(own, begins, ..)| *own == institution && model.starts_with(begins))
            .map(|&(_, _, ice, ocean)| Self { ice, ocean })
    }
}
