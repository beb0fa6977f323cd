//! A file under examination.

use nunatak_array::SharedArray;
use nunatak_ismip::{IceSheet, Protocol, VariableRequest, request};
use nunatak_repair::{Category, Draft, DraftVariable, Role};
use nunatak_tree::{DecodeOptions, ValidRange, decode_variable};

use crate::error::Result;
use crate::finding::{Finding, Level};

/// A file, what the protocol asks of its variable, and what was found so far.
pub(crate) struct CheckedFile<'a> {
    pub(crate) draft: &'a Draft,
    pub(crate) protocol: Protocol,
    pub(crate) request: Option<&'static VariableRequest>,
    pub(crate) ice_sheet: Option<IceSheet>,
    pub(crate) findings: Vec<Finding>,
}

impl<'a> CheckedFile<'a> {
    pub(crate) fn new(draft: &'a Draft, protocol: Protocol) -> Self {
        let entry = &draft.entry;
        Self {
            draft,
            protocol,
            request: request(protocol, &entry.variable),
            ice_sheet: entry.ice_sheet.as_deref().and_then(IceSheet::parse),
            findings: Vec::new(),
        }
    }

    /// The variable that the file's name promises.
    pub(crate) fn variable(&self) -> Option<&'a DraftVariable> {
        self.draft.variables.iter().find(|variable| variable.raw.name == self.draft.entry.variable)
    }

    /// Notes something about the file's own variable.
    pub(crate) fn note(
        &mut self,
        category: Category,
        level: Level,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let variable = self.draft.entry.variable.clone();
        self.note_of(Some(&variable), category, level, found, expected);
    }

    /// Notes something about a variable, or about the file.
    pub(crate) fn note_of(
        &mut self,
        variable: Option<&str>,
        category: Category,
        level: Level,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let finding = Finding::in_file(&self.draft.entry, category, level, found.into(), expected.into());
        self.findings.push(Finding { variable: variable.map(str::to_string), ..finding });
    }

    /// Notes a departure from the protocol, at the level that the protocol gives it.
    pub(crate) fn depart(&mut self, category: Category, found: impl Into<String>, expected: impl Into<String>) {
        let level = Level::departure(self.protocol);
        self.note(category, level, found, expected);
    }
}

/// A file's own variable with its packing undone and NaN where it is missing.
///
/// # Errors
/// When its attributes make no sense.
pub(crate) fn decoded(draft: &Draft) -> Result<Option<SharedArray>> {
    let own = draft.variables.iter().find(|one| one.raw.name == draft.entry.variable && one.role == Role::Data);
    let Some(own) = own else { return Ok(None) };
    let options =
        DecodeOptions { valid_range: ValidRange::Ignore, undeclared_fill_values: own.undeclared_fill_values.clone() };
    Ok(Some(decode_variable(&own.raw, &options)?.array))
}
