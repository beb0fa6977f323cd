//! One file of an archive, by what its path says.

use nunatak_format::Location;
use nunatak_ismip::{Ismip7Run, Meaning};

use crate::record::Repair;

/// One file of an archive: a row of the catalog.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_repair::{Entry, RuleSet};
///
/// let path = Path::new("/archive/UCIJPL/ISSM/exp13/exp13acabf_AIS_UCIJPL_ISSM_exp13.nc");
/// let entry = Entry::of_path(Path::new("/archive"), path, 1, &RuleSet::ismip6())?;
/// assert_eq!((entry.variable.as_str(), entry.node().as_str()), ("acabf", "UCIJPL/ISSM/exp13"));
/// assert_eq!(entry.repairs[0].rule, "A1", "the experiment was glued to the variable");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Variable, the first word of the file name's token (`ivaf`).
    pub variable: String,
    /// What the file name says before the ice sheet, without a prefix (`ivaf_minus_ctrl_proj`).
    pub token: String,
    /// What is before the token (`computed`).
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
    /// What the variable's numbers are in time.
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
    pub fn node(&self) -> String {
        let experiment = format!("{}/{}", self.model_key(), self.experiment);
        self.run.as_ref().map_or(experiment.clone(), |run| format!("{experiment}/{}", run.key()))
    }

    /// The file as text.
    pub fn location(&self) -> String {
        self.path.display().to_string()
    }

    /// The directory of the file as text.
    pub fn directory(&self) -> String {
        let location = self.location();
        location.rsplit_once(['/', '\\']).map_or(String::new(), |(directory, _)| directory.to_string())
    }

    /// The file's name without its extension.
    pub fn stem(&self) -> String {
        self.path.segments().file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What the file name adds to its variable (`_minus_ctrl_proj`).
    pub fn suffix(&self) -> &str {
        self.token.strip_prefix(self.variable.as_str()).unwrap_or("")
    }
}
