//! The program as a user runs it: output, exit codes, and no damage.
#![allow(clippy::unwrap_used, reason = "functions beside the tests are tests too")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nunatak")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A NetCDF-3 classic file with `x(x)` in km and `lithk(x)` in m, written by the format's own specification.
fn netcdf3(path: &Path) {
    let mut file = b"CDF\x01".to_vec();
    let int = |file: &mut Vec<u8>, value: u32| file.extend_from_slice(&value.to_be_bytes());
    let name = |file: &mut Vec<u8>, text: &str| {
        file.extend_from_slice(&(text.len() as u32).to_be_bytes());
        file.extend_from_slice(text.as_bytes());
        file.resize(file.len().next_multiple_of(4), 0);
    };
    int(&mut file, 0);
    int(&mut file, 10);
    int(&mut file, 1);
    name(&mut file, "x");
    int(&mut file, 3);
    int(&mut file, 0);
    int(&mut file, 0);
    int(&mut file, 11);
    int(&mut file, 2);
    let mut begins = Vec::new();
    for (variable, units) in [("x", "km"), ("lithk", "m")] {
        name(&mut file, variable);
        int(&mut file, 1);
        int(&mut file, 0);
        int(&mut file, 12);
        int(&mut file, 1);
        name(&mut file, "units");
        int(&mut file, 2);
        name(&mut file, units);
        int(&mut file, 6);
        int(&mut file, 24);
        begins.push(file.len());
        int(&mut file, 0);
    }
    for begin in begins {
        let offset = (file.len() as u32).to_be_bytes();
        file[begin..begin + 4].copy_from_slice(&offset);
        for value in [1.0_f64, 2.0, 3.0] {
            file.extend_from_slice(&value.to_be_bytes());
        }
    }
    std::fs::write(path, file).unwrap();
}

fn archive(directory: &Path) -> PathBuf {
    let experiment = directory.join("ismip6/JPL1/ISSM/exp05");
    std::fs::create_dir_all(&experiment).unwrap();
    netcdf3(&experiment.join("lithk_AIS_JPL1_ISSM_exp05.nc"));
    directory.join("ismip6")
}

#[test]
fn info_names_variables_and_units() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("lithk.h5");
    netcdf3(&file);
    let output = run(&["info", file.to_str().unwrap()]);
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("lithk(x: 3) float64 [m]"), "{}", text(&output.stdout));
    let output = run(&["info", "--json", file.to_str().unwrap()]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["root"]["variables"][1]["name"], "lithk");
    assert_eq!(value["root"]["variables"][0]["attributes"]["units"], "km");
}

