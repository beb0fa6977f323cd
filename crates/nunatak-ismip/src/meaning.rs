//! What the numbers of a variable are in time: states or fluxes.

use serde::Deserialize;

/// What the numbers of a file's variable stand for in time.
///
/// # Examples
/// ```
/// use nunatak_ismip::Meaning;
///
/// assert_eq!(Meaning::of("lithk"), Meaning::State);
/// assert_eq!(Meaning::of("acabf"), Meaning::Flux);
/// assert_eq!(Meaning::of("my_field").name(), "unknown");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// A snapshot at the end of the year.
    State,
    /// A mean over the year.
    Flux,
    /// Not a variable of the ISMIP tables.
    Unknown,
}

impl Meaning {
    /// The meaning of an ISMIP6, ISMIP7 or initMIP variable, or of a scalar computed from them.
    pub fn of(variable: &str) -> Self {
        const STATES: &[&str] = &[
            "lithk",
            "orog",
            "base",
            "topg",
            "strbasemag",
            "sftgif",
            "sftgrf",
            "sftflf",
            "lim",
            "limnsw",
            "iareagr",
            "iareafl",
            "iareag",
            "iareaf",
            "ivol",
            "ivaf",
            "deltag",
            "thdrflf",
            "refgeoid",
        ];
        const STATE_STEMS: &[&str] = &["xvel", "yvel", "zvel", "uvel", "vvel", "wvel", "litemp"];
        const FLUXES: &[&str] = &[
            "hfgeoubed",
            "acabf",
            "libmassbf",
            "libmassbfgr",
            "libmassbffl",
            "dlithkdt",
            "licalvf",
            "lifmassbf",
            "ligroundf",
            "smb",
            "smbgr",
            "bmb",
            "bmbfl",
            "bmbgr",
        ];
        if STATES.contains(&variable) || STATE_STEMS.iter().any(|stem| variable.starts_with(stem)) {
            Self::State
        } else if FLUXES.contains(&variable) || variable.starts_with("tend") {
            Self::Flux
        } else {
            Self::Unknown
        }
    }

    /// Its name in the catalog's `kind` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Flux => "flux",
            Self::Unknown => "unknown",
        }
    }
}
