//! `nunatak catalog`: the files of an archive.

use clap::Args;
use nunatak::Result;
use nunatak::catalog::Entry;
use serde_json::json;

use super::archive::Archive;
use crate::output::{self, Format};

/// List the files of an archive by institution, model, experiment and variable. No file is opened.
#[derive(Args)]
#[command(after_help = "Example: nunatak catalog ismip6/ --where experiment=exp05 --where variable=lithk")]
pub(crate) struct Arguments {
    #[command(flatten)]
    archive: Archive,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let catalog = arguments.archive.open()?;
    match format {
        Format::Json => output::json(&catalog.entries().iter().map(describe).collect()),
        Format::Text => {
            for entry in catalog.entries() {
                let Entry { institution, model, experiment, token, .. } = entry;
                output::line(format_args!("{institution}/{model}/{experiment} {token} {}", entry.path.display()));
            }
            output::line(format_args!("{} files", catalog.entries().len()));
        }
    }
    for problem in &catalog.report().problems {
        eprintln!("nunatak: {}: {}", problem.severity.name(), problem.message);
    }
    Ok(())
}

fn describe(entry: &Entry) -> serde_json::Value {
    json!({
        "variable": entry.variable,
        "token": entry.token,
        "ice_sheet": entry.ice_sheet,
        "institution": entry.institution,
        "model": entry.model,
        "experiment": entry.experiment,
        "experiment_alias": entry.experiment_alias,
        "kind": entry.kind.name(),
        "path": entry.path,
        "size": entry.size,
    })
}
