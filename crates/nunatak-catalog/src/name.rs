//! What a path says about a file: `…/INSTITUTION/MODEL/EXPERIMENT/[prefix_]token_ICE_INSTITUTION_MODEL_EXPERIMENT.nc`.
//!
//! Directories win: institutions contain underscores (ILTS_PIK), models carry a resolution that file names lack
//! (fETISh_16km), and experiments are glued to variables (exp13acabf). Names of ISMIP7 have ten fields without any
//! underscore, which say all there is to say, wherever the file lies.

use std::path::Path;

use crate::ismip7_name::Ismip7Name;
use crate::rules::{Tail, repair_path};
use crate::{Entry, Meaning, RuleSet};

const ICE_SHEETS: [&str; 3] = ["AIS", "GIS", "GrIS"];
const PREFIXES: [&str; 1] = ["computed"];

/// A file name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName {
    prefix: Option<String>,
    token: String,
    ice_sheet: Option<String>,
    /// What follows the ice sheet.
    tail: Option<String>,
}

impl FileName {
    /// What a path's file name says after the ice sheet.
    pub(crate) fn tail_of(path: &Path) -> Option<String> {
        Self::parse(&path.file_stem().unwrap_or_default().to_string_lossy()).tail
    }

    pub(crate) fn parse(stem: &str) -> Self {
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

/// The row of a file, or why it has none.
pub(crate) fn entry(root: &Path, path: &Path, size: u64, rules: &RuleSet) -> Result<Entry, String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if let Some(name) = Ismip7Name::is_meant(&stem).then(|| Ismip7Name::parse(&stem).ok()).flatten() {
        return Ok(ismip7_entry(name, path, size));
    }
    let name = FileName::parse(&stem);
    let (institution, model, experiment) = place(root, path, &name).ok_or_else(|| {
        "cannot tell institution, model and experiment: expected \
         INSTITUTION/MODEL/EXPERIMENT/variable_ICESHEET_INSTITUTION_MODEL_EXPERIMENT.nc"
            .to_string()
    })?;
    let mut entry = Entry {
        variable: variable(&name.token),
        kind: Meaning::Unknown,
        token: name.token,
        prefix: name.prefix,
        ice_sheet: name.ice_sheet,
        institution,
        model,
        experiment,
        experiment_alias: None,
        run: None,
        path: path.into(),
        size,
        repairs: Vec::new(),
    };
    repair_path(&mut entry, &Tail { text: name.tail.as_deref() }, rules);
    entry.variable = variable(&entry.token);
    entry.kind = Meaning::of(&entry.variable);
    Ok(entry)
}

/// The first word of a token.
fn variable(token: &str) -> String {
    token.split('_').next().unwrap_or_default().to_string()
}

fn ismip7_entry(name: Ismip7Name, path: &Path, size: u64) -> Entry {
    Entry {
        kind: Meaning::of(&name.variable),
        token: name.variable.clone(),
        variable: name.variable,
        prefix: None,
        ice_sheet: Some(name.region),
        institution: name.group,
        model: name.model,
        experiment: name.experiment,
        experiment_alias: None,
        run: Some(name.run),
        path: path.into(),
        size,
        repairs: Vec::new(),
    }
}

/// Institution, model and experiment: the directory that the file name calls its institution, the one below it, and
/// the file's own; failing that the last three directories; failing that the file name.
fn place(root: &Path, path: &Path, name: &FileName) -> Option<(String, String, String)> {
    let text = |path: &Path| -> Vec<String> {
        path.components()
            .filter_map(|part| match part {
                std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect()
    };
    let directories = text(path.parent()?);
    let own = directories.len().saturating_sub(text(root).len());
    let three =
        |at: usize| Some((directories.get(at)?.clone(), directories.get(at + 1)?.clone(), directories.last()?.clone()));
    let last = directories.len().checked_sub(3);
    if let (Some(tail), Some(last)) = (&name.tail, last) {
        let named = |at: &usize| tail.strip_prefix(directories[*at].as_str()).is_some_and(|rest| rest.starts_with('_'));
        if let Some(at) = (0..=last).rev().find(named) {
            return three(at);
        }
    }
    if own >= 3 {
        return three(last?);
    }
    let mut parts = name.tail.as_deref()?.splitn(3, '_').map(str::to_string);
    let (institution, model, experiment) = (parts.next()?, parts.next()?, parts.next()?);
    Some((institution, model, experiment)).filter(|place| !place.2.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Repair;

    fn row(path: &str) -> Entry {
        entry(Path::new("/archive"), Path::new(path), 1, &RuleSet::ismip6()).unwrap()
    }

    #[test]
    fn directories_name_the_model_and_the_file_name_the_variable() {
        let row = row("/archive/AWI/PISM1/exp05/computed_ivaf_minus_ctrl_proj_AIS_AWI_PISM1_exp05.nc");
        assert_eq!((row.prefix.as_deref(), row.variable.as_str()), (Some("computed"), "ivaf"));
        assert_eq!((row.token.as_str(), row.suffix()), ("ivaf_minus_ctrl_proj", "_minus_ctrl_proj"));
        assert_eq!((row.model_key().as_str(), row.experiment.as_str()), ("AWI/PISM1", "exp05"));
        assert_eq!(row.ice_sheet.as_deref(), Some("AIS"));
        assert!(row.repairs.is_empty());
    }

    #[test]
    fn an_experiment_glued_to_the_variable_comes_off() {
        let row = row("/archive/Projection-AIS/UCIJPL/ISSM/exp13/exp13acabf_AIS_UCIJPL_ISSM_exp13.nc");
        assert_eq!(row.variable, "acabf");
        assert_eq!(row.repairs, [Repair::new("A1", "exp13acabf", "acabf")]);
        assert_eq!(crate::rules::glued("exp13_acabf", "exp13"), None);
    }

    #[test]
    fn an_institution_with_an_underscore_is_one_institution() {
        let row = row("/archive/ILTS_PIK/SICOPOLIS1/exp05/lithk_AIS_ILTS_PIK_SICOPOLIS1_exp05.nc");
        assert_eq!((row.institution.as_str(), row.model.as_str()), ("ILTS_PIK", "SICOPOLIS1"));
        assert_eq!(row.repairs[0].rule, "A3");
    }

    #[test]
    fn the_directory_wins_over_the_file_name() {
        let row = row("/archive/ULB/fETISh_16km/exp05/lithk_AIS_ULB_fETISh_exp05.nc");
        assert_eq!(row.model, "fETISh_16km");
        assert_eq!(row.repairs[0].rule, "A2");
    }

    #[test]
    fn a_nested_experiment_keeps_its_model() {
        let row = row("/archive/UCIJPL/ISSM/exp01/exp01_08/lithk_AIS_UCIJPL_ISSM_exp01_08.nc");
        assert_eq!((row.model_key().as_str(), row.experiment.as_str()), ("UCIJPL/ISSM", "exp01_08"));
    }

    #[test]
    fn a_flat_directory_falls_back_on_the_file_name() {
        let row = row("/archive/lithk_AIS_JPL1_ISSM_ctrl_proj_std.nc");
        assert_eq!((row.model_key().as_str(), row.experiment.as_str()), ("JPL1/ISSM", "ctrl_proj_std"));
    }

    #[test]
    fn a_name_of_ismip7_says_it_all_wherever_the_file_lies() {
        let name = "lithk_GrIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2300.nc";
        for directory in ["/archive", "/archive/GrIS/VUW/PISM1/CORE/C001", "/archive/GrIS/AWI/PISM2/ctrl"] {
            let row = row(&format!("{directory}/{name}"));
            assert_eq!((row.model_key().as_str(), row.experiment.as_str()), ("VUW/PISM1", "ctrl"));
            assert_eq!((row.variable.as_str(), row.ice_sheet.as_deref()), ("lithk", Some("GrIS")));
            assert_eq!(row.run.as_ref().unwrap().earth_system_model, "CESM2-WACCM");
            assert_eq!(row.node(), "VUW/PISM1/ctrl/m001_CESM2-WACCM_f001_C001");
            assert!(row.repairs.is_empty());
        }
    }

    #[test]
    fn a_catalog_opened_inside_a_model_still_knows_the_model() {
        let path = Path::new("/archive/JPL1/ISSM/exp05/lithk_AIS_JPL1_ISSM_exp05.nc");
        let row = entry(Path::new("/archive/JPL1/ISSM"), path, 1, &RuleSet::ismip6()).unwrap();
        assert_eq!(row.model_key(), "JPL1/ISSM");
    }

    #[test]
    fn a_file_outside_the_layout_says_what_was_expected() {
        let problem = entry(Path::new("/a"), Path::new("/a/notes.nc"), 1, &RuleSet::ismip6()).unwrap_err();
        assert!(problem.contains("INSTITUTION/MODEL/EXPERIMENT"), "{problem}");
    }

    proptest! {
        #[test]
        fn names_written_by_the_rule_read_back(
            token in "[a-z]{2,9}(_[a-z]{1,5}){0,2}", institution in "[A-Z]{2,5}(_[A-Z]{2,3})?",
            model in "[A-Za-z]{2,6}[0-9]?", experiment in "exp[0-9]{2}|ctrl_proj_std|hist_std", prefixed: bool,
        ) {
            let prefix = if prefixed { "computed_" } else { "" };
            let path = format!(
                "/archive/{institution}/{model}/{experiment}/{prefix}{token}_AIS_{institution}_{model}_{experiment}.nc"
            );
            let row = row(&path);
            prop_assert_eq!(&row.token, &token);
            prop_assert_eq!(row.prefix.is_some(), prefixed);
            prop_assert_eq!((row.institution, row.model, row.experiment), (institution, model, experiment));
        }

        #[test]
        fn no_name_fails_badly(path in "(/[a-zA-Z_.]{0,9}){0,5}") {
            let _ = entry(Path::new("/archive"), Path::new(&path), 0, &RuleSet::ismip6());
        }
    }
}
