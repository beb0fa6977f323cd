//! What a path says about a file: `…/INSTITUTION/MODEL/EXPERIMENT/[prefix_]token_ICE_INSTITUTION_MODEL_EXPERIMENT.nc`.
//!
//! Directories win: institutions contain underscores (ILTS_PIK), models carry a resolution that file names lack
//! (fETISh_16km), and experiments are glued to variables (exp13acabf). Names of ISMIP7 have ten fields without any
//! underscore, which say all there is to say, wherever the file lies.

use std::path::Path;

use crate::names::ismip6::Ismip6FileName;
use crate::names::ismip7::{Ismip7Name, Ismip7Run};
use crate::names::parts::{without_copy_mark, without_years};

/// What a path says about a file.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_ismip::ArchivePath;
///
/// let path = Path::new("/archive/ILTS_PIK/SICOPOLIS1/exp05/lithk_AIS_ILTS_PIK_SICOPOLIS1_exp05.nc");
/// let parts = ArchivePath::parse(Path::new("/archive"), path)?;
/// assert_eq!((parts.token.as_str(), parts.experiment.as_str()), ("lithk", "exp05"));
/// assert_eq!((parts.institution.as_str(), parts.model.as_str()), ("ILTS_PIK", "SICOPOLIS1"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivePath {
    /// What the file name says before the ice sheet, without a prefix (`ivaf_minus_ctrl_proj`).
    pub token: String,
    /// What is before the token (`computed`).
    pub prefix: Option<String>,
    /// Ice sheet as the file name spells it: `AIS`, `GIS` or `GrIS`.
    pub ice_sheet: Option<String>,
    /// `INSTITUTION_MODEL_EXPERIMENT`, as a file name of ISMIP6 has it after the ice sheet.
    pub tail: Option<String>,
    /// Institution, from the directories.
    pub institution: String,
    /// Model, from the directories.
    pub model: String,
    /// Experiment, from the directories.
    pub experiment: String,
    /// What else a name of ISMIP7 says.
    pub run: Option<Ismip7Run>,
}

impl ArchivePath {
    /// The parts of a file's path in the archive below `root`.
    ///
    /// # Errors
    /// What was expected, as text, when neither the directories nor the file name say institution, model and experiment.
    pub fn parse(root: &Path, path: &Path) -> Result<Self, String> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let stem = without_copy_mark(&stem);
        if let Some(name) = Ismip7Name::is_meant(stem).then(|| Ismip7Name::parse(stem).ok()).flatten() {
            return Ok(Self::from(name));
        }
        let name = Ismip6FileName::parse(stem);
        let (institution, model, experiment) = directories(root, path, &name).ok_or_else(|| {
            "cannot tell institution, model and experiment: expected \
             INSTITUTION/MODEL/EXPERIMENT/variable_ICESHEET_INSTITUTION_MODEL_EXPERIMENT.nc"
                .to_string()
        })?;
        let Ismip6FileName { prefix, token, ice_sheet, tail } = name;
        Ok(Self { token, prefix, ice_sheet, tail, institution, model, experiment, run: None })
    }
}

impl From<Ismip7Name> for ArchivePath {
    fn from(name: Ismip7Name) -> Self {
        Self {
            token: name.variable,
            prefix: None,
            ice_sheet: Some(name.region),
            tail: None,
            institution: name.group,
            model: name.model,
            experiment: name.experiment,
            run: Some(name.run),
        }
    }
}

/// Institution, model and experiment: the directory that the file name calls its institution, the one below it, and
/// the file's own; failing that the last three directories; failing that the file name.
fn directories(root: &Path, path: &Path, name: &Ismip6FileName) -> Option<(String, String, String)> {
    let text = |path: &Path| -> Vec<String> {
        path.components()
            .filter_map(|part| match part {
                std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect()
    };
    let folders = text(path.parent()?);
    let own = folders.len().saturating_sub(text(root).len());
    let three = |at: usize| Some((folders.get(at)?.clone(), folders.get(at + 1)?.clone(), folders.last()?.clone()));
    let last = folders.len().checked_sub(3);
    if let (Some(tail), Some(last)) = (&name.tail, last) {
        let named = |at: &usize| tail.strip_prefix(folders[*at].as_str()).is_some_and(|rest| rest.starts_with('_'));
        if let Some(at) = (0..=last).rev().find(named) {
            return three(at);
        }
    }
    if own >= 3 {
        return three(last?);
    }
    let mut parts = without_years(name.tail.as_deref()?).splitn(3, '_').map(str::to_string);
    let (institution, model, experiment) = (parts.next()?, parts.next()?, parts.next()?);
    Some((institution, model, experiment)).filter(|parts| !parts.2.is_empty())
}
