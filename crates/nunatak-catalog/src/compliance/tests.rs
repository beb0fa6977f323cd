//! Sound files pass; every defect alone is found, alone.

use nunatak_array::Values;
use nunatak_format::Attribute;

use super::fixture::{Fixture, SIDE, stamp};
use super::request::requests;
use super::*;
use crate::Meaning;

const CELLS: usize = 3 * SIDE * SIDE;

/// What is found in a file that was spoilt: category, level, and both texts.
fn spoilt(mut fixture: Fixture, spoil: impl FnOnce(&mut Fixture)) -> Vec<(Category, Level, String)> {
    spoil(&mut fixture);
    fixture.findings().into_iter().map(|found| (found.category, found.level, found.message())).collect()
}

/// The one thing that is found.
#[track_caller]
fn only(fixture: Fixture, category: Category, level: Level, text: &str, spoil: impl FnOnce(&mut Fixture)) {
    let found = spoilt(fixture, spoil);
    assert_eq!(found.len(), 1, "{text}: {found:#?}");
    assert_eq!((found[0].0, found[0].1), (category, level), "{found:?}");
    assert!(found[0].2.contains(text), "{text}: {found:?}");
}

fn renamed(from: &str, to: &str) -> impl FnOnce(&mut Fixture) {
    let (from, to) = (from.to_string(), to.to_string());
    move |fixture: &mut Fixture| fixture.path = fixture.path.replacen(&from, &to, 1)
}

#[test]
fn sound_files_pass() {
    for request in requests(Protocol::Ismip7).iter().filter(|one| one.name != "litemp") {
        assert_eq!(spoilt(Fixture::ismip7(request.name), |_| ()), [], "{}", request.name);
    }
    for request in ["lithk", "acabf", "lim", "xvelmean"] {
        assert_eq!(spoilt(Fixture::ismip6(request), |_| ()), [], "{request}");
    }
}

#[test]
fn names_of_ismip7_are_checked_field_by_field() {
    let seven = |text: &str, spoil: &dyn Fn(&mut Fixture)| {
        only(Fixture::ismip7("lithk"), Category::Naming, Level::Error, text, spoil);
    };
    for (from, to, text) in [
        ("_m001_", "_1_", "field 5 of the file name (model member) is `1`; expected `m` and three digits"),
        ("_f001_", "_f1_", "field 7 of the file name (forcing member) is `f1`"),
        ("_C001_", "_D001_", "field 9 of the file name (set) is `D001`"),
        ("_CESM2-WACCM_", "_CESM2.1_", "field 6 of the file name (ESM) is `CESM2.1`"),
    ] {
        seven(text, &|fixture| fixture.path = fixture.path.replacen(from, to, 1));
    }
    seven("field 10 of the file name (years) is `2014-2012`", &|fixture| {
        fixture.path = fixture.path.replacen("2012-2014", "2014-2012", 1);
    });
}

#[test]
fn variables_are_those_of_the_request_and_in_the_file() {
    let found = spoilt(Fixture::ismip7("lithk"), renamed("lithk_", "litkh_"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0]
            .2
            .contains("`litkh` is no variable of ISMIP7; expected a variable of the data request, such as `lithk`")
    );
    assert!(found[1].2.contains("no `litkh` in the file, which holds `lithk`"));
    only(Fixture::ismip7("lithk"), Category::Naming, Level::Warning, "`extra` beside the variable", |fixture| {
        fixture.put("extra", &["time"], &[3], Values::F32(vec![0.0; 3]));
    });
    only(Fixture::ismip6("xvelmean"), Category::Naming, Level::Info, "`uvelmean`, a name of initMIP", |fixture| {
        fixture.path = fixture.path.replacen("xvelmean", "uvelmean", 1);
        fixture.of("xvelmean").name = "uvelmean".into();
    });
}

#[test]
fn names_of_ismip6_agree_with_their_directories() {
    only(
        Fixture::ismip6("lithk"),
        Category::Naming,
        Level::Warning,
        "expected `lithk_AIS_JPL1_ISSM_exp05`",
        |fixture| {
            fixture.path = fixture.path.replacen("ISSM_exp05", "ISSM_exp06", 1);
        },
    );
    only(
        Fixture::ismip6("lithk"),
        Category::Naming,
        Level::Warning,
        "experiment `ssp585` is not of ISMIP6",
        |fixture| {
            fixture.path = fixture.path.replace("exp05", "ssp585");
        },
    );
    assert_eq!(
        spoilt(Fixture::ismip6("lithk"), |fixture| {
            fixture.path = fixture.path.replacen("ISSM_exp05", "ISSM_exp06", 1);
            fixture.rules = RuleSet::named(&["A2"]).unwrap();
        }),
        [],
        "a repair is no departure"
    );
}

