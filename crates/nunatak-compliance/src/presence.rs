//! Which variables a run must have.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_ismip::{Protocol, request, requests};
use nunatak_repair::{Category, Entry};

use crate::finding::{Finding, Level};

/// Mandatory variables without a file, one finding a run; for ISMIP7 the optional ones, too, so that one that was lost
/// on the way does not pass unnoticed.
///
/// `listed` is everything that was there, `checked` the files that are checked: a search for one variable does not make
/// the others missing.
pub(crate) fn check(
    checked: &[Entry],
    listed: &[Entry],
    protocol: impl Fn(&Entry) -> Option<Protocol>,
) -> Vec<Finding> {
    let nodes: BTreeSet<String> = checked.iter().map(Entry::node).collect();
    let mut runs: BTreeMap<(String, Protocol), Vec<&Entry>> = BTreeMap::new();
    for entry in listed.iter().filter(|entry| nodes.contains(&entry.node())) {
        if let Some(protocol) = protocol(entry) {
            runs.entry((entry.node(), protocol)).or_default().push(entry);
        }
    }
    runs.into_iter().flat_map(|((_, protocol), entries)| missing(&entries, protocol)).collect()
}

fn missing(entries: &[&Entry], protocol: Protocol) -> Vec<Finding> {
    let Some(first) = entries.first() else { return Vec::new() };
    let present: BTreeSet<&str> =
        entries.iter().filter_map(|entry| request(protocol, &entry.variable)).map(|request| request.name).collect();
    let absent = |mandatory: bool| -> Vec<&str> {
        let all = requests(protocol).iter().filter(|request| request.mandatory == mandatory);
        all.map(|request| request.name).filter(|name| !present.contains(name)).collect()
    };
    let finding = |level: Level, kind: &str, names: &[&str], expected: &str| {
        let found = format!("no file for {} {kind} variables: {}", names.len(), names.join(", "));
        Finding { path: first.directory(), ..Finding::in_file(first, Category::File, level, found, expected.into()) }
    };
    let mut findings = Vec::new();
    let (mandatory, optional) = (absent(true), absent(false));
    if !mandatory.is_empty() {
        findings.push(finding(Level::departure(protocol), "mandatory", &mandatory, "a file for each"));
    }
    if protocol == Protocol::Ismip7 && !optional.is_empty() {
        findings.push(finding(Level::Info, "optional", &optional, ""));
    }
    findings
}
