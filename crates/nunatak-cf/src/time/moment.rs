//! Moments: a date and a time of day in some calendar.

/// A date and time of day, to the microsecond. Years are astronomical (1 BC is year 0).
///
/// # Examples
/// ```
/// use nunatak_cf::{Moment, nominal_year};
///
/// let new_year = Moment::midnight(2016, 1, 1);
/// assert_eq!(new_year.to_string(), "2016-01-01");
/// assert_eq!(nominal_year(new_year), 2015, "the state at the end of 2015");
///
/// let noon = Moment { microsecond: 12 * 3_600_000_000, ..new_year };
/// assert!(noon > new_year);
/// assert_eq!(noon.to_string(), "2016-01-01 12:00:00");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Microseconds since midnight.
    pub microsecond: i64,
}

impl Moment {
    /// Midnight at the start of a day.
    pub fn midnight(year: i64, month: u8, day: u8) -> Self {
        Self { year, month, day, microsecond: 0 }
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        let (seconds, fraction) = (self.microsecond / 1_000_000, self.microsecond % 1_000_000);
        if self.microsecond != 0 {
            write!(f, " {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        }
        if fraction != 0 {
            write!(f, ".{fraction:06}")?;
        }
        Ok(())
    }
}
