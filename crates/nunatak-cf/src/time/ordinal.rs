//! Day numbers: days counted from a fixed day of each calendar.

use super::calendar::Calendar;
use super::moment::Moment;

/// Days before each month of a year without a leap day.
const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// Day number of 15 October 1582 in the Gregorian calendar, the first of the standard calendar's new style.
const NEW_STYLE: i64 = gregorian(1582, 10, 15);

impl Calendar {
    /// Days from a fixed day of this calendar to the given one. Days past a month's end run on into the next.
    pub(crate) fn ordinal(self, date: Moment) -> i64 {
        let (year, month, day) = (date.year, i64::from(date.month), i64::from(date.day));
        let before = BEFORE_MONTH[usize::from(date.month.clamp(1, 12)) - 1];
        match self {
            Self::NoLeap => year * 365 + before + day - 1,
            Self::AllLeap => year * 366 + before + i64::from(month > 2) + day - 1,
            Self::Day360 => year * 360 + (month - 1) * 30 + day - 1,
            Self::Julian => julian(year, month, day),
            Self::ProlepticGregorian => gregorian(year, month, day),
            Self::Standard if (year, month, day) >= (1582, 10, 15) => gregorian(year, month, day),
            Self::Standard => julian(year, month, day),
        }
    }

    /// The day at a day number.
    pub(crate) fn date(self, ordinal: i64) -> Moment {
        match self {
            Self::NoLeap => from_year_day(self, ordinal.div_euclid(365), ordinal.rem_euclid(365)),
            Self::AllLeap => from_year_day(self, ordinal.div_euclid(366), ordinal.rem_euclid(366)),
            Self::Day360 => from_year_day(self, ordinal.div_euclid(360), ordinal.rem_euclid(360)),
            Self::Julian => julian_date(ordinal),
            Self::ProlepticGregorian => gregorian_date(ordinal),
            Self::Standard if ordinal >= NEW_STYLE => gregorian_date(ordinal),
            Self::Standard => julian_date(ordinal),
        }
    }
}

fn from_year_day(calendar: Calendar, year: i64, mut day: i64) -> Moment {
    for month in 1..=12 {
        let length = i64::from(calendar.month_length(year, month));
        if day < length {
            return Moment::midnight(year, month, day as u8 + 1);
        }
        day -= length;
    }
    Moment::midnight(year + 1, 1, 1)
}

/// Days since 1 March of year 0, Gregorian (a March-based year puts the leap day last).
const fn gregorian(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1
}

/// Days on the same count as [`gregorian`], from a Julian date: the two calendars name the same day alike in the
/// third century, two days apart at 1 March of year 0.
const fn julian(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) + (153 * month + 2) / 5 + day - 1 - 2
}

fn gregorian_date(ordinal: i64) -> Moment {
    let (era, day) = (ordinal.div_euclid(146_097), ordinal.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    march_based(era * 400 + year, day - (365 * year + year / 4 - year / 100))
}

fn julian_date(ordinal: i64) -> Moment {
    let ordinal = ordinal + 2;
    let (era, day) = (ordinal.div_euclid(1461), ordinal.rem_euclid(1461));
    let year = (day - day / 1460) / 365;
    march_based(era * 4 + year, day - 365 * year)
}

/// The date of day `day` (from 0) of the year that starts on 1 March of `year`.
fn march_based(year: i64, day: i64) -> Moment {
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    Moment::midnight(year, month as u8, day as u8)
}
