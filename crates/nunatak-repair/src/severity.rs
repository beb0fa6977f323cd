//! How bad a problem is.

/// How bad a problem is.
///
/// # Examples
/// ```
/// use nunatak_repair::{Severity, all_rules};
///
/// assert_eq!(Severity::ALL.map(Severity::name), ["info", "warning", "error"]);
/// assert!(Severity::Warning < Severity::Error);
/// let bad = all_rules().iter().filter(|rule| rule.severity == Severity::Error);
/// assert!(bad.map(|rule| &*rule.id).any(|id| id == "A4"), "an empty file cannot be used");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing is lost.
    Info,
    /// Something is not as it should be, or had to be left out.
    Warning,
    /// A file could not be used.
    Error,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
