//! Units of time of a fixed length.

/// Unit of time numbers.
///
/// # Examples
/// ```
/// use nunatak_cf::TimeUnit;
///
/// assert_eq!(TimeUnit::parse("hrs"), Some(TimeUnit::Hours));
/// assert_eq!((TimeUnit::Hours.name(), TimeUnit::Hours.seconds()), ("hours", 3600.0));
/// assert_eq!(TimeUnit::parse("months"), None, "months differ in length");
/// ```
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

    /// Seconds of one unit.
    pub fn seconds(self) -> f64 {
        self.microseconds() as f64 / 1e6
    }

    /// Microseconds of one unit.
    pub fn microseconds(self) -> i64 {
        match self {
            Self::Microseconds => 1,
            Self::Milliseconds => 1_000,
            Self::Seconds => 1_000_000,
            Self::Minutes => 60_000_000,
            Self::Hours => 3_600_000_000,
            Self::Days => 86_400_000_000,
        }
    }
}
