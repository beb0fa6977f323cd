//! What can go wrong with rules and with the files that they repair.

use nunatak_array::ArrayError;

/// Result of an operation with rules.
pub type Result<T, E = RepairError> = std::result::Result<T, E>;

/// What can go wrong with rules and with the files that they repair.
///
/// # Examples
/// ```
/// use nunatak_repair::{RepairError, RuleFile, RuleSet};
///
/// let error = RuleFile::parse("mine.toml", "rules = 3").unwrap_err();
/// assert_eq!(error.to_string(), "mine.toml: `rules`: integer found, expected [[rule]]");
///
/// let error = RuleSet::named(&["C99"]).unwrap_err();
/// assert!(matches!(&error, RepairError::UnknownRule { found, .. } if found == "C99"));
/// assert!(error.to_string().starts_with("no repair rule `C99`; the rules are A1, "));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// A list of rules names one that does not exist.
    #[error("no repair rule `{found}`; the rules are {known}")]
    UnknownRule {
        /// The name.
        found: String,
        /// All names.
        known: String,
    },
    /// A rule file cannot be read, or a rule in it is wrong.
    #[error("{file}: {}{problem}", in_rule(rule, key))]
    RuleFile {
        /// The file.
        file: String,
        /// The rule's name, or its number when it has none; nothing for the file as a whole.
        rule: String,
        /// The key.
        key: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// An array cannot be built or read.
    #[error(transparent)]
    Array(#[from] ArrayError),
}

/// Where in a rule file something is wrong, as the start of a message.
fn in_rule(rule: &str, key: &str) -> String {
    match (rule, key) {
        ("", "") => String::new(),
        ("", key) => format!("`{key}`: "),
        (rule, "") => format!("rule `{rule}`: "),
        (rule, key) => format!("rule `{rule}`, `{key}`: "),
    }
}
