//! Times of every calendar against cftime, and whatever text units may be.

use proptest::prelude::*;

use super::*;

/// Units, calendar, number, and the date with its microseconds.
type Example = (&'static str, &'static str, f64, (i64, u8, u8, i64));

/// Computed with cftime 1.6 (`num2date`), the time zone with pandas.
#[rustfmt::skip]
const KNOWN: &[Example] = &[
    ("days since 2000-01-01", "standard", 0.0, (2000, 1, 1, 0)),
    ("days since 1850-01-01 00:00:00", "standard", 91310.5, (2099, 12, 31, 43200000000)),
    ("days since 0001-01-01", "standard", 577736.0, (1582, 10, 4, 0)),
    ("days since 0001-01-01", "standard", 577735.0, (1582, 10, 3, 0)),
    ("days since 0001-01-01", "noleap", 735475.0, (2016, 1, 1, 0)),
    ("hours since 1900-03-01 12:00:00", "proleptic_gregorian", 1000001.25, (2014, 3, 30, 18900000000)),
    ("seconds since 2000-1-1", "julian", 3150000000.0, (2099, 10, 26, 28800000000)),
    ("days since 2005-01-01", "360_day", 3960.0, (2016, 1, 1, 0)),
    ("days since 2005-01-01", "all_leap", 3660.75, (2015, 1, 1, 64800000000)),
    ("minutes since 1582-10-01", "standard", 30000.0, (1582, 10, 31, 72000000000)),
    ("days since 1500-03-01", "julian", -12345.125, (1466, 5, 13, 75600000000)),
    ("days since 0004-02-29", "proleptic_gregorian", -1500.0, (0, 1, 21, 0)),
    ("days since 2000-01-01 06:30:00 -06:00", "standard", 0.1, (2000, 1, 1, 53640000000)),
    ("milliseconds since 1970-01-01T00:00:00Z", "proleptic_gregorian", 1600000000007.0, (2020, 9, 13, 44800007000)),
    ("days since 1900-02-28", "standard", 1.0, (1900, 3, 1, 0)),
    ("days since 1900-02-28", "julian", 1.0, (1900, 2, 29, 0)),
    ("days since 2015-01-01", "noleap", 31025.4999999, (2100, 1, 1, 43199991360)),
];

#[test]
fn numbers_decode_to_the_dates_of_cftime_and_back() {
    for &(units, calendar, number, (year, month, day, microsecond)) in KNOWN {
        let encoding = TimeEncoding::parse(units, Some(calendar)).unwrap();
        let expected = Moment { year, month, day, microsecond };
        assert_eq!(encoding.decode(number), Some(expected), "{number} {units} ({calendar})");
        let resolution = 0.5 / encoding.unit.microseconds() as f64;
        assert!((encoding.encode(expected) - number).abs() <= resolution, "{number} {units} ({calendar})");
    }
}

#[test]
fn units_that_mean_nothing_say_what_is_wrong() {
    for (units, calendar, says) in [
        ("years since 0000-00-00 00:00:00", "noleap", "not one of a fixed length"),
        ("days since 2000-1-0", "standard", "day 0"),
        ("days since 2015-02-29", "noleap", "does not exist in calendar noleap"),
        ("days since 01-01-2000", "standard", "day 2000"),
        ("day as %Y%m%d.%f", "standard", "no ` since `"),
        ("days since 2000-01-01", "365 days", "not a CF calendar"),
        ("days since 2000-01-01 25:00", "standard", "time of day"),
    ] {
        let error = TimeEncoding::parse(units, Some(calendar)).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains(if says.contains("CF") { calendar } else { units }), "{error}");
    }
}

#[test]
fn not_a_number_is_no_moment() {
    let encoding = TimeEncoding::parse("days since 2000-01-01", None).unwrap();
    for number in [f64::NAN, f64::INFINITY, 1.7e219] {
        assert_eq!(encoding.decode(number), None);
    }
}

#[test]
fn stamps_of_a_state_and_of_a_mean_share_their_nominal_year() {
    for (stamp, year) in [((2016, 1, 1), 2015), ((2015, 7, 1), 2015), ((2015, 12, 31), 2015), ((2016, 1, 3), 2015)] {
        assert_eq!(nominal_year(Moment::midnight(stamp.0, stamp.1, stamp.2)), year);
    }
}

const CALENDARS: [Calendar; 6] = [
    Calendar::Standard,
    Calendar::ProlepticGregorian,
    Calendar::NoLeap,
    Calendar::AllLeap,
    Calendar::Day360,
    Calendar::Julian,
];

proptest! {
    #[test]
    fn every_day_has_one_number(which in 0usize..6, ordinal in -800_000i64..1_200_000) {
        let calendar = CALENDARS[which];
        let date = calendar.date(ordinal);
        prop_assert_eq!(calendar.ordinal(date), ordinal);
        prop_assert!((1..=calendar.month_length(date.year, date.month)).contains(&date.day));
        prop_assert!(calendar.date(ordinal + 1) > date);
    }

    #[test]
    fn parsing_never_fails_badly(units in ".{0,40}", calendar in ".{0,12}") {
        let _ = TimeEncoding::parse(&units, Some(&calendar));
    }

    #[test]
    fn written_units_read_back(which in 0usize..6, ordinal in 0i64..900_000, hour in 0i64..24) {
        let calendar = CALENDARS[which];
        let reference = Moment { microsecond: hour * 3_600_000_000, ..calendar.date(ordinal) };
        let encoding = TimeEncoding { unit: TimeUnit::Days, reference, calendar };
        prop_assert_eq!(TimeEncoding::parse(&encoding.units(), Some(calendar.name())).unwrap(), encoding);
    }
}

#[test]
fn a_zone_before_the_year_one_stays_in_the_units() {
    for calendar in ["standard", "julian", "proleptic_gregorian", "noleap", "360_day"] {
        let units = "hours since 0001-01-01 00:00:00 +05:30";
        let encoding = TimeEncoding::parse(units, Some(calendar)).unwrap();
        assert_eq!(encoding.units(), units, "{calendar}");
        let other = TimeEncoding::parse("days since 0001-01-01 00:00:00 -03:00", Some(calendar)).unwrap();
        assert_eq!(other.units(), "days since 0001-01-01 03:00:00");
    }
}
