//! Why a parquet file cannot be read or written.

/// Result of reading or writing a table.
pub type Result<T, E = ParquetError> = std::result::Result<T, E>;

/// Why a parquet file cannot be read or written; messages do not name the file, which callers know.
///
/// # Examples
/// ```
/// use nunatak_parquet::Table;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("table.parquet");
/// std::fs::write(&path, "year,lithk\n2015,1500\n")?;
/// let error = Table::read(&path).unwrap_err();
/// assert_eq!(error.to_string(), "Parquet error: it does not end as a parquet file");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetError {
    /// The file says of itself what its bytes cannot hold.
    #[error("Parquet error: {problem}")]
    Contradiction {
        /// What was found.
        problem: String,
    },
    /// The parquet reader or writer failed.
    #[error(transparent)]
    Reader(#[from] parquet::errors::ParquetError),
    /// The system did.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

impl ParquetError {
    pub(crate) fn contradiction(problem: impl Into<String>) -> Self {
        Self::Contradiction { problem: problem.into() }
    }
}
