//! Conditions on attributes.

use std::collections::BTreeMap;

use nunatak_format::Attributes;

use crate::rules::pattern::Pattern;

/// Whether named attributes match patterns, and those are there or not that should be.
pub(crate) fn attributes_hold(
    attributes: &Attributes,
    patterns: &BTreeMap<String, Pattern>,
    has: &[String],
    lacks: &[String],
) -> bool {
    let fits = |(name, pattern): (&String, &Pattern)| {
        attributes.get(name).is_some_and(|value| match value.as_text() {
            Some(text) => pattern.matches(text),
            None => pattern.matches(&value.to_string()),
        })
    };
    patterns.iter().all(fits)
        && has.iter().all(|name| attributes.get(name).is_some())
        && lacks.iter().all(|name| attributes.get(name).is_none())
}
