//! `nunatak ensemble`: statistics across models, written to NetCDF.

use std::path::{Path, PathBuf};

use clap::Args;
use nunatak::catalog::TreeOptions;
use nunatak::ensembles::{EnsembleOptions, Stack, ensemble, parse_statistic};
use nunatak::format::Location;
use nunatak::regridding::regrid_tree;
use nunatak::tree::DataTree;
use nunatak::{Result, open_dataset, write_dataset};
use serde_json::json;

use super::archive::ArchiveOptions;
use super::grid::OptionalGridArguments;
use super::regrid::RegridArguments;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Statistics across models, cell by cell and year by year, of an archive or of files, in bounded memory.
#[derive(Args)]
#[command(after_help = "Example: nunatak ensemble ismip6/ lithk.nc --variable lithk --grid EPSG:3031:16km \
                        --where experiment=exp05")]
pub(crate) struct Arguments {
    /// An archive (a directory, a URL or a saved catalog), or a file for each model.
    #[arg(required = true)]
    sources: Vec<Location>,
    /// The NetCDF file to write.
    #[arg(required = true)]
    output: PathBuf,
    /// The variable.
    #[arg(long)]
    variable: String,
    /// Any of mean, var, std, min, max, count.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "mean,std,count")]
    stats: Vec<String>,
    #[command(flatten)]
    target: OptionalGridArguments,
    #[command(flatten)]
    regridding: RegridArguments,
    #[command(flatten)]
    archive: ArchiveOptions,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let statistics = arguments.stats.iter().map(|name| parse_statistic(name)).collect::<Result<_>>()?;
    let options = EnsembleOptions { statistics, ..EnsembleOptions::default() };
    let mut tree = arguments.tree()?;
    let mut warnings = Vec::new();
    if let Some(target) = arguments.target.grid() {
        let mut request = arguments.regridding.request(&target, arguments.archive.store())?;
        request.variables = Some(vec![arguments.variable.clone()]);
        let regridded = regrid_tree(&with_variable(&tree, &arguments.variable), &request)?;
        tree = regridded.data;
        warnings.extend(regridded.warnings);
    }
    let stack = Stack::new(tree.nodes(), &arguments.variable)?;
    warnings.extend(stack.warnings.iter().cloned());
    output::warn(&warnings);
    let result = ensemble(&stack, &arguments.variable, &options, &Bar::new("blocks"))?;
    write_dataset(&arguments.output, &result, &Bar::new("blocks"))?;
    match format {
        Format::Json => output::json(&json!({
            "output": arguments.output,
            "variable": arguments.variable,
            "statistics": arguments.stats,
            "members": stack.labels,
            "years": stack.years,
            "warnings": warnings,
        })),
        Format::Text => output::line(format_args!(
            "{} of {} across {} models written to {}",
            arguments.stats.join(", "),
            arguments.variable,
            stack.labels.len(),
            arguments.output.display()
        )),
    }
    Ok(())
}

/// The nodes that have the variable.
fn with_variable(tree: &DataTree, variable: &str) -> DataTree {
    let mut kept = DataTree::new();
    for (path, dataset) in tree.nodes() {
        if dataset.variables().any(|(name, _)| name == variable) {
            kept.insert(path, dataset.clone());
        }
    }
    kept
}

impl Arguments {
    /// The models: the tree of an archive, or one dataset for each file, by its name.
    fn tree(&self) -> Result<DataTree> {
        if let [source] = &self.sources[..]
            && !is_file(source)
        {
            let catalog = self.archive.open(source)?;
            let (tree, report) = catalog.to_datatree(TreeOptions::default(), &Bar::new("files"))?;
            let problems: Vec<&str> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
            output::warn(&problems);
            return Ok(tree);
        }
        let options = self.archive.store().options()?;
        let mut tree = DataTree::new();
        for source in &self.sources {
            let text = source.to_string();
            let name = Path::new(&text).file_stem().map_or(text.clone(), |stem| stem.to_string_lossy().into_owned());
            let path = if tree.get(&name).is_some() { text } else { name };
            tree.insert(&path, open_dataset(source, &options)?);
        }
        Ok(tree)
    }
}

/// Whether a location is one data file, and no archive.
fn is_file(location: &Location) -> bool {
    let text = location.to_string();
    let name = text.split('?').next().unwrap_or_default().to_lowercase();
    [".nc", ".nc4", ".cdf", ".h5", ".hdf5"].iter().any(|ending| name.ends_with(ending))
}
