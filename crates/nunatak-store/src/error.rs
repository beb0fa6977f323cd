//! Why bytes could not be had.

use crate::Location;
use crate::secrets::without_secrets;

/// Result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why bytes could not be had. No message contains a credential.
///
/// # Examples
/// ```
/// use nunatak_store::{Location, Object};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// std::fs::write(&path, "1234")?;
/// let object = Object::open_local(&Location::from(&path))?;
/// std::fs::write(&path, "12345")?;
/// let message = object.read(&[0..2]).unwrap_err().to_string();
/// assert!(message.contains("lithk.nc: the file changed since it was opened (4 bytes then, 5 now)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system could not give the bytes of a local file.
    #[error("{location}: cannot read: {source}")]
    Io {
        /// The file.
        location: Location,
        /// The system's error.
        source: std::io::Error,
    },
    /// There is no such object.
    #[error("{location}: not found")]
    NotFound {
        /// The object.
        location: Location,
    },
    /// The store refuses access.
    #[error("{location}: access denied: {reason}; are the storage_options right (anon=True for public data)?")]
    Denied {
        /// The object or prefix.
        location: Location,
        /// The store's answer.
        reason: String,
    },
    /// The file is no longer the one whose metadata were read.
    #[error("{location}: the file changed since it was opened ({found}); open it again")]
    Changed {
        /// The file.
        location: Location,
        /// What differs.
        found: String,
    },
    /// The store did not give the bytes within the deadline.
    #[error("{location}: no answer within {seconds} s after {attempts} attempts; the last: {reason}")]
    Deadline {
        /// The object or prefix.
        location: Location,
        /// The deadline.
        seconds: f64,
        /// Requests made.
        attempts: usize,
        /// Why the last one failed.
        reason: String,
    },
    /// The location cannot be used as it is written.
    #[error("`{found}`: {expected}")]
    BadLocation {
        /// What was given.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// An option is not known or has a value that cannot be used.
    #[error("storage option `{name}`: {problem}")]
    BadOption {
        /// Its name.
        name: String,
        /// What is wrong; never its value.
        problem: String,
    },
    /// A reader that the program brought itself failed.
    #[error("{location}: cannot read: {}", without_secrets(&source.to_string()))]
    Reader {
        /// The file.
        location: Location,
        /// The reader's own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store cannot be set up or cannot do what is asked.
    #[error("{location}: {reason}")]
    Unusable {
        /// The object or prefix.
        location: Location,
        /// Why.
        reason: String,
    },
}
