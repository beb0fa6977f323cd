//! An archive as an argument: where it is, the rules that repair it, and which of its files.

use std::path::Path;

use clap::Args;
use nunatak::Result;
use nunatak::catalog::{Catalog, Column, Query, RuleSet};
use nunatak::format::Location;

use super::store::StoreArguments;

/// Which archive, and which of its files.
#[derive(Args)]
pub(crate) struct Archive {
    /// Directory or URL (`s3://bucket/prefix`) with INSTITUTION/MODEL/EXPERIMENT/file.nc below it, or a saved catalog.
    directory: Location,
    #[command(flatten)]
    options: ArchiveOptions,
}

impl Archive {
    /// The catalog of the files that were asked for.
    pub(crate) fn open(&self) -> Result<Catalog> {
        self.options.open(&self.directory)
    }
}

/// Which files of an archive, how they are repaired and reached.
#[derive(Args)]
pub(crate) struct ArchiveOptions {
    /// Files whose column has a value or matches a pattern: `experiment=exp05`, `variable=litemp*`. May be repeated.
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = parse_condition)]
    conditions: Vec<(String, String)>,
    /// Repair rules to apply: `all`, `none`, ids such as `B1,C12`, or a TOML file of rules beside all others.
    #[arg(long, default_value = "all")]
    rules: String,
    #[command(flatten)]
    store: StoreArguments,
}

fn parse_condition(text: &str) -> std::result::Result<(String, String), String> {
    let (column, value) = text.split_once('=').ok_or_else(|| format!("expected COLUMN=VALUE, found `{text}`"))?;
    Ok((column.to_string(), value.to_string()))
}

impl ArchiveOptions {
    /// The catalog of the files of an archive that were asked for.
    pub(crate) fn open(&self, archive: &Location) -> Result<Catalog> {
        let rules = match self.rules.as_str() {
            "all" => RuleSet::ismip6(),
            "none" => RuleSet::none(),
            path if path.ends_with(".toml") => RuleSet::ismip6().with_file(path)?,
            ids => RuleSet::named(&ids.split(',').map(str::trim).collect::<Vec<_>>())?,
        };
        let mut query = Query::new();
        for (column, value) in &self.conditions {
            query = query.with(Column::parse(column)?, vec![value.clone()]);
        }
        let options = self.store.options()?;
        let catalog = match saved(archive) {
            Some(path) => Catalog::open_saved(path, &options, rules)?,
            None => Catalog::open(archive, &options, rules)?,
        };
        Ok(catalog.search(&query))
    }

    /// How the archive is reached.
    pub(crate) fn store(&self) -> &StoreArguments {
        &self.store
    }
}

/// The file of a saved catalog.
fn saved(archive: &Location) -> Option<&Path> {
    let path = archive.as_path()?;
    (path.extension()? == "parquet" && path.is_file()).then_some(path)
}
