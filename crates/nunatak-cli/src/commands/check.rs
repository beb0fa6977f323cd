//! `nunatak check`: what is wrong in an archive, as text, JSON or HTML.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use nunatak::Result;
use nunatak::catalog::{CatalogError, CheckOptions, Level, Protocol};
use nunatak::system::replace_file;

use super::archive::Archive;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Check an archive: what is wrong in which file, and what is repaired. Exits with 3 when there are errors.
#[derive(Args)]
#[command(after_help = "Example: nunatak check ismip7/ --values --html report.html")]
pub(crate) struct Arguments {
    #[command(flatten)]
    archive: Archive,
    /// The protocol that all files are held against; each its own, by its name, when it is not given.
    #[arg(long)]
    protocol: Option<ProtocolName>,
    /// Read all numbers: ranges, missing values, identities between files.
    #[arg(long)]
    values: bool,
    /// Write the report as one page of HTML.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The least that is reported.
    #[arg(long, default_value = "repair")]
    severity: SeverityName,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProtocolName {
    Ismip6,
    Ismip7,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityName {
    Error,
    Warning,
    Info,
    Repair,
}

impl From<ProtocolName> for Protocol {
    fn from(name: ProtocolName) -> Self {
        match name {
            ProtocolName::Ismip6 => Self::Ismip6,
            ProtocolName::Ismip7 => Self::Ismip7,
        }
    }
}

impl From<SeverityName> for Level {
    fn from(name: SeverityName) -> Self {
        match name {
            SeverityName::Error => Self::Error,
            SeverityName::Warning => Self::Warning,
            SeverityName::Info => Self::Info,
            SeverityName::Repair => Self::Repair,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let options = CheckOptions { protocol: arguments.protocol.map(Protocol::from), values: arguments.values };
    let catalog = arguments.archive.open()?;
    let report = catalog.check(options, &Bar::new("files"))?.at_least(arguments.severity.into());
    if let Some(path) = &arguments.html {
        let failed = |source| CatalogError::Write { path: path.clone(), source };
        replace_file(path, |file| file.write_all(report.to_html().as_bytes()).map_err(failed), failed)?;
    }
    match format {
        Format::Json => output::json(&report.to_json()),
        Format::Text => output::line(report.to_text().trim_end()),
    }
    match report.count(Level::Error) {
        0 => Ok(()),
        errors => Err(CatalogError::File { message: format!("{errors} errors in {}", report.root) }.into()),
    }
}
