//! Rules of time axes, on made-up columns.

use nunatak_cf::{Moment, TimeEncoding};
use nunatak_ismip::Meaning;

use super::*;

fn entry(experiment: &str, kind: Meaning) -> Entry {
    Entry {
        variable: "lithk".into(),
        token: "lithk".into(),
        prefix: None,
        ice_sheet: None,
        institution: "JPL1".into(),
        model: "ISSM".into(),
        experiment: experiment.into(),
        experiment_alias: None,
        run: None,
        kind,
        path: std::path::Path::new("/archive/lithk.nc").into(),
        size: 1,
        repairs: Vec::new(),
    }
}

fn column(units: &str, calendar: Option<&str>, values: impl IntoIterator<Item = f64>) -> TimeColumn {
    TimeColumn {
        name: "time".into(),
        dimension: "time".into(),
        units: units.into(),
        calendar: calendar.map(str::to_string),
        values: values.into_iter().collect(),
    }
}

fn repaired(mut column: TimeColumn, experiment: &str, meaning: Meaning) -> (Vec<String>, Vec<String>) {
    let repairs = repair_time(&mut column, &entry(experiment, meaning), &RuleSet::ismip6()).repairs;
    let moments = column.moments().map(|(_, moments)| moments).unwrap_or_default();
    (repairs.iter().map(|repair| repair.rule.to_string()).collect(), moments.iter().map(ToString::to_string).collect())
}

fn years(count: u32, length: f64, first: f64) -> impl Iterator<Item = f64> {
    (0..count).map(move |year| first + length * f64::from(year))
}

#[test]
fn decimal_years_become_days_that_decode_to_the_year_label() {
    let time = column("years since 0000-00-00 00:00:00", Some("365 days"), [2016.0, 2017.0, 2100.5]);
    let (rules, stamps) = repaired(time, "exp05", Meaning::State);
    assert_eq!(rules, ["C19"]);
    assert_eq!(stamps, ["2016-01-01", "2017-01-01", "2100-07-02 12:00:00"]);
}

#[test]
fn american_dates_and_day_zero_are_put_right() {
    let time = column("days since 01-31-2005", Some("noleap"), [0.0]);
    assert_eq!(repaired(time, "exp05", Meaning::State), (vec!["C2".to_string()], vec!["2005-01-31".into()]));
    let time = column("days since 2000-1-0 00:00:00", Some("standard"), [1.0]);
    assert_eq!(repaired(time, "exp05", Meaning::State), (vec!["C3".to_string()], vec!["2000-01-02".into()]));
    let sound = column("days since 2000-1-1", Some("standard"), [1.0]);
    assert_eq!(repaired(sound, "exp05", Meaning::State).0, Vec::<String>::new());
}

#[test]
fn fetish_counts_years_of_360_days() {
    // The values of ULB/fETISh: 3960 + 360 k days since 2005-01-01, 86 of them.
    let time = column("days since 2005-01-01", Some("standard"), years(86, 360.0, 3960.0));
    let (rules, stamps) = repaired(time, "exp05", Meaning::State);
    assert_eq!(rules, ["C12"]);
    assert_eq!((stamps[0].as_str(), stamps[85].as_str()), ("2016-01-01", "2101-01-01"));
}

#[test]
fn real_calendars_are_left_alone() {
    let encoding = TimeEncoding::parse("days since 2000-01-01", Some("standard")).unwrap();
    let new_years = (2016..2102).map(|year| encoding.encode(Moment::midnight(year, 1, 1)));
    let time = column("days since 2000-01-01", Some("standard"), new_years);
    let (rules, stamps) = repaired(time, "exp05", Meaning::State);
    assert_eq!((rules, stamps[85].as_str()), (Vec::<String>::new(), "2101-01-01"));
    let months = column("days since 2015-01-01", Some("standard"), (0..24).map(|month| 30.0 * f64::from(month)));
    assert!(repaired(months, "exp05", Meaning::State).0.is_empty());
    let three_common_years = column("days since 2017-01-01", Some("standard"), years(3, 365.0, 0.0));
    assert!(repaired(three_common_years, "hist_std", Meaning::State).0.is_empty());
    let julian = column("days since 2015-01-01", Some("julian"), years(80, 365.25, 0.0));
    assert!(repaired(julian, "exp05", Meaning::State).0.is_empty());
}

