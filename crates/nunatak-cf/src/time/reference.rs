//! Reference dates of time units: `YYYY-MM-DD[ hh[:mm[:ss]]][ zone]`.

use super::calendar::Calendar;
use super::moment::Moment;

/// A date, its time of day and the microseconds its time zone is ahead of UTC.
pub(super) fn parse_reference(text: &str, calendar: Calendar) -> Result<(Moment, i64), String> {
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
