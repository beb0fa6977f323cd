//! Times: calendars, encodings as numbers, and nominal years.

mod calendar;
mod encoding;
mod moment;
mod nominal_year;
mod ordinal;
mod reference;
#[cfg(test)]
mod tests;
mod unit;

pub use calendar::Calendar;
pub use encoding::TimeEncoding;
pub use moment::Moment;
pub use nominal_year::{nominal_year, nominal_year_of};
pub use unit::TimeUnit;
