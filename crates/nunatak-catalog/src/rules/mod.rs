//! Repair rules: each has a name, a match on what is in the file, and a fix that is recorded.

mod grid;
mod grid_mapping;
mod time;
mod values;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{CatalogError, Result, Severity};

pub(crate) use grid::repair_grid;
pub(crate) use grid_mapping::add_grid_mapping;
pub(crate) use time::{rename_unit, repair_time};
pub(crate) use values::{arm_undeclared_fill_values, corner_finding};

/// A known error of the archive and what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, as in the table of repairs in the documentation.
    pub id: &'static str,
    /// Where it was seen first; rules match on content, never on this.
    pub who: &'static str,
    /// What is wrong.
    pub symptom: &'static str,
    /// What is done.
    pub fix: &'static str,
    /// How bad it would be to leave it.
    pub severity: Severity,
    /// Where it is described.
    pub source: &'static str,
}

/// An application of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// The rule.
    pub rule: &'static str,
    /// What the file has.
    pub before: String,
    /// What the tree has.
    pub after: String,
}

impl Repair {
    pub(crate) fn new(rule: &'static str, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { rule, before: before.into(), after: after.into() }
    }
}

const INDEX: &str = "englacial/ismip-indexing";
const SEROUSSI: &str = "Seroussi et al. 2020, scripts";

macro_rules! rules {
    ($($id:literal $severity:ident $source:expr, $who:literal, $symptom:literal, $fix:literal;)*) => {
        &[$(Rule {
            id: $id, who: $who, symptom: $symptom, fix: $fix, severity: Severity::$severity, source: $source,
        }),*]
    };
}

const RULES: &[Rule] = rules! {
    "A1" Error INDEX, "UCIJPL/ISSM", "experiment glued to the variable in the file name", "variable without the experiment";
    "A2" Info INDEX, "ULB/fETISh", "file name and directories disagree", "the directories are trusted";
    "A3" Info INDEX, "ILTS_PIK", "institution with an underscore: the file name cannot be split", "parts come from the directories";
    "A4" Error INDEX, "ULB/fETISh_16km", "file of 0 bytes", "reported, not opened";
    "A7" Warning INDEX, "JPL1/ISSM", "experiment `hist` or `ctrl_proj` where others have `hist_std`, `ctrl_proj_std`", "alias for searches; nodes keep their names";
    "A8" Info INDEX, "ILTS_PIK/SICOPOLIS1, LSCE/GRISLI2", "NetCDF-3 beside HDF5 files", "recognised by content";
    "N1" Info "nunatak", "computed scalars", "two files of an experiment hold a variable of the same name", "the file's own token names the second";
    "C1" Error INDEX, "not recorded", "attribute `unit`", "renamed to `units`";
    "C2" Error INDEX, "not recorded", "`since MM-DD-YYYY`", "`since YYYY-MM-DD`";
    "C3" Warning INDEX, "VUB/AISMPALEO", "reference date with day 0", "day 1";
    "C7" Error INDEX, "NCAR/CISM", "units `day as %Y%m%d.%f`", "packed dates decoded; plain day numbers counted from the epoch that fits the experiment";
    "C19" Error "Zenodo 3940766", "computed scalars", "decimal years `since 0000-00-00`, calendar `365 days`", "days since 0001-01-01, noleap";
    "C4" Warning INDEX, "CPOM/BISICLES", "no calendar", "the calendar that the steps show, else 365_day";
    "C12" Error "inferred; verified on values", "ULB/fETISh", "360-day steps under a real calendar", "calendar 360_day";
    "C8" Error INDEX, "DOE/MALI", "365-day steps over leap days under a real calendar", "calendar 365_day";
    "C13" Error SEROUSSI, "DOE/MALI", "projection counted from 2005-01-01 that starts at 0", "counted from 2015-01-01";
    "C16" Info SEROUSSI, "JPL1, NCAR, PIK, UCIJPL, ULB, UTAS, VUB, VUW", "annual means stamped at the end of their year", "stamps kept; flagged";
    "B5" Info INDEX, "ILTS_PIK", "x and y in single precision; `mapping`, `crs`, `year` beside the data", "x and y in double precision; the others are no data";
    "B1" Error INDEX, "JPL1/ISSM, UCIJPL/ISSM", "no x and y", "x and y of the ISMIP6 grid of that size";
    "B2" Error INDEX, "IMAU, LSCE, NCAR, ULB", "only two-dimensional lat and lon", "x and y of the ISMIP6 grid of that size";
    "B4" Error INDEX, "CPOM/BISICLES", "dimensions (time, x, y)", "transposed by name, lazily";
    "B8" Warning "ISMIP6 grids", "most models", "ISMIP6 domain without a grid mapping", "EPSG:3031 (AIS) or EPSG:3413 (GIS) as grid mapping `crs`";
    "D1" Warning INDEX, "AWI, ULB", "no fill value declared, or one that cannot match", "1e20 and 9.97e36 are read as missing where they occur; any other value is left, `check` shows it";
};

/// All rules, in the order in which they are applied.
pub fn all_rules() -> &'static [Rule] {
    RULES
}

/// The rules that are switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet(BTreeSet<&'static str>);

impl RuleSet {
    /// Every rule.
    pub fn ismip6() -> Self {
        Self(RULES.iter().map(|rule| rule.id).collect())
    }

    /// No rule.
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// The named rules.
    ///
    /// # Errors
    /// [`CatalogError::UnknownRule`].
    pub fn named<S: AsRef<str>>(ids: &[S]) -> Result<Self> {
        let known = || RULES.iter().map(|rule| rule.id).collect::<Vec<_>>().join(", ");
        ids.iter()
            .map(|id| {
                let rule = RULES.iter().find(|rule| rule.id == id.as_ref()).map(|rule| rule.id);
                rule.ok_or_else(|| CatalogError::UnknownRule { found: id.as_ref().into(), known: known() })
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }
}
