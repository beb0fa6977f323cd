use super::*;

fn column(units: &str, calendar: Option<&str>, values: impl IntoIterator<Item = f64>) -> TimeColumn {
    TimeColumn {
        name: "time".into(),
        dimension: "time".into(),
        units: units.into(),
        calendar: calendar.map(str::to_string),
        values: values.into_iter().collect(),
    }
}

fn repaired(mut column: TimeColumn, experiment: &str, meaning: Meaning) -> (Vec<&'static str>, Vec<String>) {
    let context = Context { experiment: experiment.into(), meaning };
    let repairs = repair_time(&mut column, &context, &RuleSet::ismip6());
    let moments = column.moments().map(|(_, moments)| moments).unwrap_or_default();
    (repairs.iter().map(|repair| repair.rule).collect(), moments.iter().map(ToString::to_string).collect())
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
    assert_eq!(repaired(time, "exp05", Meaning::State), (vec!["C2"], vec!["2005-01-31".into()]));
    let time = column("days since 2000-1-0 00:00:00", Some("standard"), [1.0]);
    assert_eq!(repaired(time, "exp05", Meaning::State), (vec!["C3"], vec!["2000-01-02".into()]));
    let sound = column("days since 2000-1-1", Some("standard"), [1.0]);
    assert_eq!(repaired(sound, "exp05", Meaning::State).0, Vec::<&str>::new());
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
    assert_eq!((rules, stamps[85].as_str()), (Vec::<&str>::new(), "2101-01-01"));
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
        let context = Context { experiment: "exp05".into(), meaning: Meaning::State };
        let repairs = repair_time(&mut time, &context, &RuleSet::ismip6());
        (repairs[0].rule, repairs[0].before.clone(), time.calendar.unwrap())
    };
    assert_eq!(of(years(5, 365.0, 365.0).collect()), ("C4", "no calendar".into(), "noleap".into()));
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
    assert_eq!((rules, stamps[0].as_str(), &stamps[2][..4]), (vec!["C7"], "2015-01-01", "2100"));
    let (rules, stamps) = of("hist_std", vec![0.0, 7300.0]);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C7"], "1995-01-01"));
    assert_eq!(of("hist_std", vec![0.0, 90_000.0]).0, Vec::<&str>::new(), "no epoch fits: nothing is guessed");
}

#[test]
fn means_stamped_at_year_end_are_flagged_and_kept() {
    let time = || column("days since 2015-01-01", Some("noleap"), years(3, 365.0, 365.0));
    let (rules, stamps) = repaired(time(), "exp05", Meaning::Flux);
    assert_eq!((rules, stamps[0].as_str()), (vec!["C16"], "2016-01-01"));
    assert!(repaired(time(), "exp05", Meaning::State).0.is_empty());
    let middle = column("days since 2015-01-01", Some("noleap"), years(3, 365.0, 181.0));
    assert!(repaired(middle, "exp05", Meaning::Flux).0.is_empty());
}

#[test]
fn rules_that_are_off_do_nothing() {
    let context = Context { experiment: "exp05".into(), meaning: Meaning::State };
    let mut time = column("days since 2005-01-01", Some("standard"), years(86, 365.0, 0.0));
    let repairs = repair_time(&mut time, &context, &RuleSet::named(&["C8"]).unwrap());
    assert_eq!(repairs.len(), 1);
    assert_eq!(repairs[0].after, "calendar `noleap`");
    assert!(RuleSet::named(&["C99"]).unwrap_err().to_string().contains("no repair rule `C99`"));
}