#[test]
fn exit_codes_tell_usage_data_and_store_apart() {
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.nc");
    std::fs::write(&empty, b"").unwrap();
    let output = run(&["info", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("empty.nc: offset 0"), "{}", text(&output.stderr));
    assert_eq!(run(&["info", directory.path().join("gone.nc").to_str().unwrap()]).status.code(), Some(4));
    assert_eq!(run(&["catalog", directory.path().join("gone").to_str().unwrap()]).status.code(), Some(4));
    assert_eq!(run(&["nonsense"]).status.code(), Some(2));
    let output = run(&["compare", "granule.h5", "--model", "orog.nc", "--crs", "EPSG:1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("EPSG:1"), "{}", text(&output.stderr));
}

#[test]
fn catalog_lists_and_searches() {
    let directory = tempfile::tempdir().unwrap();
    let root = archive(directory.path());
    let root = root.to_str().unwrap();
    let output = run(&["catalog", root, "--json"]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows[0]["institution"], "JPL1");
    assert_eq!(rows[0]["variable"], "lithk");
    let output = run(&["catalog", root, "--where", "experiment=exp06", "--json"]);
    assert_eq!(text(&output.stdout).trim(), "[]");
    assert_eq!(run(&["catalog", root, "--where", "colour=red"]).status.code(), Some(2));
}

#[test]
fn a_saved_catalog_is_an_archive() {
    use nunatak::catalog::{Catalog, RuleSet};
    let directory = tempfile::tempdir().unwrap();
    let root = archive(directory.path());
    let saved = directory.path().join("ismip6.parquet");
    let catalog = Catalog::open(root.as_path(), &Default::default(), RuleSet::ismip6()).unwrap();
    catalog.save(&saved, &nunatak::array::NoProgress).unwrap();
    let output = run(&["ls", saved.to_str().unwrap()]);
    assert!(text(&output.stdout).contains("JPL1/ISSM/exp05\n  lithk"), "{}", text(&output.stderr));
    std::fs::write(&saved, b"PAR1").unwrap();
    let output = run(&["catalog", saved.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("ismip6.parquet"), "{}", text(&output.stderr));
}

#[test]
fn ls_shows_the_tree_and_check_fails_on_unusable_files() {
    let directory = tempfile::tempdir().unwrap();
    let root = archive(directory.path());
    let output = run(&["ls", root.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("JPL1/ISSM/exp05\n  lithk"), "{}", text(&output.stdout));
    assert!(run(&["check", root.to_str().unwrap()]).status.success());
    std::fs::write(root.join("JPL1/ISSM/exp05/orog_AIS_JPL1_ISSM_exp05.nc"), b"").unwrap();
    let output = run(&["check", root.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("orog_AIS_JPL1_ISSM_exp05.nc"), "{}", text(&output.stdout));
}

#[test]
fn check_holds_files_against_a_protocol_and_writes_a_page() {
    let directory = tempfile::tempdir().unwrap();
    let root = archive(directory.path());
    let (root, page) = (root.to_str().unwrap(), directory.path().join("report.html"));
    let output = run(&["check", root, "--json", "--html", page.to_str().unwrap()]);
    assert!(output.status.success(), "departures from ISMIP6 are warnings: {}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let dimensions = "dimensions (x)";
    let found = |one: &&serde_json::Value| one["found"] == dimensions;
    let finding = report["findings"].as_array().unwrap().iter().find(found).unwrap();
    assert_eq!((finding["category"].as_str(), finding["severity"].as_str()), (Some("grid"), Some("warning")));
    assert_eq!(report["counts"]["grid"]["warning"], 1);
    assert!(std::fs::read_to_string(page).unwrap().contains(dimensions));
    let output = run(&["check", root, "--severity", "error"]);
    assert!(!text(&output.stdout).contains(dimensions), "{}", text(&output.stdout));
    let output = run(&["check", root, "--protocol", "ismip7", "--severity", "error"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("error   naming"), "{}", text(&output.stdout));
    assert_eq!(run(&["check", root, "--protocol", "ismip8"]).status.code(), Some(2));
    let nowhere = directory.path().join("no/such/report.html");
    assert_eq!(run(&["check", root, "--html", nowhere.to_str().unwrap()]).status.code(), Some(4));
}

#[test]
fn secrets_are_not_in_the_output() {
    let store = ["--store", "key=AKIAnobody", "--store", "secret=deepsecret", "--store", "deadline=0.3"];
    let unreachable = ["info", "s3://box/a.nc", "--store", "endpoint_url=http://127.0.0.1:1"];
    let output = run(&[&unreachable[..], &store[..]].concat());
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("s3://box/a.nc"));
    let mut shown = output.stderr;
    for wrong in [
        &["info", "ftp://me:deepsecret@host/a.nc"][..],
        &["info", "https://me:deepsecret@host/a.nc"],
        &["ls", "https://host/a?sig=deepsecret"],
        &["info", "s3://box/a.nc", "--store", "secret deepsecret"],
        &["info", "s3://box/a.nc", "--store", "anon=deepsecret"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", text(&output.stderr));
        assert!(!output.stderr.is_empty());
        shown.extend([output.stdout, output.stderr].concat());
    }
    let shown = text(&shown);
    assert!(!shown.contains("deepsecret") && !shown.contains("AKIAnobody"), "{shown}");
}

#[test]
fn every_help_fits_a_screen_and_has_an_example() {
    for command in ["info", "catalog", "ls", "check", "regrid", "ensemble", "aggregate", "compare"] {
        let help = text(&run(&[command, "--help"]).stdout);
        assert!(help.contains("Example: nunatak"), "{command}");
        assert!(help.lines().count() <= 40, "{command}: {} lines", help.lines().count());
    }
}