#[test]
fn mali_starts_in_2015() {
    // DOE/MALI: 365 k days since 2005-01-01 standard, 86 steps in exp05 and 100 in the control.
    for (experiment, count, last) in [("exp05", 86, "2100-01-01"), ("ctrl_proj_std", 100, "2114-01-01")] {
        let time = column("days since 2005-01-01", Some("standard"), years(count, 365.0, 0.0));
        let (rules, stamps) = repaired(time, experiment, Meaning::State);
        assert_eq!(rules, ["C8", "C13"]);
        assert_eq!((stamps[0].as_str(), stamps.last().unwrap().as_str()), ("2015-01-01", last));
    }
}

#[test]
fn the_epoch_stays_without_all_the_evidence() {
    let of = |experiment: &str, reference: &str, count, first| {
        let time = column(&format!("days since {reference}"), Some("noleap"), years(count, 365.0, first));
        repaired(time, experiment, Meaning::State).0
    };
    assert!(of("hist_std", "2005-01-01", 10, 0.0).is_empty(), "a hindcast may start in 2005");
    assert!(of("exp05", "2005-01-01", 86, 4015.0).is_empty(), "starts in 2016 as it stands");
    assert!(of("exp05", "2005-01-01", 96, 0.0).is_empty(), "ends in 2100 as it stands");
    assert!(of("exp05", "2004-01-01", 86, 0.0).is_empty(), "another reference");
}

#[test]
fn a_missing_calendar_is_the_one_the_steps_show() {
    let of = |values: Vec<f64>| {
        let mut time = column("days since 2015-01-01", None, values);
        let repairs = repair_time(&mut time, &entry("exp05", Meaning::State), &RuleSet::ismip6()).repairs;
        (repairs[0].rule.to_string(), repairs[0].before.clone(), time.calendar.unwrap())
    };
    assert_eq!(of(years(5, 365.0, 365.0).collect()), ("C4".into(), "no calendar".into(), "noleap".into()));
    assert_eq!(of(years(5, 360.0, 360.0).collect()).2, "360_day");
    assert_eq!(of(vec![365.0, 731.0, 1096.0]).2, "standard");
    assert_eq!(of(vec![365.0]).2, "noleap");
}

#[test]
fn packed_dates_are_unpacked() {
    let time = column("day as %Y%m%d.%f", Some("noleap"), [20150101.0, 20160700.0, 20171301.5]);
    let (rules, stamps) = repaired(time, "exp07", Meaning::State);
    assert_eq!(rules, ["C7"]);
    assert_eq!(stamps, ["2015-01-01", "2016-07-01", "2018-01-01 12:00:00"]);
}

#[test]
fn unpacked_day_numbers_take_the_epoch_that_fits() {
    let of = |experiment, values| repaired(column("day as %Y%m%d.%f", None, values), experiment, Meaning::State);
    let (rules, stamps) = of("exp07", vec![0.0, 15650.0, 31301.0]);
    assert_eq!((rules, stamps[0].as_str(), &stamps[2][..4]), (vec!["C7".to_string()], "2015-01-01", "2100"));
    let (rules, stamps) = of("hist_std", vec![0.0, 7300.0]);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C7".to_string()], "1995-01-01"));
    assert_eq!(of("hist_std", vec![0.0, 90_000.0]).0, Vec::<String>::new(), "no epoch fits: nothing is guessed");
}

