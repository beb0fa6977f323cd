//! Error model: the geolocation error of a segment, and the sampling uncertainty of a cell.
//!
//! ```text
//! slopes, pointing errors ─► geolocation_sigma                                     (per segment)
//! points of a cell ─► along-track autocovariance ─► correlation length
//!                  └─► blocks ─► effective count, extension variance ─► sampling   (per cell)
//! ```

mod correlation;
mod effective_count;
mod extension;
mod geolocation;
mod moments;
mod sampling;

#[cfg(test)]
pub(crate) use correlation::mean_correlation;
pub(crate) use correlation::{Autocovariance, BINS, CorrelationLength, beams};
pub(crate) use effective_count::Blocks;
pub(crate) use geolocation::RADIAL_SIGMA;
pub use geolocation::{GeolocationInputs, GeolocationSigma, PairSlopes, geolocation_sigma};
pub(crate) use moments::Moments;
pub(crate) use sampling::{CellShape, sampling_sigmas};
