use clap::Args;
use nunatak::Result;
use nunatak::catalog::{CatalogError, Severity};
use serde_json::json;

use super::archive::Archive;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Check an archive: what is wrong in which file, and what is repaired. Exits with 3 when a file cannot be used.
#[derive(Args)]
#[command(after_help = "Example: nunatak check ismip6/ --json > report.json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    archive: Archive,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let catalog = arguments.archive.open()?;
    let report = catalog.check(&Bar::new("files"))?;
    let problems: Vec<_> = catalog.report().problems.iter().chain(&report.problems).collect();
    match format {
        Format::Json => output::json(&json!({
            "files": report.files,
            "problems": problems.iter().map(|problem| json!({
                "severity": problem.severity.name(),
                "path": problem.path,
                "rule": problem.rule,
                "message": problem.message,
            })).collect::<Vec<_>>(),
            "repairs": report.repairs.iter().map(|record| json!({
                "path": record.path,
                "variable": record.variable,
                "rule": record.repair.rule,
                "before": record.repair.before,
                "after": record.repair.after,
            })).collect::<Vec<_>>(),
        })),
        Format::Text => {
            for problem in &problems {
                output::line(format_args!("{:7} {}", problem.severity.name(), problem.message));
            }
            for (rule, files) in report.summary() {
                output::line(format_args!("repair  rule {rule}: {files} files"));
            }
            output::line(format_args!("{} files checked, {} problems", report.files, problems.len()));
        }
    }
    unusable(problems.iter().filter(|problem| problem.severity == Severity::Error).map(|problem| &problem.path))
}

/// The error that gives the exit code, when files cannot be used.
fn unusable<'a>(paths: impl Iterator<Item = &'a nunatak::format::Location>) -> Result<()> {
    match paths.count() {
        0 => Ok(()),
        count => Err(CatalogError::File { message: format!("{count} problems leave data out of use") }.into()),
    }
}
