//! Searching a catalog by its columns.

use nunatak_repair::Entry;

use crate::column::Column;
use crate::error::{CatalogError, Result};

impl Column {
    /// The column of this name.
    ///
    /// # Errors
    /// [`CatalogError::UnknownColumn`].
    pub fn parse(name: &str) -> Result<Self> {
        Self::NAMES
            .iter()
            .position(|known| *known == name)
            .and_then(|at| Self::ALL.get(at).copied())
            .ok_or_else(|| CatalogError::UnknownColumn { found: name.into() })
    }

    fn values(self, entry: &Entry) -> Vec<String> {
        let one = |text: &str| vec![text.to_string()];
        match self {
            Self::Variable => one(&entry.variable),
            Self::Token => one(&entry.token),
            Self::Prefix => entry.prefix.iter().cloned().collect(),
            Self::IceSheet => entry.ice_sheet.iter().cloned().collect(),
            Self::Institution => one(&entry.institution),
            Self::Model => one(&entry.model),
            Self::Experiment => std::iter::once(&entry.experiment).chain(&entry.experiment_alias).cloned().collect(),
            Self::Kind => one(entry.kind.name()),
            Self::Path => vec![entry.path.to_string()],
        }
    }
}

/// What rows of a catalog must have: in every named column one of the given values.
///
/// A value that a row of the table has in the column is that value, whatever characters it is of; any other with `*`, `?`
/// or `[…]` is a glob pattern.
///
/// # Examples
///
/// ```
/// use nunatak_catalog::{Catalog, Column, Query, RuleSet};
/// # use nunatak_format::StorageOptions;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// # for experiment in ["exp05", "exp06", "ctrl_proj_std"] {
/// #     let folder = root.path().join(format!("JPL1/ISSM/{experiment}"));
/// #     std::fs::create_dir_all(&folder)?;
/// #     std::fs::write(folder.join(format!("lithk_AIS_JPL1_ISSM_{experiment}.nc")), "")?;
/// # }
/// # let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6())?;
///
/// // The archive holds `lithk` of exp05, exp06 and ctrl_proj_std.
/// let query = Query::new().with(Column::Variable, vec!["lithk".into()]).with(Column::Experiment, vec!["exp*".into()]);
/// let found = catalog.search(&query);
/// let experiments: Vec<&str> = found.entries().iter().map(|entry| &*entry.experiment).collect();
/// assert_eq!(experiments, ["exp05", "exp06"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(Column, Vec<String>)>);

impl Query {
    /// Every row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Rows that have one of these values or patterns in a column, too.
    #[must_use]
    pub fn with(mut self, column: Column, values: Vec<String>) -> Self {
        self.0.push((column, values));
        self
    }

    /// The entries that have what is wanted in every column.
    pub(crate) fn accepted(&self, entries: &[Entry]) -> Vec<Entry> {
        let wanted: Vec<(Column, Vec<Wanted>)> = self
            .0
            .iter()
            .map(|(column, texts)| (*column, texts.iter().map(|text| Wanted::of(text, *column, entries)).collect()))
            .collect();
        let accepts = |entry: &&Entry| {
            wanted.iter().all(|(column, wanted)| {
                column.values(entry).iter().any(|value| wanted.iter().any(|wanted| wanted.is(value)))
            })
        };
        entries.iter().filter(accepts).cloned().collect()
    }
}

/// What is wanted of a column.
enum Wanted {
    Value(String),
    Pattern(Vec<char>),
}

impl Wanted {
    fn of(text: &str, column: Column, entries: &[Entry]) -> Self {
        let has_wildcard = text.contains(['*', '?', '[']);
        if !has_wildcard || entries.iter().any(|entry| column.values(entry).iter().any(|value| value == text)) {
            return Self::Value(text.into());
        }
        Self::Pattern(text.chars().collect())
    }

    fn is(&self, value: &str) -> bool {
        match self {
            Self::Value(own) => own == value,
            Self::Pattern(pattern) => glob(pattern, &value.chars().collect::<Vec<char>>()),
        }
    }
}

/// Shell patterns as in Python's `fnmatch`. Only the last `*` is ever tried again, so time is at most quadratic.
fn glob(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match token(pattern, p) {
            Some((Token::Star, next)) => {
                star = Some((next, t));
                p = next;
            }
            Some((token, next)) if token.accepts(text[t]) => {
                p = next;
                t += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    p = after;
                    t = from + 1;
                    star = Some((after, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|character| *character == '*')
}

enum Token<'a> {
    Star,
    Any,
    One(char),
    Set { negated: bool, members: &'a [char] },
}

impl Token<'_> {
    fn accepts(&self, character: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => true,
            Self::One(own) => *own == character,
            Self::Set { negated, members } => in_set(members, character) != *negated,
        }
    }
}

fn token(pattern: &[char], at: usize) -> Option<(Token<'_>, usize)> {
    Some(match pattern.get(at)? {
        '*' => (Token::Star, at + 1),
        '?' => (Token::Any, at + 1),
        '[' => {
            let negated = pattern.get(at + 1) == Some(&'!');
            let first = at + 1 + usize::from(negated);
            // A `]` right after the opening stands for itself.
            match pattern.iter().skip(first + 1).position(|character| *character == ']') {
                Some(length) => {
                    let end = first + 1 + length;
                    (Token::Set { negated, members: &pattern[first..end] }, end + 1)
                }
                None => (Token::One('['), at + 1),
            }
        }
        other => (Token::One(*other), at + 1),
    })
}

fn in_set(members: &[char], character: char) -> bool {
    let mut at = 0;
    while at < members.len() {
        if at + 2 < members.len() && members[at + 1] == '-' {
            if (members[at]..=members[at + 2]).contains(&character) {
                return true;
            }
            at += 3;
        } else {
            if members[at] == character {
                return true;
            }
            at += 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Wanted::of(pattern, Column::Model, &[]).is(text)
    }

    #[test]
    fn patterns_match_as_fnmatch_does() {
        for (pattern, text, expected) in [
            ("exp*", "exp05", true),
            ("exp*", "hist_std", false),
            ("exp0[1-5]", "exp05", true),
            ("exp0[!1-5]", "exp05", false),
            ("exp0[!1-5]", "exp06", true),
            ("*_proj_*", "ctrl_proj_std", true),
            ("?ist_std", "hist_std", true),
            ("exp05", "exp05_08", false),
            ("*05*08", "exp05_08_08", true),
            ("[]]", "]", true),
            ("[", "[", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_fails_badly(pattern in "[a-c*?\\[\\]!-]{0,12}", text in "[a-c\\]-]{0,12}") {
            let _ = matches(&pattern, &text);
        }

        #[test]
        fn a_text_split_by_stars_matches_itself(parts in prop::collection::vec("[a-c]{0,3}", 1..6)) {
            prop_assert!(matches(&parts.join("*"), &parts.concat()));
        }
    }

    #[test]
    fn an_unknown_column_lists_those_there_are() {
        let error = Column::parse("modell").unwrap_err().to_string();
        assert!(error.contains("`modell`") && error.contains("institution"), "{error}");
    }
}
