//! Regular expressions of rules.

use regex_lite::{Regex, RegexBuilder};
use serde::Deserialize;

/// Bytes of a compiled expression: one of few letters must not ask for much memory.
const LARGEST: usize = 1 << 18;

/// A regular expression, compiled once for each set of rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let built = RegexBuilder::new(&text).size_limit(LARGEST).build();
        built.map(Self).map_err(|error| format!("`{text}` found, expected a regular expression: {error}"))
    }
}

impl Pattern {
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The text with its first match replaced; `None` when there is no match. `$1` and `${name}` stand for groups.
    pub(crate) fn replaced(&self, text: &str, with: &str) -> Option<String> {
        self.matches(text).then(|| self.0.replace(text, with).into_owned())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
