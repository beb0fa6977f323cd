//! Encoding of times as numbers: `<unit> since <reference>` in a calendar.

use super::calendar::Calendar;
use super::moment::Moment;
use super::reference::parse_reference;
use super::unit::TimeUnit;
use crate::error::{CfError, Result};

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// What the numbers of a time variable mean: `<unit> since <reference>` in a calendar.
///
/// # Examples
/// ```
/// use nunatak_cf::{Moment, TimeEncoding};
///
/// let time = TimeEncoding::parse("days since 2015-01-01", Some("noleap"))?;
/// assert_eq!(time.decode(365.0), Some(Moment::midnight(2016, 1, 1)));
/// assert_eq!(time.encode(Moment::midnight(2017, 1, 1)), 730.0);
/// assert_eq!(time.units(), "days since 2015-01-01 00:00:00");
/// # Ok::<(), nunatak_cf::CfError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeEncoding {
    /// Unit of the numbers.
    pub unit: TimeUnit,
    /// Moment of the number zero.
    pub reference: Moment,
    /// Calendar of dates and numbers.
    pub calendar: Calendar,
}

impl TimeEncoding {
    /// Reads the `units` and `calendar` attributes; no calendar means `standard`, as in CF.
    ///
    /// # Errors
    /// [`CfError::TimeUnits`] and [`CfError::UnknownCalendar`].
    pub fn parse(units: &str, calendar: Option<&str>) -> Result<Self> {
        let calendar = calendar.map_or(Ok(Calendar::Standard), Calendar::parse)?;
        let fail = |problem: &str| CfError::TimeUnits { found: units.into(), problem: problem.into() };
        let (unit, date) = units.split_once(" since ").ok_or_else(|| fail("there is no ` since `"))?;
        let unit = TimeUnit::parse(unit).ok_or_else(|| fail("the unit is not one of a fixed length"))?;
        let (date, offset) = parse_reference(date, calendar).map_err(|problem| fail(&problem))?;
        let local = Self { unit: TimeUnit::Microseconds, reference: date, calendar };
        let reference = local.after(-i128::from(offset)).ok_or_else(|| fail("the time zone is out of range"))?;
        Ok(Self { unit, reference, calendar })
    }

    /// The moment of a number, to the nearest microsecond; `None` when it is not finite or beyond any year of use.
    pub fn decode(&self, number: f64) -> Option<Moment> {
        let size = self.unit.microseconds();
        let whole = number.floor();
        if !number.is_finite() || whole.abs() * size as f64 > 1e22 {
            return None;
        }
        let fraction = ((number - whole) * size as f64).round();
        self.after(whole as i128 * i128::from(size) + fraction as i128)
    }

    /// The number of a moment, correctly rounded. A day past its month's end counts on into the next month.
    pub fn encode(&self, moment: Moment) -> f64 {
        let days = self.calendar.ordinal(moment) - self.calendar.ordinal(self.reference);
        let microseconds = i128::from(days) * i128::from(MICROSECONDS_PER_DAY)
            + i128::from(moment.microsecond - self.reference.microsecond);
        let size = i128::from(self.unit.microseconds());
        let (whole, rest) = (microseconds.div_euclid(size), microseconds.rem_euclid(size));
        whole as f64 + rest as f64 / size as f64
    }

    /// The `units` attribute. A reference that is before the year 1 by its time zone alone keeps the zone: some calendars
    /// have no year 0 that other programs would read.
    pub fn units(&self) -> String {
        if let Some((hours, minutes)) = self.zone_of_year_one() {
            return format!("{} since 0001-01-01 00:00:00 +{hours:02}:{minutes:02}", self.unit.name());
        }
        let midnight = if self.reference.microsecond == 0 { " 00:00:00" } else { "" };
        format!("{} since {}{midnight}", self.unit.name(), self.reference)
    }

    /// Hours and minutes from the reference to the beginning of the year 1, when they are less than a day.
    fn zone_of_year_one(&self) -> Option<(i64, i64)> {
        const MINUTE: i64 = 60_000_000;
        let days = self.calendar.ordinal(Moment::midnight(1, 1, 1)) - self.calendar.ordinal(self.reference);
        let ahead = days * MICROSECONDS_PER_DAY - self.reference.microsecond;
        let is_zone = days == 1 && ahead > 0 && ahead < MICROSECONDS_PER_DAY && ahead % MINUTE == 0;
        is_zone.then_some((ahead / MINUTE / 60, ahead / MINUTE % 60))
    }

    fn after(&self, microseconds: i128) -> Option<Moment> {
        let total = i128::from(self.reference.microsecond) + microseconds;
        let days = i64::try_from(total.div_euclid(i128::from(MICROSECONDS_PER_DAY))).ok()?;
        let microsecond = i64::try_from(total.rem_euclid(i128::from(MICROSECONDS_PER_DAY))).ok()?;
        Some(Moment { microsecond, ..self.calendar.date(self.calendar.ordinal(self.reference) + days) })
    }
}
