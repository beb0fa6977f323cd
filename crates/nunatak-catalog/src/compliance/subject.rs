//! A file under examination.

use nunatak_array::SharedArray;
use nunatak_tree::{DecodeOptions, ValidRange, decode_variable};

use super::finding::{Finding, Level};
use super::protocol::Protocol;
use super::request::{Request, request};
use crate::draft::{Draft, DraftVariable, Role};
use crate::ice_sheet::IceSheet;
use crate::{Category, Result};

/// A file, what the protocol asks of its variable, and what was found so far.
pub(super) struct Subject<'a> {
    pub(super) draft: &'a Draft,
    pub(super) protocol: Protocol,
    pub(super) request: Option<&'static Request>,
    pub(super) ice_sheet: Option<IceSheet>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(draft: &'a Draft, protocol: Protocol) -> Self {
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
    pub(super) fn variable(&self) -> Option<&'a DraftVariable> {
        self.draft.variables.iter().find(|variable| variable.raw.name == self.draft.entry.variable)
    }

    /// Notes something about the file's own variable.
    pub(super) fn note(
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
    pub(super) fn note_of(
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
    pub(super) fn depart(&mut self, category: Category, found: impl Into<String>, expected: impl Into<String>) {
        let level = self.protocol.departure();
        self.note(category, level, found, expected);
    }
}

/// A file's own variable with its packing undone and NaN where it is missing.
///
/// # Errors
/// When its attributes make no sense.
pub(super) fn decoded(draft: &Draft) -> Result<Option<SharedArray>> {
    let own = draft.variables.iter().find(|one| one.raw.name == draft.entry.variable && one.role == Role::Data);
    let Some(own) = own else { return Ok(None) };
    let options =
        DecodeOptions { valid_range: ValidRange::Ignore, undeclared_fill_values: own.undeclared_fill_values.clone() };
    Ok(Some(decode_variable(&own.raw, &options)?.array))
}
