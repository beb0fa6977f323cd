//! `nunatak ls`: the tree of an archive.

use clap::Args;
use nunatak::Result;
use nunatak::catalog::TreeOptions;
use nunatak::tree::Dataset;
use serde_json::json;

use super::archive::Archive;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Show the tree that an archive gives: one repaired dataset per experiment. Data stay on disk.
#[derive(Args)]
#[command(after_help = "Example: nunatak ls ismip6/ --where institution=JPL1")]
pub(crate) struct Arguments {
    #[command(flatten)]
    archive: Archive,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let catalog = arguments.archive.open()?;
    let (tree, report) = catalog.to_datatree(TreeOptions::default(), &Bar::new("files"))?;
    match format {
        Format::Json => {
            output::json(&tree.nodes().map(|(path, dataset)| (path.to_string(), describe(dataset))).collect());
        }
        Format::Text => {
            for (path, dataset) in tree.nodes() {
                output::line(path);
                for (name, variable) in dataset.variables() {
                    output::line(format_args!("  {name} {variable:?}"));
                }
            }
        }
    }
    for (rule, files) in report.summary() {
        eprintln!("nunatak: rule {rule} repaired {files} files");
    }
    for problem in &report.problems {
        eprintln!("nunatak: {}: {}", problem.severity.name(), problem.message);
    }
    Ok(())
}

fn describe(dataset: &Dataset) -> serde_json::Value {
    let variables = dataset.variables().map(|(name, variable)| {
        let value = json!({
            "dimensions": variable.dimensions,
            "shape": variable.array.shape(),
            "dtype": variable.array.data_type().to_string(),
        });
        (name.to_string(), value)
    });
    variables.collect()
}