#[test]
fn means_stamped_at_year_end_are_flagged_and_kept() {
    let time = || column("days since 2015-01-01", Some("noleap"), years(3, 365.0, 365.0));
    let (rules, stamps) = repaired(time(), "exp05", Meaning::Flux);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C16".to_string()], "2016-01-01"));
    assert!(repaired(time(), "exp05", Meaning::State).0.is_empty());
    let middle = column("days since 2015-01-01", Some("noleap"), years(3, 365.0, 181.0));
    assert!(repaired(middle, "exp05", Meaning::Flux).0.is_empty());
}

#[test]
fn rules_that_are_off_do_nothing() {
    let mut time = column("days since 2005-01-01", Some("standard"), years(86, 365.0, 0.0));
    let repairs = repair_time(&mut time, &entry("exp05", Meaning::State), &RuleSet::named(&["C8"]).unwrap()).repairs;
    assert_eq!(repairs.len(), 1);
    assert_eq!(repairs[0].after, "calendar `noleap`");
    assert!(RuleSet::named(&["C99"]).unwrap_err().to_string().contains("no repair rule `C99`"));
}

#[test]
fn mean_years_without_units_take_the_epoch_of_the_protocol() {
    // CPOM/BISICLES: 365.25, 730.5, ... with neither units nor calendar, 90 records.
    let time = column("", None, years(90, 365.25, 365.25));
    let repairs = repair_time(&mut time.clone(), &entry("expT71_08", Meaning::State), &RuleSet::ismip6()).repairs;
    assert_eq!(repairs[0].rule, "C5");
    let evidence = repairs[0].inferred.as_deref().unwrap();
    assert!(evidence.contains("365.25 days") && evidence.contains("nominal years 2015 to 2104"), "{evidence}");
    let (rules, stamps) = repaired(time, "expT71_08", Meaning::State);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C5".to_string()], "2016-01-01 06:00:00"));
    assert!(repaired(column("", None, years(90, 365.25, 40_000.0)), "exp05", Meaning::State).0.is_empty(), "none fits");
    assert!(repaired(column("", None, years(90, 365.25, 365.25)), "asmb", Meaning::State).0.is_empty(), "no protocol");
}

#[test]
fn an_epoch_that_two_candidates_fit_is_not_guessed() {
    // A hindcast that ends 20 or 20.02 years after its epoch: 1995 alone; in whole centuries of days, none.
    let time = column("day as %Y%m%d.%f", None, [0.0, 7300.0]);
    assert_eq!(repaired(time, "hist_std", Meaning::State).0, ["C7"]);
    let text = r#"[[rule]]
        id = "T"
        who = "-"
        symptom = "-"
        fix = "-"
        severity = "info"
        category = "time"
        source = "-"
        on = "time"
        match = { units_missing = true }
        apply = { guess_epoch = { candidates = [2015, 2014], calendar = "365_day" } }"#;
    let rules = RuleSet::none().with_rules(crate::RuleFile::parse("test.toml", text).unwrap());
    let of = |first: f64| {
        let mut time = column("", None, years(3, 365.0, first));
        repair_time(&mut time, &entry("exp05", Meaning::State), &rules).repairs.len()
    };
    assert_eq!(of(365.0), 1, "2015 makes the years 2015 to 2017, which is better than 2014 to 2016");
    let both = text.replace("[2015, 2014]", "[2015, 2015, 2014]");
    let rules = RuleSet::none().with_rules(crate::RuleFile::parse("test.toml", &both).unwrap());
    let mut time = column("", None, years(3, 365.0, 365.0));
    assert_eq!(repair_time(&mut time, &entry("exp05", Meaning::State), &rules).repairs.len(), 1, "one year twice");
    let near = text.replace("[2015, 2014]", "[2016, 2013]");
    let rules = RuleSet::none().with_rules(crate::RuleFile::parse("test.toml", &near).unwrap());
    let mut hindcast = column("", None, [10.0, 20.0]);
    assert!(repair_time(&mut hindcast, &entry("hist_std", Meaning::State), &rules).repairs.is_empty());
}

