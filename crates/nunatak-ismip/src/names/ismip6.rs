//! File names of ISMIP6: `[prefix_]token_ICE_INSTITUTION_MODEL_EXPERIMENT.nc`.

use std::path::Path;

use crate::names::parts::without_copy_mark;

const ICE_SHEETS: [&str; 3] = ["AIS", "GIS", "GrIS"];
const PREFIXES: [&str; 1] = ["computed"];

/// A file name of ISMIP6, taken apart.
///
/// # Examples
/// ```
/// use nunatak_ismip::Ismip6FileName;
///
/// let name = Ismip6FileName::parse("computed_ivaf_minus_ctrl_proj_AIS_AWI_PISM1_exp05");
/// assert_eq!((name.prefix.as_deref(), name.token.as_str()), (Some("computed"), "ivaf_minus_ctrl_proj"));
/// assert_eq!((name.ice_sheet.as_deref(), name.tail.as_deref()), (Some("AIS"), Some("AWI_PISM1_exp05")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ismip6FileName {
    /// What is before the token (`computed`).
    pub prefix: Option<String>,
    /// What is before the ice sheet, without a prefix (`ivaf_minus_ctrl_proj`).
    pub token: String,
    /// The ice sheet as the name spells it.
    pub ice_sheet: Option<String>,
    /// What follows the ice sheet.
    pub tail: Option<String>,
}

impl Ismip6FileName {
    /// What a path's file name says after the ice sheet.
    pub fn tail_of(path: &Path) -> Option<String> {
        Self::parse(&path.file_stem().unwrap_or_default().to_string_lossy()).tail
    }

    /// The parts of a name without its extension.
    pub fn parse(stem: &str) -> Self {
        let stem = without_copy_mark(stem);
        let parts: Vec<&str> = stem.split('_').collect();
        let ice = parts.iter().skip(1).position(|part| ICE_SHEETS.contains(part)).map(|at| at + 1);
        let Some(ice) = ice else {
            let token = parts.first().copied().unwrap_or_default().to_string();
            return Self { prefix: None, token, ice_sheet: None, tail: None };
        };
        let prefixed = ice > 1 && PREFIXES.contains(&parts[0]);
        Self {
            prefix: prefixed.then(|| parts[0].to_string()),
            token: parts[usize::from(prefixed)..ice].join("_"),
            ice_sheet: Some(parts[ice].to_string()),
            tail: Some(parts[ice + 1..].join("_")),
        }
    }
}
