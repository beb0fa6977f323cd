//! Time axes.

use nunatak_array::Values;
use nunatak_ismip::Meaning;

use super::*;
use crate::fixture::{Fixture, SIDE, stamp};

#[test]
fn time_of_ismip7_is_stamped_by_its_kind() {
    let (time, error) = (Category::Time, Level::Error);
    let stamps =
        |kind: Meaning, years: std::ops::RangeInclusive<i64>| years.map(|year| stamp(kind, year)).collect::<Vec<_>>();
    let units = "days since 1850-01-01";
    only(Fixture::ismip7("lithk"), time, error, "calendar `proleptic_gregorian`; expected `standard`", |one| {
        one.set("time", "calendar", "proleptic_gregorian");
    });
    only(Fixture::ismip7("lithk"), time, error, "time in `days since 2000-01-01`", |one| {
        let moved: Vec<f64> = stamps(Meaning::State, 2012..=2014).into_iter().map(|day| day - 54_786.0).collect();
        one.add_time("days since 2000-01-01", "standard", &moved);
    });
    only(
        Fixture::ismip7("lithk"),
        time,
        error,
        "3 of 3 records off their date, first 2012-07-01; expected 1 January after",
        |one| {
            one.add_time(units, "standard", &stamps(Meaning::Flux, 2012..=2014));
        },
    );
    let day_early = |one: &mut Fixture| {
        let early: Vec<f64> = stamps(Meaning::State, 2012..=2014).into_iter().map(|day| day - 1.0).collect();
        one.add_time(units, "standard", &early);
    };
    assert_eq!(spoilt(Fixture::ismip7("lithk"), day_early), [], "31 December is 1 January, within a day");
    only(Fixture::ismip7("acabf"), time, error, "no bounds of time", |one| {
        one.of("time").attributes.remove("bounds");
    });
    only(
        Fixture::ismip7("acabf"),
        time,
        error,
        "3 of 3 bounds off their year, first 2011-01-01 to 2012-01-01",
        |one| one.add_bounds(2011..=2013),
    );
    only(Fixture::ismip7("lithk"), time, error, "bounds of time `time_bnds`; expected none", |one| {
        one.add_bounds(2012..=2014)
    });
    only(Fixture::ismip7("lithk"), time, error, "no record of 2013; expected each of 2012-2014", |one| {
        let old = one.of("lithk").attributes.clone();
        one.add_time(units, "standard", &[stamp(Meaning::State, 2012), stamp(Meaning::State, 2014)]);
        one.put("lithk", &["time", "y", "x"], &[2, SIDE, SIDE], Values::F32(vec![1.0; 2 * SIDE * SIDE]));
        one.of("lithk").attributes = old;
    });
    only(
        Fixture::ismip7("lithk"),
        time,
        error,
        "no record of 2011; expected each of 2011-2014",
        renamed("2012-2014", "2011-2014"),
    );
    only(Fixture::ismip7("lithk"), time, error, "is not after record", |one| {
        let mut back = stamps(Meaning::State, 2012..=2014);
        back.swap(0, 1);
        one.add_time(units, "standard", &back);
    });
    only(Fixture::ismip7("lithk"), time, error, "dimension `time` of a fixed length", |one| {
        one.root.dimensions.clear()
    });
    only(
        Fixture::ismip7("lithk"),
        Category::Attributes,
        Level::Warning,
        "values of type float64; expected float32",
        |one| {
            let old = one.of("time").attributes.clone();
            one.put("time", &["time"], &[3], Values::F64(stamps(Meaning::State, 2012..=2014)));
            one.of("time").attributes = old;
        },
    );
}

#[test]
fn nominal_years_are_those_of_the_experiment() {
    let found = spoilt(Fixture::ismip7("lithk"), renamed("historical", "ssp370"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .2
            .contains("nominal years 2012-2014 in the file name; expected ssp370 starts in 2015 and ends in 2100")
    );
    only(
        Fixture::ismip7("lithk"),
        Category::Naming,
        Level::Warning,
        "not of the core set",
        renamed("historical", "ssp999"),
    );
}

#[test]
fn volumes_come_in_snapshots() {
    assert_eq!(
        spoilt(Fixture::ismip7("litemp"), |one| {
            let old = one.of("litemp").attributes.clone();
            one.add_time(
                "days since 1850-01-01",
                "standard",
                &[stamp(Meaning::State, 2012), stamp(Meaning::State, 2014)],
            );
            one.put(
                "litemp",
                &["time", "level", "y", "x"],
                &[2, 1, SIDE, SIDE],
                Values::F32(vec![200.0; 2 * SIDE * SIDE]),
            );
            one.of("litemp").attributes = old;
        }),
        []
    );
    let found = spoilt(Fixture::ismip7("litemp"), |_| ());
    assert!(
        found.iter().any(|one| one.2.contains("snapshots of 2013; expected snapshots of 2012, 2014 alone")),
        "{found:?}"
    );
}

#[test]
fn time_of_ismip6_covers_the_experiment_year_by_year() {
    let years = |from: i32, to: i32| (from..=to).map(|year| 365.0 * f64::from(year)).collect::<Vec<_>>();
    let shorten = |one: &mut Fixture, times: Vec<f64>| {
        let old = one.of("lim").attributes.clone();
        one.put("lim", &["time"], &[times.len()], Values::F32(vec![1.0; times.len()]));
        one.of("lim").attributes = old;
        one.add_time("days since 2015-01-01", "noleap", &times);
    };
    let (time, warning) = (Category::Time, Level::Warning);
    let found = spoilt(Fixture::ismip6("lim"), |one| shorten(one, years(1, 85)));
    let texts: Vec<&str> = found.iter().map(|one| one.2.as_str()).collect();
    assert_eq!(
        texts,
        ["last record is of 2100-01-01; expected 2100-06-30 to 2101-01-01", "85 records; expected 86, one a year"]
    );
    only(Fixture::ismip6("lim"), time, warning, "87 records; expected 86", |one| shorten(one, years(0, 86)));
    let gap = |one: &mut Fixture| shorten(one, years(1, 86).into_iter().filter(|day| *day != 3650.0).collect());
    let found = spoilt(Fixture::ismip6("lim"), gap);
    assert!(
        found[0].2.starts_with("1 of 84 steps are not a year, first 730 days from 2024-01-01 to 2026-01-01"),
        "{found:?}"
    );
    only(Fixture::ismip6("lim"), time, Level::Error, "no ` since `", |one| one.set("time", "units", "years"));
    let none = spoilt(Fixture::ismip6("lim"), |one| one.root.variables.retain(|variable| variable.name != "time"));
    assert_eq!(none, [(time, warning, "no time variable; expected `time`, in days since a date".into())]);
}
