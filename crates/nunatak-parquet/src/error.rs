//! Why a parquet file cannot be read or written.

/// Result of reading or writing a table.
pub type Result<T, E = ParquetError> = std::result::Result<T, E>;

/// Why a parquet file cannot be read or written; messages do not name the file, which callers know.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetError {
    /// The file says of itself what its bytes cannot hold.
    #[error("Parquet error: {problem}")]
    Contradiction {
        /// What was found.
        problem: String,
    },
    /// The parquet reader or writer failed, or the system did.
    #[error(transparent)]
    Reader(#[from] parquet::errors::ParquetError),
}

impl ParquetError {
    pub(crate) fn contradiction(problem: impl Into<String>) -> Self {
        Self::Contradiction { problem: problem.into() }
    }
}

impl From<std::io::Error> for ParquetError {
    fn from(error: std::io::Error) -> Self {
        Self::Reader(error.into())
    }
}
