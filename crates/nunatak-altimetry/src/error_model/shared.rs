//! Errors that the points of an overpass have in common.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::error::{AltimetryError, Result};
use crate::points::{known_sigma, known_slope};

/// Errors of the position of the laser's footprint, as standard deviations (m).
///
/// They are drawn once for each overpass (a track in a cycle), common to its beams: the height of a segment is wrong by
/// `radial + along · slope_along + across · slope_across`, with the signs of the slopes, so that they cancel between slopes that
/// face each other.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Geolocation;
///
/// assert_eq!(Geolocation::ATL15, Geolocation::Overpass { radial: 0.03, along: 6.5, across: 6.5 });
/// assert_eq!("atl15".parse::<Geolocation>()?, Geolocation::ATL15);
/// assert_eq!(Geolocation::Stated.to_string(), "product");
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Geolocation {
    /// One number per point (`sigma_geo`), without a sign, fully shared within a pass and independent between passes.
    Stated,
    /// A vector per overpass.
    Overpass {
        /// Of the height itself.
        radial: f64,
        /// Along the track.
        along: f64,
        /// Across it.
        across: f64,
    },
}

impl Geolocation {
    /// Of ATL14/15 (Smith et al. 2023, ATL15 release 003).
    pub const ATL15: Self = Self::Overpass { radial: 0.03, along: 6.5, across: 6.5 };
    /// Of ATL11 release 007, whose table of three-day position biases has standard deviations of 2.6 and 2.2 m and heights that
    /// differ by 0.05 m afterwards; crossovers agree with it.
    pub const ATL11: Self = Self::Overpass { radial: 0.05, along: 2.5, across: 2.5 };
    /// Those that have a name.
    pub const NAMED: [(&str, Self); 3] = [("atl11", Self::ATL11), ("atl15", Self::ATL15), ("product", Self::Stated)];
}

impl FromStr for Geolocation {
    type Err = AltimetryError;

    /// # Errors
    /// [`AltimetryError::Argument`], which lists the names, for one that there is not.
    fn from_str(name: &str) -> Result<Self> {
        let named = Self::NAMED.into_iter().find(|(own, _)| *own == name);
        named.map(|(_, geolocation)| geolocation).ok_or_else(|| AltimetryError::Argument {
            argument: "geolocation",
            found: format!("{name:?}"),
            expected: format!("one of {}", Self::NAMED.map(|(own, _)| format!("{own:?}")).join(", ")),
        })
    }
}

impl Display for Geolocation {
    /// Its name, or its standard deviations.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match (Self::NAMED.iter().find(|(_, own)| own == self), self) {
            (Some((name, _)), _) => formatter.write_str(name),
            (None, Self::Overpass { radial, along, across }) => {
                write!(formatter, "radial {radial} m, along {along} m, across {across} m")
            }
            (None, Self::Stated) => formatter.write_str("stated"),
        }
    }
}

/// The part of one overpass in the error of a cell: the error is `Σ parts · ε` with three independent standard normal ε per
/// overpass, the same for all cells.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::OverpassPart;
///
/// let part = OverpassPart { cell: 0, overpass: 301161, parts: [0.03, 0.04, 0.0] };
/// assert!((part.parts.iter().map(|part| part * part).sum::<f64>().sqrt() - 0.05).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverpassPart {
    /// Place of the cell among the occupied ones.
    pub cell: usize,
    /// Number of the overpass, or of the pass where errors are [`Geolocation::Stated`]; of the vector of a pair of beams,
    /// [`OverpassPart::of_pair`].
    pub overpass: i64,
    /// Radial, along and across the track, m.
    pub parts: [f64; 3],
}

impl OverpassPart {
    /// The number of what a pair of beams has of its own, unlike those of overpasses and passes.
    pub fn of_pair(pass: i32) -> i64 {
        (1 << 32) + i64::from(pass)
    }
}

/// Errors of points that others of their overpass have too, one row per point: the error is `Σ parts · ε` with three independent
/// standard normal ε per overpass.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Geolocation, SharedErrors};
///
/// let geolocation = Geolocation::Overpass { radial: 0.1, along: 2.0, across: 3.0 };
/// let found = SharedErrors::new(geolocation, &[301161, 301162], &[0.01, f32::NAN], &[-0.02, 0.0], &[0.5, 0.4]);
/// // Both beams of an overpass share the signed vector; where a slope is missing, a pass shares what is stated.
/// assert!((found.parts[0][1] - 0.02).abs() < 1e-6 && (found.parts[0][2] + 0.06).abs() < 1e-6);
/// assert_eq!((found.overpass[0], found.parts[1]), (30116, [0.4, 0.0, 0.0]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SharedErrors {
    /// Radial, along and across the track, m; NaN where unknown.
    pub parts: Vec<[f64; 3]>,
    /// Number of who shares them: the overpass, or of errors stated in one number the pass ([`OverpassPart::of_pair`]).
    pub overpass: Vec<i64>,
}

impl SharedErrors {
    /// From the passes, the slopes along and across the track, and the stated errors (m) of points; slices of one length.
    pub fn new(
        geolocation: Geolocation,
        pass_id: &[i32],
        slope_along: &[f32],
        slope_across: &[f32],
        sigma_geo: &[f64],
    ) -> Self {
        let of = |at: usize| -> ([f64; 3], i64) {
            let slopes = [slope_along[at], slope_across[at]].map(known_slope);
            match geolocation {
                Geolocation::Overpass { radial, along, across } if slopes.iter().all(|slope| slope.is_finite()) => {
                    ([radial, along * slopes[0], across * slopes[1]], overpass_of(pass_id[at]))
                }
                _ => ([known_sigma(sigma_geo[at]), 0.0, 0.0], OverpassPart::of_pair(pass_id[at])),
            }
        };
        let (parts, overpass) = (0..pass_id.len()).map(of).unzip();
        Self { parts, overpass }
    }
}

/// The overpass of a pass: pass numbers end in the pair; those below 1 name no pair.
pub(crate) fn overpass_of(pass: i32) -> i64 {
    if pass > 0 { i64::from(pass / 10) } else { i64::from(pass) }
}
