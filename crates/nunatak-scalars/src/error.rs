//! Errors of scalars.

use nunatak_array::ArrayError;

/// Result of this crate.
pub type Result<T, E = ScalarsError> = std::result::Result<T, E>;

/// What can go wrong when fields are integrated.
///
/// # Examples
/// ```
/// use nunatak_scalars::{Constants, Convention};
///
/// let error = Constants::new(0.0, 1028.0, Convention::Antarctica).unwrap_err();
/// assert_eq!(error.to_string(), "ice_density: found 0 kg m-3, expected a number above 0");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScalarsError {
    /// A scalar needs fields that are not there.
    #[error("{scalar}: needs {}, found {}", needed.join(", "), or_none(found))]
    MissingFields {
        /// Its name.
        scalar: &'static str,
        /// Names of the fields that it needs.
        needed: Vec<&'static str>,
        /// Names of the fields there are.
        found: Vec<&'static str>,
    },
    /// A density that is none.
    #[error("{name}: found {found} kg m-3, expected a number above 0")]
    Density {
        /// Which density.
        name: &'static str,
        /// What was given.
        found: f64,
    },
    /// Sea-level contribution is a change in time, and there is no time.
    #[error("slc: found fields without time, expected records of which the first is the reference")]
    NoTime,
    /// Zones or fields that do not fit the cells.
    #[error("{what}: found {found:?}, expected {expected:?}")]
    Shape {
        /// What does not fit.
        what: String,
        /// Shape given.
        found: Vec<usize>,
        /// Shape needed.
        expected: Vec<usize>,
    },
    /// An array under the computation failed.
    #[error(transparent)]
    Array(#[from] ArrayError),
}

fn or_none(names: &[&str]) -> String {
    if names.is_empty() { "none of the fields of an ice sheet".into() } else { names.join(", ") }
}
