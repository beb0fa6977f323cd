//! What a check found, as numbers, text and JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use nunatak_repair::{Category, Entry};
use serde_json::{Value, json};

use crate::finding::{Finding, Level};

/// A run that was checked: a model's files of one experiment.
///
/// # Examples
/// ```
/// use nunatak_compliance::{CheckReport, CheckedRun};
///
/// let run = CheckedRun { model: "AWI/PISM1".into(), experiment: "exp05".into(), files: 2 };
/// let report = CheckReport { root: "/archive".into(), files: 2, runs: vec![run], findings: vec![] };
/// assert_eq!(report.to_json()["runs"][0]["model"], "AWI/PISM1");
/// assert!(report.to_html().contains("exp05"), "a run without findings is on the map, too");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRun {
    /// `institution/model`.
    pub model: String,
    /// Experiment.
    pub experiment: String,
    /// Number of its files.
    pub files: usize,
}

/// What a check found.
///
/// # Examples
/// ```
/// use nunatak_compliance::{CheckReport, Finding, Level};
/// use nunatak_repair::Category;
///
/// let (path, found, expected) = ("/archive/lithk.nc".into(), "units `km`".into(), "`m`".into());
/// let (model, experiment, variable, rule) = (None, None, Some("lithk".into()), None);
/// let (category, level) = (Category::Attributes, Level::Error);
/// let finding = Finding { path, model, experiment, variable, category, level, rule, found, expected };
/// let report = CheckReport { root: "/archive".into(), files: 4, runs: vec![], findings: vec![finding] };
/// assert_eq!((report.count(Level::Error), report.count(Level::Warning)), (1, 0));
/// assert!(report.to_text().starts_with("lithk.nc\n  error   attributes lithk: units `km`; expected `m`\n"));
/// assert!(report.to_text().ends_with("4 files checked, 1 findings, 1 errors\n"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The archive's directory.
    pub root: String,
    /// Files that were opened.
    pub files: usize,
    /// The runs that were checked, by model and experiment.
    pub runs: Vec<CheckedRun>,
    /// Findings by path, the worst of a file first.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    pub(crate) fn new(root: String, files: usize, entries: &[Entry], mut findings: Vec<Finding>) -> Self {
        let mut runs: BTreeMap<(String, String), usize> = BTreeMap::new();
        for entry in entries {
            *runs.entry((entry.model_key(), entry.experiment.clone())).or_default() += 1;
        }
        let run = |((model, experiment), files)| CheckedRun { model, experiment, files };
        findings.sort_by(|one, other| order(one).cmp(&order(other)));
        Self { root, files, runs: runs.into_iter().map(run).collect(), findings }
    }

    /// The findings of this level and worse.
    #[must_use]
    pub fn at_least(&self, level: Level) -> Self {
        let findings = self.findings.iter().filter(|finding| finding.level >= level).cloned().collect();
        Self { findings, ..self.clone() }
    }

    /// Number of findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Number of findings in a category, of a level.
    pub fn count_in(&self, category: Category, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.category == category && finding.level == level).count()
    }

    /// A path as seen from the archive's directory.
    pub(crate) fn relative<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.root.as_str()).map(|rest| rest.trim_start_matches(['/', '\\'])) {
            Some("") | None => path,
            Some(rest) => rest,
        }
    }

    /// Text for a terminal: findings by file, then repairs by rule, then numbers by category.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut path = "";
        for finding in self.findings.iter().filter(|finding| finding.level != Level::Repair) {
            if finding.path != path {
                path = &finding.path;
                let _ = writeln!(text, "{}", self.relative(path));
            }
            let variable = finding.variable.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
            let rule = finding.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
            let (level, category) = (finding.level.name(), finding.category.name());
            let _ = writeln!(text, "  {level:7} {category:10} {variable}{}{rule}", finding.message());
        }
        for (rule, files) in self.repairs() {
            let _ = writeln!(text, "repair  rule {rule}: {files} files");
        }
        text + &self.summary()
    }

    /// Numbers by category and level.
    fn summary(&self) -> String {
        let mut text = format!("{:10}", "");
        Level::ALL.iter().for_each(|level| text += &format!("{:>9}", level.name()));
        for category in Category::ALL {
            let _ = write!(text, "\n{:10}", category.name());
            Level::ALL.iter().for_each(|level| text += &format!("{:>9}", self.count_in(category, *level)));
        }
        let problems = self.findings.len() - self.count(Level::Repair);
        text + &format!("\n{} files checked, {problems} findings, {} errors\n", self.files, self.count(Level::Error))
    }

    /// Number of files that each rule repaired, by rule.
    fn repairs(&self) -> BTreeMap<&str, usize> {
        let mut files: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
        for finding in self.findings.iter().filter(|finding| finding.level == Level::Repair) {
            files.entry(finding.rule.as_deref().unwrap_or_default()).or_default().insert(&finding.path);
        }
        files.into_iter().map(|(rule, files)| (rule, files.len())).collect()
    }

    /// The whole report as JSON.
    pub fn to_json(&self) -> Value {
        let counts = |category: Category| -> Value {
            Level::ALL.iter().map(|level| (level.name().to_string(), json!(self.count_in(category, *level)))).collect()
        };
        let categories: Value = Category::ALL.iter().map(|one| (one.name().to_string(), counts(*one))).collect();
        json!({
            "root": self.root,
            "files": self.files,
            "counts": categories,
            "runs": self.runs.iter().map(|run| json!({
                "model": run.model,
                "experiment": run.experiment,
                "files": run.files,
            })).collect::<Vec<_>>(),
            "findings": self.findings.iter().map(|finding| json!({
                "path": finding.path,
                "model": finding.model,
                "experiment": finding.experiment,
                "variable": finding.variable,
                "category": finding.category.name(),
                "severity": finding.level.name(),
                "rule": finding.rule,
                "found": finding.found,
                "expected": finding.expected,
            })).collect::<Vec<_>>(),
        })
    }
}

