//! Which rules are on.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use crate::category::Category;
use crate::entry::Entry;
use crate::error::{RepairError, Result};
use crate::record::{Repair, RuleId};
use crate::rules::case::{Case, Conditions};
use crate::rules::fix::Fix;
use crate::rules::function::RuleFunction;
use crate::rules::rule::{Applied, Rule};
use crate::rules::rule_file::RuleFile;
use crate::rules::subject::{Event, Subject};

const ANTARCTICA: &str = include_str!("../../rules/ismip6.toml");
const GREENLAND: &str = include_str!("../../rules/ismip6_greenland.toml");

/// Tests parse the embedded texts: at run time they cannot fail.
static BUILT_IN: LazyLock<Vec<Arc<Rule>>> = LazyLock::new(|| {
    let parsed = [("ismip6.toml", ANTARCTICA), ("ismip6_greenland.toml", GREENLAND)]
        .into_iter()
        .filter_map(|(file, text)| RuleFile::parse(file, text).ok());
    parsed.flat_map(|file| file.rules).map(Arc::new).collect()
});

/// All rules that come with Nunatak, in the order in which they are applied.
pub fn all_rules() -> &'static [Arc<Rule>] {
    &BUILT_IN
}

/// The rules that are switched on, in the order in which they are applied.
///
/// # Examples
/// ```
/// use nunatak_repair::RuleSet;
///
/// let rules = RuleSet::ismip6().without(&["C16"])?;
/// assert!(rules.has("C12") && !rules.has("C16"));
/// assert_eq!(RuleSet::named(&["A1", "C8"])?.rules().len(), 2);
/// assert_eq!(rules.of_size(0).map(ToString::to_string).as_deref(), Some("A4"), "empty files");
/// # Ok::<(), nunatak_repair::RepairError>(())
/// ```
#[derive(Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    functions: Vec<Arc<dyn RuleFunction>>,
}

impl RuleSet {
    /// Every rule that comes with Nunatak.
    pub fn ismip6() -> Self {
        Self { rules: BUILT_IN.clone(), functions: Vec::new() }
    }

    /// No rule.
    pub fn none() -> Self {
        Self::default()
    }

    /// The named rules of those that come with Nunatak.
    ///
    /// # Errors
    /// [`RepairError::UnknownRule`].
    pub fn named<S: AsRef<str>>(ids: &[S]) -> Result<Self> {
        Self::ismip6().only(ids)
    }

    /// This set with these rules alone; functions stay.
    ///
    /// # Errors
    /// [`RepairError::UnknownRule`] when the set does not hold one of them.
    pub fn only<S: AsRef<str>>(&self, ids: &[S]) -> Result<Self> {
        self.check_known(ids)?;
        let mut set = self.clone();
        set.rules.retain(|rule| ids.iter().any(|id| *rule.id == *id.as_ref()));
        Ok(set)
    }

    /// This set without these rules.
    ///
    /// # Errors
    /// [`RepairError::UnknownRule`] when the set does not hold one of them.
    pub fn without<S: AsRef<str>>(&self, ids: &[S]) -> Result<Self> {
        self.check_known(ids)?;
        let mut set = self.clone();
        set.rules.retain(|rule| !ids.iter().any(|id| *rule.id == *id.as_ref()));
        Ok(set)
    }

    /// This set with the rules of a file after its own; a rule of the same name takes the place of the old one.
    ///
    /// # Errors
    /// [`RepairError::RuleFile`] when the file cannot be read or a rule in it is wrong.
    pub fn with_file(&self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| RepairError::RuleFile {
            file: name.clone(),
            rule: String::new(),
            key: String::new(),
            problem: format!("cannot be read: {error}"),
        })?;
        Ok(self.with_rules(RuleFile::parse(&name, &text)?))
    }

    /// This set with the rules of a file that was read; a rule of the same name takes the place of the old one.
    #[must_use]
    pub fn with_rules(&self, file: RuleFile) -> Self {
        let mut set = self.clone();
        for rule in file.rules.into_iter().map(Arc::new) {
            match set.rules.iter_mut().find(|own| own.id == rule.id) {
                Some(own) => *own = rule,
                None => set.rules.push(rule),
            }
        }
        set
    }

    /// This set with a function that looks at every file and says what to do with it.
    #[must_use]
    pub fn with_function(&self, function: Arc<dyn RuleFunction>) -> Self {
        let mut set = self.clone();
        set.functions.push(function);
        set
    }

    /// The rules of this set, in the order in which they are applied.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The functions of this set.
    pub(crate) fn functions(&self) -> &[Arc<dyn RuleFunction>] {
        &self.functions
    }

    /// What a rule of this set is about; what functions requested is about whole files.
    pub fn category(&self, id: &str) -> Category {
        self.rules.iter().find(|rule| *rule.id == *id).map_or(Category::File, |rule| rule.category)
    }

    /// Whether a rule is on.
    pub fn has(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| *rule.id == *id)
    }

    /// Rules with their cases for a subject, those that are for this entry.
    pub(crate) fn on<'a>(
        &'a self,
        subject: Subject,
        entry: &'a Entry,
    ) -> impl Iterator<Item = (&'a Rule, impl Iterator<Item = &'a Case>)> {
        let acts = move |case: &&Case| case.subject == subject && !case.fixes.contains(&Fix::Documented);
        self.rules.iter().filter(move |rule| rule.cases.iter().any(|case| acts(&case))).map(move |rule| {
            (rule.as_ref(), rule.cases.iter().filter(move |case| acts(case) && case.entry.hold(entry)))
        })
    }

    /// The record of an event, if the rule of it is on.
    pub fn event_repair(&self, event: Event, before: impl Into<String>, after: impl Into<String>) -> Option<Repair> {
        let applied = self.rules.iter().find_map(|rule| {
            let records = |case: &&Case| match &case.conditions {
                Conditions::Join(conditions) => conditions.event == event && case.fixes.contains(&Fix::Record),
                _ => false,
            };
            rule.cases.iter().find(records).map(|case| Applied { rule, case })
        });
        applied.map(|applied| applied.repair(before, after))
    }

    /// The rule that names files of this size as unusable.
    pub fn of_size(&self, size: u64) -> Option<&RuleId> {
        let sized = |case: &Case| matches!(&case.conditions, Conditions::Path(path) if path.size == Some(size));
        self.rules.iter().find(|rule| rule.cases.iter().any(sized)).map(|rule| &rule.id)
    }

    fn check_known<S: AsRef<str>>(&self, ids: &[S]) -> Result<()> {
        let Some(unknown) = ids.iter().find(|id| !self.has(id.as_ref())) else { return Ok(()) };
        let known: Vec<&str> = self.rules.iter().map(|rule| &*rule.id).collect();
        Err(RepairError::UnknownRule { found: unknown.as_ref().into(), known: known.join(", ") })
    }
}

impl std::fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.rules.iter().map(|rule| &*rule.id).collect();
        f.debug_struct("RuleSet").field("rules", &ids).field("functions", &self.functions.len()).finish()
    }
}
