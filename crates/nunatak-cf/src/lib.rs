//! The CF conventions, as far as ice-sheet files need them: what attributes and names mean.
//!
//! * [`Unit`] converts lengths, angles and times.
//! * [`AxisRole`] says from names, standard names and units what a coordinate stands for.
//! * [`Calendar`], [`TimeEncoding`] and [`Moment`] read times of every CF calendar; [`nominal_year`] is the year that an
//!   annual record stands for.
//!
//! Everything here works on text and numbers: the crate knows no file and no array.

mod axes;
mod error;
mod time;
mod units;

pub use axes::AxisRole;
pub use error::{CfError, Result};
pub use time::{Calendar, Moment, TimeEncoding, TimeUnit, nominal_year, nominal_year_of};
pub use units::{Quantity, Unit};