fn order(finding: &Finding) -> (&str, std::cmp::Reverse<Level>, Category, Option<&str>, &str) {
    let Finding { path, level, category, variable, found, .. } = finding;
    (path, std::cmp::Reverse(*level), *category, variable.as_deref(), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(path: &str, experiment: &str, level: Level) -> Finding {
        Finding {
            path: path.into(),
            model: Some("AWI/PISM1".into()),
            experiment: Some(experiment.into()),
            variable: Some("lithk".into()),
            category: Category::Time,
            level,
            rule: (level == Level::Repair).then(|| "C8".into()),
            found: "calendar `standard` & <odd>".into(),
            expected: "calendar `noleap`".into(),
        }
    }

    fn report() -> CheckReport {
        let run = |experiment: &str| CheckedRun { model: "AWI/PISM1".into(), experiment: experiment.into(), files: 2 };
        CheckReport {
            root: "/archive".into(),
            files: 4,
            runs: vec![run("exp05"), run("exp06")],
            findings: vec![
                finding("/archive/a.nc", "exp05", Level::Error),
                finding("/archive/a.nc", "exp05", Level::Repair),
                finding("/archive/b.nc", "exp06", Level::Warning),
            ],
        }
    }

    #[test]
    fn text_has_every_finding_but_repairs_by_rule() {
        let text = report().to_text();
        assert!(
            text.contains(
                "a.nc\n  error   time       lithk: calendar `standard` & <odd>; expected calendar `noleap`\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("repair  rule C8: 1 files") && text.contains("4 files checked, 2 findings, 1 errors"),
            "{text}"
        );
        assert!(!report().at_least(Level::Error).to_text().contains("warning time"));
    }

    #[test]
    fn json_counts_by_category_and_keeps_every_finding() {
        let json = report().to_json();
        assert_eq!(json["counts"]["time"], json!({"error": 1, "warning": 1, "info": 0, "repair": 1}));
        assert_eq!((json["findings"].as_array().unwrap().len(), json["runs"][0]["files"].as_u64()), (3, Some(2)));
    }

    #[test]
    fn html_shows_the_worst_of_a_run_and_escapes_what_files_say() {
        let page = report().to_html();
        assert!(page.contains("&amp; &lt;odd&gt;") && !page.contains("<odd>"));
        assert!(page.contains("<td class=\"error\"") && page.contains("<td class=\"warning\""));
        assert!(page.starts_with("<!doctype html>") && !page.contains("http"));
    }
}
