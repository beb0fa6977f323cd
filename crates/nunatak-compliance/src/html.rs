//! A report as one page: first a map of models by experiments, then the findings, folded up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use nunatak_repair::Category;

use crate::finding::{Finding, Level};
use crate::report::{CheckReport, CheckedRun};

/// The look of every HTML page of Nunatak, as CSS.
pub const REPORT_CSS: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Where findings belong that are of no run: files outside the layout, directories that cannot be read.
const ELSEWHERE: (&str, &str) = ("", "outside the layout");

/// The findings of a run, by path.
type Files<'a> = BTreeMap<&'a str, Vec<&'a Finding>>;

impl CheckReport {
    /// The whole report as one page of HTML that needs nothing else: a map of models by experiments, then the findings
    /// of every file.
    pub fn to_html(&self) -> String {
        page(self)
    }
}

fn page(report: &CheckReport) -> String {
    let mut runs: BTreeMap<(&str, &str), Files> = BTreeMap::new();
    for finding in &report.findings {
        let run = finding.model.as_deref().zip(finding.experiment.as_deref()).unwrap_or(ELSEWHERE);
        runs.entry(run).or_default().entry(finding.path.as_str()).or_default().push(finding);
    }
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Check of {root}</title>\n<style>{REPORT_CSS}</style>\n\
         <body class=\"check\"><main>\n<h1>Check of {root}</h1>\n\
         <p>{} files checked; {} findings in {} files and experiments. Nunatak {}.</p>\n",
        report.files,
        report.findings.len(),
        report.findings.iter().map(|finding| &finding.path).collect::<BTreeSet<_>>().len(),
        env!("CARGO_PKG_VERSION"),
        root = escaped(&report.root),
    );
    write_counts(&mut page, report);
    write_map(&mut page, report, &runs);
    write_findings(&mut page, report, &runs);
    let _ = writeln!(page, "<script>{SCRIPT}</script>\n</main></body></html>");
    page
}

/// Numbers by category, and a switch for each level.
fn write_counts(page: &mut String, report: &CheckReport) {
    page.push_str("<table class=\"counts\"><tr><th>");
    for level in Level::ALL {
        let name = level.name();
        let _ = write!(
            page,
            "<th class=\"{name}\"><label><input type=\"checkbox\" value=\"{name}\" checked> {name}</label>"
        );
    }
    for category in Category::ALL {
        let _ = write!(page, "\n<tr><th>{}", category.name());
        for level in Level::ALL {
            let count = report.count_in(category, level);
            let class = if count == 0 { "none" } else { level.name() };
            let _ = write!(page, "<td class=\"{class}\">{count}");
        }
    }
    page.push_str("\n</table>\n");
}

/// Models by experiments, coloured by the worst finding.
fn write_map(page: &mut String, report: &CheckReport, runs: &BTreeMap<(&str, &str), Files>) {
    let experiments: BTreeSet<Counted> = report.runs.iter().map(|run| counted(&run.experiment)).collect();
    let mut models: BTreeMap<Counted, BTreeMap<&str, &CheckedRun>> = BTreeMap::new();
    for run in &report.runs {
        models.entry(counted(&run.model)).or_default().insert(&run.experiment, run);
    }
    page.push_str("<h2>Map</h2>\n<div class=\"wide\"><table class=\"map\"><tr><th>");
    for (_, _, experiment) in &experiments {
        let _ = write!(page, "<th><span>{}</span>", escaped(experiment));
    }
    for ((_, _, model), own) in models {
        let _ = write!(page, "\n<tr><th>{}", escaped(model));
        for (_, _, experiment) in &experiments {
            match own.get(experiment) {
                None => page.push_str("<td>"),
                Some(run) => write_cell(page, run, runs.get(&(model, *experiment))),
            }
        }
    }
    page.push_str("\n</table></div>\n");
}

/// A name that is sorted by what is before its first number, then by that number: exp2 before exp10.
type Counted<'a> = (&'a str, u64, &'a str);

fn counted(name: &str) -> Counted<'_> {
    let start = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let digits =
        name[start..].find(|c: char| !c.is_ascii_digit()).map_or(&name[start..], |end| &name[start..start + end]);
    (&name[..start], digits.parse().unwrap_or(0), name)
}

fn write_cell(page: &mut String, run: &CheckedRun, files: Option<&Files>) {
    let count = |level: Level| {
        let all = files.into_iter().flat_map(BTreeMap::values).flatten();
        all.filter(|finding| finding.level == level).count()
    };
    let counts: Vec<(Level, usize)> = Level::ALL.into_iter().map(|level| (level, count(level))).collect();
    let list: Vec<String> = counts.iter().map(|(level, count)| format!("{count} {}", level.name())).collect();
    let title = escaped(&format!("{} {}: {} files, {}", run.model, run.experiment, run.files, list.join(", ")));
    match counts.iter().find(|(_, count)| *count > 0) {
        None => {
            let _ = write!(page, "<td class=\"good\" title=\"{title}\">✓");
        }
        Some((level, count)) => {
            let anchor = anchor(&run.model, &run.experiment);
            let (class, sign) = (level.name(), sign(*level));
            let _ = write!(page, "<td class=\"{class}\" title=\"{title}\"><a href=\"#{anchor}\">{sign} {count}</a>");
        }
    }
}

/// Colours alone are not for everybody.
fn sign(level: Level) -> char {
    match level {
        Level::Error => '✕',
        Level::Warning => '!',
        Level::Info => 'i',
        Level::Repair => '↻',
    }
}

/// Only files with findings, folded up by run.
fn write_findings(page: &mut String, report: &CheckReport, runs: &BTreeMap<(&str, &str), Files>) {
    page.push_str("<h2>Findings</h2>\n");
    for ((model, experiment), files) in runs {
        let worst = files.values().flatten().map(|finding| finding.level).max().unwrap_or(Level::Repair).name();
        let _ = writeln!(
            page,
            "<details id=\"{}\" class=\"run\" data-worst=\"{worst}\"><summary><b class=\"{worst}\">{worst}</b> {} {} \
             <small>{} files</small></summary>",
            anchor(model, experiment),
            escaped(model),
            escaped(experiment),
            files.len(),
        );
        for (path, findings) in files {
            write_file(page, report.relative(path), findings);
        }
        page.push_str("</details>\n");
    }
}

/// One file by category.
fn write_file(page: &mut String, path: &str, findings: &[&Finding]) {
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Repair).name();
    let _ = write!(
        page,
        "<details data-worst=\"{worst}\"><summary><b class=\"{worst}\">{worst}</b> {} <small>{}</small></summary><table>",
        escaped(path),
        findings.len()
    );
    let mut findings = findings.to_vec();
    findings.sort_by_key(|finding| finding.category);
    for finding in findings {
        let (level, category) = (finding.level.name(), finding.category.name());
        let cells =
            [finding.variable.as_deref(), Some(&finding.found), Some(&finding.expected), finding.rule.as_deref()]
                .map(|text| escaped(text.unwrap_or_default()));
        let arrow = if finding.level == Level::Repair { " class=\"after\"" } else { "" };
        let [variable, found, expected, rule] = cells;
        let _ = write!(
            page,
            "\n<tr class=\"{level}\"><td>{category}<td><b class=\"{level}\">{level}</b><td>{variable}<td>{found}<td{arrow}>{expected}<td>{rule}"
        );
    }
    page.push_str("</table></details>\n");
}

/// The identifier of a run on the page.
fn anchor(model: &str, experiment: &str) -> String {
    let plain = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
    format!("{}.{}", plain(model), plain(experiment))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
