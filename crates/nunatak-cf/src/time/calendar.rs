//! Calendars of the CF conventions.

use crate::error::{CfError, Result};

/// A calendar of the CF conventions (section 4.4.1).
///
/// # Examples
/// ```
/// use nunatak_cf::Calendar;
///
/// let calendar = Calendar::parse("365_day")?;
/// assert_eq!((calendar, calendar.name()), (Calendar::NoLeap, "noleap"));
/// assert_eq!(calendar.month_length(2016, 2), 28);
/// assert_eq!(Calendar::Standard.month_length(2016, 2), 29);
/// # Ok::<(), nunatak_cf::CfError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Calendar {
    /// `standard` or `gregorian`: Julian up to 4 October 1582, Gregorian from 15 October 1582.
    Standard,
    /// `proleptic_gregorian`: Gregorian at all times, with a year 0.
    ProlepticGregorian,
    /// `noleap` or `365_day`.
    NoLeap,
    /// `all_leap` or `366_day`.
    AllLeap,
    /// `360_day`: twelve months of 30 days.
    Day360,
    /// `julian`: a leap day every fourth year.
    Julian,
}

impl Calendar {
    /// The calendar of this CF name, in any case.
    ///
    /// # Errors
    /// [`CfError::UnknownCalendar`].
    pub fn parse(name: &str) -> Result<Self> {
        Ok(match name.trim().to_ascii_lowercase().as_str() {
            "standard" | "gregorian" => Self::Standard,
            "proleptic_gregorian" => Self::ProlepticGregorian,
            "noleap" | "365_day" => Self::NoLeap,
            "all_leap" | "366_day" => Self::AllLeap,
            "360_day" => Self::Day360,
            "julian" => Self::Julian,
            _ => return Err(CfError::UnknownCalendar { found: name.into() }),
        })
    }

    /// Its CF name, in the form the CF conventions prefer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::ProlepticGregorian => "proleptic_gregorian",
            Self::NoLeap => "noleap",
            Self::AllLeap => "all_leap",
            Self::Day360 => "360_day",
            Self::Julian => "julian",
        }
    }

    /// Whether its years follow the Sun: the calendars of real dates.
    pub fn is_real(self) -> bool {
        matches!(self, Self::Standard | Self::ProlepticGregorian | Self::Julian)
    }

    /// Days of a month (1 to 12) of a year.
    pub fn month_length(self, year: i64, month: u8) -> u8 {
        match (self, month) {
            (Self::Day360, _) => 30,
            (_, 4 | 6 | 9 | 11) => 30,
            (_, 2) if self.is_leap(year) => 29,
            (_, 2) => 28,
            _ => 31,
        }
    }

    /// Whether the year has a 29 February (never in `360_day`, whose February has 30 days).
    pub fn is_leap(self, year: i64) -> bool {
        let gregorian = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
        match self {
            Self::NoLeap | Self::Day360 => false,
            Self::AllLeap => true,
            Self::Julian => year.rem_euclid(4) == 0,
            Self::Standard if year <= 1582 => year.rem_euclid(4) == 0,
            Self::Standard | Self::ProlepticGregorian => gregorian,
        }
    }
}

impl std::fmt::Display for Calendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
