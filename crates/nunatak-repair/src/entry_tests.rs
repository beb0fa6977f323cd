//! Rows of files by their paths.

use std::path::Path;

use proptest::prelude::*;

use crate::record::Repair;
use crate::{Entry, RuleSet};

fn row(path: &str) -> Entry {
    Entry::of_path(Path::new("/archive"), Path::new(path), 1, &RuleSet::ismip6()).unwrap()
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
    let row = Entry::of_path(Path::new("/archive/JPL1/ISSM"), path, 1, &RuleSet::ismip6()).unwrap();
    assert_eq!(row.model_key(), "JPL1/ISSM");
}

#[test]
fn a_file_outside_the_layout_says_what_was_expected() {
    let problem = Entry::of_path(Path::new("/a"), Path::new("/a/notes.nc"), 1, &RuleSet::ismip6()).unwrap_err();
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
        let _ = Entry::of_path(Path::new("/archive"), Path::new(&path), 0, &RuleSet::ismip6());
    }
}
