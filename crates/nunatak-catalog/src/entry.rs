use nunatak_format::Location;

use serde::Deserialize;

use crate::{Ismip7Run, Repair};

/// What the numbers of a file's variable stand for in time.
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

/// One file of an archive: a row of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Variable, the first word of the file name's token (`ivaf`).
    pub variable: String,
    /// What the file name says before the ice sheet, without a prefix (`ivaf_minus_ctrl_proj`).
    pub token: String,
    /// What stands before the token (`computed`).
    pub prefix: Option<String>,
    /// Ice sheet as the file name spells it: `AIS`, `GIS` or `GrIS`.
    pub ice_sheet: Option<String>,
    /// Institution, from the directories.
    pub institution: String,
    /// Model, from the directories.
    pub model: String,
    /// Experiment, from the directories.
    pub experiment: String,
    /// The protocol's name of the experiment, when the directory has another (rule A7).
    pub experiment_alias: Option<String>,
    /// What else an ISMIP7 name says: members, forcing, set and years.
    pub run: Option<Ismip7Run>,
    /// What the variable stands for in time.
    pub kind: Meaning,
    /// The file.
    pub path: Location,
    /// Its size in bytes.
    pub size: u64,
    /// Repairs of its name, which every variable of the file carries.
    pub repairs: Vec<Repair>,
}

impl Entry {
    /// `institution/model`: two institutions run models of one name.
    pub fn model_key(&self) -> String {
        format!("{}/{}", self.institution, self.model)
    }

    /// Where its variables go in the tree: `institution/model/experiment`, and below that the run for ISMIP7, whose
    /// experiments are run with several members and forcings.
    pub(crate) fn node(&self) -> String {
        let experiment = format!("{}/{}", self.model_key(), self.experiment);
        self.run.as_ref().map_or(experiment.clone(), |run| format!("{experiment}/{}", run.key()))
    }

    /// The file as text.
    pub(crate) fn location(&self) -> String {
        self.path.display().to_string()
    }

    /// The directory of the file as text.
    pub(crate) fn directory(&self) -> String {
        let location = self.location();
        location.rsplit_once(['/', '\\']).map_or(String::new(), |(directory, _)| directory.to_string())
    }

    /// The file's name without its extension.
    pub(crate) fn stem(&self) -> String {
        self.path.segments().file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What the file name adds to its variable (`_minus_ctrl_proj`).
    pub(crate) fn suffix(&self) -> &str {
        self.token.strip_prefix(self.variable.as_str()).unwrap_or("")
    }
}
