//! The order in which rules are applied to a file.

use nunatak_format::{File, FileKind, Group};

use crate::apply::files::{drop_time_dependent, repair_file};
use crate::apply::functions::{RequestedFix, apply_to_file, apply_to_time, apply_to_variables, request_fixes};
use crate::apply::grid::repair_grid;
use crate::apply::time::{TimeOutcome, repair_time};
use crate::apply::variables::repair_variables;
use crate::draft::{Draft, Role, TimeColumn};
use crate::entry::Entry;
use crate::error::Result;
use crate::rules::{RuleSet, Subject};

impl Draft {
    /// Takes a file's header, reads its time axis, and applies the rules.
    ///
    /// # Errors
    /// The file's.
    pub fn open(entry: &Entry, file: &File, rules: &RuleSet) -> Result<Self> {
        Self::repaired(entry, file.kind(), file.root(), rules)
    }

    /// A file's root group, its time axis read and the rules applied.
    ///
    /// # Errors
    /// The file's.
    pub fn repaired(entry: &Entry, format: FileKind, root: &Group, rules: &RuleSet) -> Result<Self> {
        let mut draft = Self::from_group(entry, format, root);
        draft.repair(rules)?;
        Ok(draft)
    }

    /// Applies the rules, subject by subject; what functions request goes before the rules of files.
    fn repair(&mut self, rules: &RuleSet) -> Result<()> {
        let requested = self.request_fixes(rules)?;
        apply_to_variables(self, &requested, Subject::Header)?;
        repair_variables(self, rules, Subject::Header)?;
        self.assign_roles_again();
        self.read_axes()?;
        self.read_time(rules, &requested)?;
        self.assign_time_companions();
        apply_to_variables(self, &requested, Subject::Companion)?;
        repair_variables(self, rules, Subject::Companion)?;
        apply_to_file(self, &requested, Subject::Grid)?;
        repair_grid(self, rules)?;
        apply_to_variables(self, &requested, Subject::Field)?;
        repair_variables(self, rules, Subject::Field)?;
        apply_to_file(self, &requested, Subject::File)?;
        repair_file(self, rules);
        Ok(())
    }

    /// What the functions among the rules request; they see the file before any repair.
    fn request_fixes(&mut self, rules: &RuleSet) -> Result<Vec<RequestedFix>> {
        if rules.functions().is_empty() {
            return Ok(Vec::new());
        }
        let time = self.variables.iter().find(|variable| variable.role == Role::Time);
        let column = time.map(|variable| TimeColumn::read(&variable.raw)).transpose()?;
        Ok(request_fixes(self, column.as_ref(), rules))
    }

    fn read_time(&mut self, rules: &RuleSet, requested: &[RequestedFix]) -> Result<()> {
        let Some(variable) = self.variables.iter_mut().find(|variable| variable.role == Role::Time) else {
            return Ok(());
        };
        let mut column = TimeColumn::read(&variable.raw)?;
        self.time_repairs.append(&mut variable.repairs);
        let outcomes = [apply_to_time(self, &mut column, requested), repair_time(&mut column, &self.entry, rules)];
        self.time = Some(column);
        outcomes.into_iter().try_for_each(|outcome| self.absorb(outcome))
    }

    /// Takes over what rules made of the time axis.
    fn absorb(&mut self, outcome: TimeOutcome) -> Result<()> {
        self.time_repairs.extend(outcome.repairs);
        self.findings.extend(outcome.findings);
        if outcome.dropped != (0, 0) {
            self.drop_records(outcome.dropped)?;
        }
        if let Some(finding) = outcome.unusable {
            drop_time_dependent(self, finding);
        }
        Ok(())
    }
}
