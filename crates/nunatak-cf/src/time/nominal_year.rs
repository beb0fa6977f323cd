//! Nominal years of annual records.

use super::moment::Moment;

/// The year that an annual record of a model stands for.
///
/// ISMIP stamps a state with the end of its year, 1 January N+1, and a yearly mean either with the middle of its year
/// or, in many archived models, with its end. A stamp in January therefore closes the year before; every other stamp
/// (31 December, 1 July, …) lies in its own year. The whole of January counts, so that a calendar mismatch of some
/// days does not move a record by a year (the rule of the ISMIP7 file names).
pub fn nominal_year(moment: Moment) -> i64 {
    nominal_year_of(moment.year, moment.month)
}

/// [`nominal_year`] of a stamp of which year and month (1 to 12) are known.
pub fn nominal_year_of(year: i64, month: u8) -> i64 {
    if month == 1 { year - 1 } else { year }
}
