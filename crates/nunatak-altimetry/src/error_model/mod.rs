//! Errors that segments have in common: the geolocation error of one, and what overpasses share.
//!
//! ```text
//! slopes, pointing errors ─► geolocation_sigma        (per segment, as the product states it)
//!                        └─► Geolocation ─► OverpassPart   (per overpass and cell)
//! ```

mod geolocation;
mod shared;

pub(crate) use geolocation::RADIAL_SIGMA;
pub use geolocation::{GeolocationInputs, GeolocationSigma, PairSlopes, geolocation_sigma};
pub(crate) use shared::overpass_of;
pub use shared::{Geolocation, OverpassPart, SharedErrors};
