use super::{Calendar, Moment};
use crate::{Result, TreeError};

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// Unit of time numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// 1e-6 s.
    Microseconds,
    /// 1e-3 s.
    Milliseconds,
    /// 1 s.
    Seconds,
    /// 60 s.
    Minutes,
    /// 3600 s.
    Hours,
    /// 86400 s.
    Days,
}

impl TimeUnit {
    /// The unit of this name, in any case, singular, plural or abbreviated as UDUNITS has it.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "microseconds" | "microsecond" | "microsec" | "microsecs" => Self::Microseconds,
            "milliseconds" | "millisecond" | "millisec" | "millisecs" | "msec" | "msecs" | "ms" => Self::Milliseconds,
            "seconds" | "second" | "sec" | "secs" | "s" => Self::Seconds,
            "minutes" | "minute" | "min" | "mins" => Self::Minutes,
            "hours" | "hour" | "hr" | "hrs" | "h" => Self::Hours,
            "days" | "day" | "d" => Self::Days,
            _ => return None,
        })
    }

    /// Its CF name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "microseconds",
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// Microseconds of one unit.
    pub fn microseconds(self) -> i64 {
        match self {
            Self::Microseconds => 1,
            Self::Milliseconds => 1_000,
            Self::Seconds => 1_000_000,
            Self::Minutes => 60_000_000,
            Self::Hours => 3_600_000_000,
            Self::Days => MICROSECONDS_PER_DAY,
        }
    }
}

/// What the numbers of a time variable mean: `<unit> since <reference>` in a calendar.
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
    /// [`TreeError::TimeUnits`] and [`TreeError::UnknownCalendar`].
    pub fn parse(units: &str, calendar: Option<&str>) -> Result<Self> {
        let calendar = calendar.map_or(Ok(Calendar::Standard), Calendar::parse)?;
        let fail = |problem: &str| TreeError::TimeUnits { found: units.into(), problem: problem.into() };
        let (unit, date) = units.split_once(" since ").ok_or_else(|| fail("there is no ` since `"))?;
        let unit = TimeUnit::parse(unit).ok_or_else(|| fail("the unit is not one of a fixed length"))?;
        let (date, offset) = parse_moment(date, calendar).map_err(|problem| fail(&problem))?;
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

    /// The `units` attribute.
    pub fn units(&self) -> String {
        let midnight = if self.reference.microsecond == 0 { " 00:00:00" } else { "" };
        format!("{} since {}{midnight}", self.unit.name(), self.reference)
    }

    fn after(&self, microseconds: i128) -> Option<Moment> {
        let total = i128::from(self.reference.microsecond) + microseconds;
        let days = i64::try_from(total.div_euclid(i128::from(MICROSECONDS_PER_DAY))).ok()?;
        let microsecond = i64::try_from(total.rem_euclid(i128::from(MICROSECONDS_PER_DAY))).ok()?;
        Some(Moment { microsecond, ..self.calendar.date(self.calendar.ordinal(self.reference) + days) })
    }
}

/// A date, its time of day and the microseconds its time zone is ahead of UTC.
fn parse_moment(text: &str, calendar: Calendar) -> Result<(Moment, i64), String> {
    let text = text.trim();
    let at = text.find([' ', 'T']).unwrap_or(text.len());
    let date = parse_date(&text[..at], calendar)?;
    let rest = text[at..].trim_start_matches([' ', 'T']).trim_end();
    let (time, zone) = split_zone(rest);
    let microsecond = parse_time_of_day(time)?;
    Ok((Moment { microsecond, ..date }, parse_zone(zone)?))
}

fn parse_date(text: &str, calendar: Calendar) -> Result<Moment, String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = digits.split('-');
    let mut next = |what: &str, default: Option<i64>| match (parts.next(), default) {
        (None, Some(default)) => Ok(default),
        (part, _) => part
            .filter(|part| !part.is_empty() && part.len() <= 5 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<i64>().ok())
            .ok_or_else(|| format!("the {what} of the reference date `{text}` is not a number")),
    };
    let (year, month, day) = (next("year", None)?, next("month", Some(1))?, next("day", Some(1))?);
    if parts.next().is_some() {
        return Err(format!("the reference date `{text}` has too many parts"));
    }
    let year = sign * year;
    let month = u8::try_from(month)
        .ok()
        .filter(|month| (1..=12).contains(month))
        .ok_or_else(|| format!("month {month} of the reference date `{text}` does not exist"))?;
    let day = u8::try_from(day)
        .ok()
        .filter(|day| (1..=calendar.month_length(year, month)).contains(day))
        .ok_or_else(|| format!("day {day} of the reference date `{text}` does not exist in calendar {calendar}"))?;
    Ok(Moment::midnight(year, month, day))
}

fn split_zone(text: &str) -> (&str, &str) {
    match text.find(['Z', 'z', '+', '-']).or_else(|| text.find("UTC")).or_else(|| text.find(' ')) {
        Some(at) => (text[..at].trim(), text[at..].trim()),
        None => (text, ""),
    }
}

fn parse_time_of_day(text: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let fail = || format!("the time of day `{text}` is not hh[:mm[:ss[.f]]]");
    let parts: Vec<&str> = text.split(':').collect();
    let number = |at: usize, limit: f64| -> Result<f64, String> {
        let part = parts.get(at).copied().unwrap_or("0");
        let plain = part.bytes().all(|byte| byte.is_ascii_digit() || (at == 2 && byte == b'.'));
        part.parse().ok().filter(|value: &f64| plain && *value < limit).ok_or_else(fail)
    };
    if parts.len() > 3 {
        return Err(fail());
    }
    let (hours, minutes, seconds) = (number(0, 24.0)?, number(1, 60.0)?, number(2, 60.0)?);
    Ok((hours as i64 * 60 + minutes as i64) * 60_000_000 + ((seconds * 1e6).round() as i64).min(59_999_999))
}

fn parse_zone(text: &str) -> Result<i64, String> {
    let (sign, digits) = match text.chars().next() {
        None => return Ok(0),
        Some('+') => (1, &text[1..]),
        Some('-') => (-1, &text[1..]),
        Some(_) if matches!(text.to_ascii_uppercase().as_str(), "Z" | "UTC" | "GMT") => return Ok(0),
        Some(_) => return Err(format!("the time zone `{text}` is not understood")),
    };
    let digits: String = digits.chars().filter(|character| *character != ':').collect();
    let value: i64 = digits
        .parse()
        .ok()
        .filter(|_| digits.len() <= 4)
        .ok_or_else(|| format!("the time zone `{text}` is not understood"))?;
    let (hours, minutes) = if digits.len() > 2 { (value / 100, value % 100) } else { (value, 0) };
    Ok(sign * (hours * 60 + minutes) * 60_000_000)
}