#[test]
fn a_hindcast_that_two_epochs_end_in_2014_has_none() {
    // The last record is 10 days into a year: with nominal years, epochs N and N + 1 differ, so use half-year offsets.
    let guess = |candidates: &[i64]| {
        super::super::epoch::guess(
            &column("", None, [0.0, 365.0 * 20.0 + 20.0]),
            "hist_std",
            candidates,
            nunatak_cf::Calendar::NoLeap,
        )
    };
    assert_eq!(guess(&[1995, 1990]).map(|found| found.year), Some(1995));
    assert!(guess(&[1990, 1980]).is_none());
}

#[test]
fn issm_without_units_counts_from_2005() {
    // UCIJPL/ISSM ctrl_proj_std: single precision, 3650, 4015, ... and no units.
    let (rules, stamps) = repaired(column("", None, years(86, 365.0, 3650.0)), "ctrl_proj_std", Meaning::State);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C14".to_string()], "2015-01-01"));
    assert_eq!(stamps[85], "2100-01-01");
}

#[test]
fn seconds_since_year_one_and_other_calendars_are_read_as_they_stand() {
    let seconds = (2016..2019).map(|year| f64::from(year - 1) * 365.0 * 86_400.0);
    let (rules, stamps) = repaired(column("seconds since 1-1-1", Some("365_day"), seconds), "exp05", Meaning::State);
    assert_eq!((rules.len(), stamps[0].as_str(), stamps[2].as_str()), (0, "2016-01-01", "2018-01-01"));
    let julian =
        column("days since 2015-01-01", Some("julian"), (0..4).map(|at| f64::from((f64::from(at) * 365.25) as f32)));
    assert!(repaired(julian, "exp05", Meaning::State).0.is_empty());
    let short = column("days since 2015-01-01", Some("360_day"), years(5, 360.0, 360.0));
    assert!(repaired(short, "exp05", Meaning::State).0.is_empty());
}

#[test]
fn memory_that_nobody_wrote_is_no_time() {
    for strange in [2.3e-310, 1.7e219, f64::INFINITY] {
        let mut time = column("days since 2015-01-01", Some("noleap"), [365.0, strange]);
        let outcome = repair_time(&mut time, &entry("exp05", Meaning::State), &RuleSet::ismip6());
        assert_eq!(outcome.unusable.unwrap().rule.unwrap(), "C6", "{strange}");
    }
    let mut time = column("days since 2015-01-01", Some("noleap"), [0.0, 365.0, 730.0]);
    assert!(repair_time(&mut time, &entry("exp05", Meaning::State), &RuleSet::ismip6()).unusable.is_none());
}

#[test]
fn the_span_of_a_projection_is_flagged_and_in_greenland_its_first_state_dropped() {
    let of = |ice_sheet: &str, count: u32, first: f64| {
        let mut time = column("days since 2015-01-01", Some("noleap"), years(count, 365.0, first));
        let listed = Entry { ice_sheet: Some(ice_sheet.into()), ..entry("exp05", Meaning::State) };
        let outcome = repair_time(&mut time, &listed, &RuleSet::ismip6());
        let rules: Vec<String> = outcome.repairs.iter().map(|repair| repair.rule.to_string()).collect();
        (rules, outcome.dropped, outcome.findings.len(), time.values[0])
    };
    assert_eq!(of("AIS", 87, 0.0), (vec!["C18".to_string()], (0, 0), 0, 0.0));
    assert_eq!(of("AIS", 86, 365.0), (vec![], (0, 0), 0, 365.0));
    assert_eq!(of("AIS", 85, 365.0), (vec!["C18".to_string()], (0, 0), 0, 365.0));
    assert_eq!(of("GIS", 87, 0.0), (vec!["G10".to_string()], (1, 0), 1, 365.0));
    assert_eq!(of("GIS", 85, 365.0), (vec!["G9".to_string()], (0, 0), 0, 365.0));
}