#[test]
fn attributes_are_those_of_the_request() {
    let (attributes, error, warning) = (Category::Attributes, Level::Error, Level::Warning);
    only(Fixture::ismip7("acabf"), attributes, error, "units `m yr-1`; expected `kg m-2 s-1`", |one| {
        one.set("acabf", "units", "m yr-1")
    });
    only(Fixture::ismip6("acabf"), attributes, error, "units `m yr-1`; expected `kg m-2 s-1`", |one| {
        one.set("acabf", "units", "m yr-1")
    });
    assert_eq!(spoilt(Fixture::ismip7("acabf"), |one| one.set("acabf", "units", "kg/m2/s")), []);
    only(Fixture::ismip7("lithk"), attributes, error, "no standard_name; expected `land_ice_thickness`", |one| {
        one.of("lithk").attributes.remove("standard_name");
    });
    let drag = |one: &mut Fixture| one.set("strbasemag", "standard_name", "magnitude_of_land_ice_basal_drag");
    assert_eq!(spoilt(Fixture::ismip6("strbasemag"), drag), []);
    only(Fixture::ismip7("strbasemag"), attributes, error, "expected `land_ice_basal_drag`", drag);
    only(Fixture::ismip7("lithk"), attributes, error, "_FillValue 1", |one| {
        one.of("lithk").attributes.set("_FillValue", Attribute::number(1e20_f32));
    });
    only(Fixture::ismip7("lithk"), attributes, error, "no _FillValue", |one| {
        one.of("lithk").attributes.remove("_FillValue");
    });
    only(Fixture::ismip7("lithk"), attributes, error, "scale_factor = 1", |one| {
        one.of("lithk").attributes.set("scale_factor", Attribute::number(1.0_f32));
    });
    only(Fixture::ismip7("lithk"), attributes, error, "no global attribute contact_email", |one| {
        one.root.attributes.remove("contact_email");
    });
    only(Fixture::ismip7("lim"), attributes, error, "values of type float64; expected float32", |one| {
        let old = one.of("lim").attributes.clone();
        one.put("lim", &["time"], &[3], Values::F64(vec![1.0; 3]));
        one.of("lim").attributes = old;
    });
    only(Fixture::ismip6("lithk"), attributes, warning, "no units; expected `m`", |one| {
        one.of("lithk").attributes.remove("units");
    });
}

#[test]
fn grids_are_those_of_the_protocol() {
    let grid = Category::Grid;
    only(Fixture::ismip7("lithk"), grid, Level::Error, "dimensions (time, x, y); expected (time, y, x)", |one| {
        one.of("lithk").dimensions.swap(1, 2);
    });
    only(
        Fixture::ismip7("lithk"),
        grid,
        Level::Error,
        "x from -3008000 to 3072000 m; expected -3040000 to 3040000 m",
        |one| {
            one.add_axis("x", -3008e3, 3072e3, SIDE);
        },
    );
    only(
        Fixture::ismip6("lithk"),
        grid,
        Level::Warning,
        "nodes every 64 km; expected nodes every 1, 2, 4, 8, 16, 32 km",
        |one| {
            let old = one.of("lithk").attributes.clone();
            one.add_axis("x", -3040e3, 3040e3, 96);
            one.add_axis("y", -3040e3, 3040e3, 96);
            one.put("lithk", &["time", "y", "x"], &[86, 96, 96], Values::F32(vec![1.0; 86 * 96 * 96]));
            one.of("lithk").attributes = old;
        },
    );
    only(Fixture::ismip7("lithk"), grid, Level::Error, "no x and y coordinates", |one| {
        one.root.variables.retain(|variable| variable.name != "x");
    });
    only(Fixture::ismip7("lithk"), grid, Level::Error, "crs `epsg:3413`; expected `epsg:3031`", |one| {
        one.root.attributes.set("crs", Attribute::Text("epsg:3413".into()));
    });
}

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
    let protocol = |entry: &Entry| Protocol::of(entry);
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
