//! Numbers of one file, and identities between the files of a run.

use nunatak_array::Values;
use nunatak_repair::{Draft, Entry};

use super::*;
use crate::across_files;
use crate::fixture::{Fixture, SIDE};
use crate::options::CheckOptions;
use crate::presence;

const CELLS: usize = 3 * SIDE * SIDE;

#[test]
fn values_are_numbers_in_range() {
    let spoil = |at: usize, value: f32| {
        move |one: &mut Fixture| {
            let old = one.of("lithk").attributes.clone();
            let mut values = vec![1.0_f32; CELLS];
            values[at] = value;
            one.put("lithk", &["time", "y", "x"], &[3, SIDE, SIDE], Values::F32(values));
            one.of("lithk").attributes = old;
        }
    };
    let (category, error) = (Category::Values, Level::Error);
    only(Fixture::ismip7("lithk"), category, error, "NaN in 1 and infinity in 0 of 109443 values", spoil(7, f32::NAN));
    only(
        Fixture::ismip7("lithk"),
        category,
        error,
        "NaN in 0 and infinity in 1 of 109443",
        spoil(CELLS - 1, f32::INFINITY),
    );
    only(Fixture::ismip7("lithk"), category, error, "1 of 109443 values are missing", spoil(7, 9.969_21e36));
    only(
        Fixture::ismip7("lithk"),
        category,
        error,
        "1 of 109443 values out of range: they run from 1 to 9000 m; expected 0 to 5500 m",
        spoil(70_000, 9000.0),
    );
    assert_eq!(spoilt(Fixture::ismip7("lithk"), spoil(9, 5500.0)), [], "the bounds belong to the range");
    only(Fixture::ismip7("topg"), category, error, "all 109443 values are missing", |one| {
        let old = one.of("topg").attributes.clone();
        one.put("topg", &["time", "y", "x"], &[3, SIDE, SIDE], Values::F32(vec![9.969_21e36; CELLS]));
        one.of("topg").attributes = old;
    });
    only(Fixture::ismip7("xvelmean"), category, Level::Warning, "out of range", |one| {
        let old = one.of("xvelmean").attributes.clone();
        one.put("xvelmean", &["time", "y", "x"], &[3, SIDE, SIDE], Values::F32(vec![0.1; CELLS]));
        one.of("xvelmean").attributes = old;
    });
}

/// A run with fields that are one number each.
fn run(protocol: Protocol, values: &[(&str, f32)]) -> Vec<Draft> {
    let fixture = |(variable, value): &(&str, f32)| {
        let mut one = match protocol {
            Protocol::Ismip6 => Fixture::ismip6(variable),
            Protocol::Ismip7 => Fixture::ismip7(variable),
        };
        let records = if protocol == Protocol::Ismip6 { 86 } else { 3 };
        let old = one.of(variable).attributes.clone();
        one.put(variable, &["time", "y", "x"], &[records, 2, 2], Values::F32(vec![*value; records * 4]));
        one.of(variable).attributes = old;
        one.draft()
    };
    values.iter().map(fixture).collect()
}

fn across(protocol: Protocol, values: &[(&str, f32)]) -> Vec<(String, Level, String)> {
    let drafts = run(protocol, values);
    let found = across_files::check(&drafts.iter().collect::<Vec<_>>(), protocol).unwrap();
    found.into_iter().map(|one| (one.variable.clone().unwrap(), one.level, one.message())).collect()
}

const GROUNDED: [(&str, f32); 7] = [
    ("sftgif", 1.0),
    ("sftgrf", 1.0),
    ("sftflf", 0.0),
    ("lithk", 1000.0),
    ("base", -300.0),
    ("topg", -300.0),
    ("orog", 700.0),
];

#[test]
fn files_of_a_run_agree() {
    assert_eq!(across(Protocol::Ismip7, &GROUNDED), []);
    assert_eq!(across(Protocol::Ismip6, &GROUNDED), []);
    let changed = |name: &str, value: f32| {
        let mut values = GROUNDED;
        values.iter_mut().filter(|(one, _)| *one == name).for_each(|one| one.1 = value);
        values
    };
    let found = across(Protocol::Ismip7, &changed("orog", 712.5));
    let text = "not so in 12 of 12 cells, by up to 12.5 m, first in 2012; expected orog = base + lithk, to 0.01 m";
    assert_eq!(found, [("orog".to_string(), Level::Error, text.to_string())]);
    let found = across(Protocol::Ismip6, &changed("sftflf", 0.25));
    let text =
        "not so in 344 of 344 cells, by up to 0.25, first in 2015; expected sftgrf + sftflf = sftgif, to 0.00001";
    assert_eq!(found, [("sftgif".to_string(), Level::Warning, text.to_string())]);
    let found = across(Protocol::Ismip7, &changed("topg", -301.0));
    assert!(found.len() == 1 && found[0].2.contains("by up to 1 m") && found[0].2.contains("base = topg"), "{found:?}");
}

#[test]
fn years_that_all_files_have_are_compared_whatever_their_stamps() {
    let mut drafts = run(Protocol::Ismip7, &[("libmassbfgr", 0.0), ("sftgrf", 0.0)]);
    let found = across_files::check(&[&drafts[0], &drafts[1]], Protocol::Ismip7).unwrap();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].message().contains("12 of 12 cells, first in 2012; expected libmassbfgr is missing where sftgrf is 0")
    );
    // A mean of 2013 to 2015 shares two years with a state of 2012 to 2014.
    drafts[0].time.as_mut().unwrap().values.iter_mut().for_each(|day| *day += 365.0);
    let found = across_files::check(&[&drafts[0], &drafts[1]], Protocol::Ismip7).unwrap();
    assert!(found[0].message().contains("8 of 8 cells, first in 2013"), "{found:?}");
}

#[test]
fn files_on_another_grid_are_not_compared_and_said_so() {
    let mut drafts = run(Protocol::Ismip7, &GROUNDED);
    drafts.push(Fixture::ismip7("xvelmean").draft());
    let found = across_files::check(&drafts.iter().collect::<Vec<_>>(), Protocol::Ismip7).unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].message().contains("[191, 191] cells (y, x): not compared"), "{found:?}");
}

#[test]
fn a_run_has_its_mandatory_variables_and_a_search_takes_none_away() {
    let drafts = run(Protocol::Ismip7, &GROUNDED);
    let entries: Vec<Entry> = drafts.iter().map(|draft| draft.entry.clone()).collect();
    let protocol = |entry: &Entry| CheckOptions::default().protocol_of(entry);
    let found = presence::check(&entries[..1], &entries, protocol);
    assert_eq!((found.len(), found[0].level, found[0].category), (2, Level::Error, Category::File));
    let wanted = requests(Protocol::Ismip7).iter().filter(|request| request.mandatory).count() - GROUNDED.len();
    assert!(
        found[0].found.starts_with(&format!("no file for {wanted} mandatory variables: acabf,")),
        "{}",
        found[0].found
    );
    assert!(!found[0].found.contains("lithk,") && found[1].level == Level::Info);
}
