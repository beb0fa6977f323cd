//! Whose formulas are used.

use serde::{Deserialize, Serialize};

/// Whose formulas are used: those of the scalars that were published for an ice sheet ([`Scalar`](crate::Scalar) has them).
///
/// # Examples
/// ```
/// use nunatak_scalars::{Convention, Field, Scalar};
///
/// // In Antarctica grounded ice alone counts, in Greenland all ice that is thick enough.
/// let needs = |convention| Scalar::VolumeAboveFlotation.fields(convention, &[]);
/// assert!(needs(Convention::Antarctica).contains(&Field::GroundedFraction));
/// assert!(!needs(Convention::Greenland).contains(&Field::GroundedFraction));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Convention {
    /// Of Seroussi et al. (2020).
    Antarctica,
    /// Of Goelzer et al. (2020).
    Greenland,
}
