//! Errors of CF metadata.

/// Result of reading CF metadata.
pub type Result<T, E = CfError> = std::result::Result<T, E>;

/// What can be wrong with CF metadata.
///
/// # Examples
/// ```
/// use nunatak_cf::{CfError, TimeEncoding};
///
/// let error = TimeEncoding::parse("days since 2015-02-29", Some("noleap")).unwrap_err();
/// assert!(matches!(error, CfError::TimeUnits { .. }));
/// assert!(error.to_string().contains("day 29 of the reference date `2015-02-29` does not exist in calendar noleap"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CfError {
    /// A calendar name that CF does not define.
    #[error(
        "calendar `{found}` is not a CF calendar; expected standard, gregorian, proleptic_gregorian, noleap, 365_day, \
         all_leap, 366_day, 360_day or julian"
    )]
    UnknownCalendar {
        /// The name.
        found: String,
    },
    /// Units of time that cannot be read.
    #[error("time units `{found}`: {problem}; expected `<days|hours|minutes|seconds|...> since YYYY-MM-DD[ hh:mm:ss]`")]
    TimeUnits {
        /// The units.
        found: String,
        /// What is wrong with them.
        problem: String,
    },
}
