//! The columns of a catalog.

/// A column of the catalog.
///
/// # Examples
///
/// ```
/// use nunatak_catalog::Column;
///
/// assert_eq!(Column::parse("ice_sheet")?, Column::IceSheet);
/// let error = Column::parse("modell").unwrap_err().to_string();
/// assert!(error.starts_with("no column `modell`; the columns are variable, token, prefix, ice_sheet,"));
/// # Ok::<(), nunatak_catalog::CatalogError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Variable.
    Variable,
    /// Token of the file name.
    Token,
    /// Prefix of the file name.
    Prefix,
    /// Ice sheet.
    IceSheet,
    /// Institution.
    Institution,
    /// Model.
    Model,
    /// Experiment, under its own name or its alias.
    Experiment,
    /// State, flux or unknown.
    Kind,
    /// Path of the file.
    Path,
}

impl Column {
    /// Names of all columns that can be searched.
    pub const NAMES: [&str; 9] =
        ["variable", "token", "prefix", "ice_sheet", "institution", "model", "experiment", "kind", "path"];
    pub(crate) const ALL: [Self; 9] = [
        Self::Variable,
        Self::Token,
        Self::Prefix,
        Self::IceSheet,
        Self::Institution,
        Self::Model,
        Self::Experiment,
        Self::Kind,
        Self::Path,
    ];
}
