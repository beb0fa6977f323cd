//! A catalog in one parquet file: rows, headers and repairs. Opening it lists nothing and reads no header.

mod cache;
mod chunk_map;
mod footer;
#[cfg(test)]
mod hostile_file_tests;
mod pages;
mod table;
mod thrift;

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use nunatak_array::Progress;
use nunatak_format::{Listed, Location, Stamp, StorageOptions, Store};
use rayon::prelude::*;

pub(crate) use cache::Cache;
pub use chunk_map::write_chunk_map;
use table::Table;

use crate::archive::Opening;
use crate::listing::Listing;
use crate::manifests::{Header, Manifests, PackedManifest};
use crate::{Catalog, CatalogError, OnError, Result, RuleSet};

/// Version of the columns and of the binary form of headers; another one is refused, and a cache of another one is not
/// used. It changes with every change of what a manifest holds.
const FORMAT: &str = "2";

/// Files, their states and their headers, and where they are.
pub(crate) struct Saved {
    pub(crate) root: Location,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) files: Vec<(Listed, Header)>,
}

impl Catalog {
    /// Saves rows, headers with the places of all chunks, and repairs in one parquet file.
    ///
    /// Headers that were not read yet are read now. What was at `path` stays whole until the new file is.
    ///
    /// # Errors
    /// [`CatalogError::Saved`] when it cannot be written; [`CatalogError::Interrupted`].
    pub fn save(&self, path: &Path, progress: &dyn Progress) -> Result<()> {
        let locations: Vec<&Location> = self.entries().iter().map(|entry| &entry.path).collect();
        self.manifests().locate_chunks(&locations, progress)?;
        let (_, report) =
            Opening::new(self.entries(), self.manifests(), self.rules(), OnError::Skip).open(self.entries())?;
        let mut repairs: BTreeMap<&Location, Vec<serde_json::Value>> = BTreeMap::new();
        for record in &report.repairs {
            let (rule, variable) = (&record.repair.rule, &record.variable);
            let (before, after) = (&record.repair.before, &record.repair.after);
            let row = serde_json::json!({ "rule": rule, "variable": variable, "before": before, "after": after });
            repairs.entry(&record.path).or_default().push(row);
        }
        let entries = self.entries();
        let text = |value: &dyn Fn(&crate::Entry) -> Option<String>| entries.iter().map(value).collect::<Vec<_>>();
        let table = file_table(self.root(), &self.manifests().public_options(), &locations, self.manifests())?
            .with_text(
                "repairs",
                text(&|entry| repairs.get(&entry.path).map(|rows| serde_json::json!(rows).to_string())),
            )
            .with_text("variable", text(&|entry| Some(entry.variable.clone())))
            .with_text("token", text(&|entry| Some(entry.token.clone())))
            .with_text("ice_sheet", text(&|entry| entry.ice_sheet.clone()))
            .with_text("institution", text(&|entry| Some(entry.institution.clone())))
            .with_text("model", text(&|entry| Some(entry.model.clone())))
            .with_text("experiment", text(&|entry| Some(entry.experiment.clone())))
            .with_text("kind", text(&|entry| Some(entry.kind.name().into())));
        table.write(path).map_err(|error| saved_error(path, error))
    }

    /// Opens a saved catalog. Nothing is listed and no header is read; data that changed since are an error when they
    /// are read.
    ///
    /// # Errors
    /// [`CatalogError::Saved`] for a file that is none, or of another version.
    pub fn open_saved(path: &Path, options: &StorageOptions, rules: RuleSet) -> Result<Self> {
        let saved = Saved::read(path)?;
        let store = if *options == StorageOptions::default() {
            Store::with_public(&saved.root, &saved.options)?
        } else {
            Store::of(&saved.root, options)?
        };
        let manifests = Manifests::new(store);
        let mut listing = Listing::default();
        for (file, header) in saved.files {
            manifests.insert(file.location.clone(), file.stamp.clone(), header);
            listing.files.push(file);
        }
        Ok(Self::from_listing(saved.root, listing, manifests, rules))
    }

    /// Lists the archive again and keeps the headers of files that did not change; the others are read when they are
    /// next wanted.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn refresh(&self) -> Result<Self> {
        let store = self.manifests().store();
        let listing = crate::listing::list(self.root(), store.as_ref())?;
        let manifests = Manifests::new(store);
        for file in &listing.files {
            if let Some((stamp, header)) = self.manifests().get(&file.location)
                && stamp == file.stamp
                && stamp.is_certain()
                && !matches!(header, Header::Failed(_))
            {
                manifests.insert(file.location.clone(), stamp, header);
            }
        }
        Ok(Self::from_listing(self.root().clone(), listing, manifests, self.rules().clone()))
    }
}

fn saved_error(path: &Path, error: impl std::fmt::Display) -> CatalogError {
    CatalogError::Saved { path: path.into(), problem: error.to_string() }
}

/// The columns that every saved table of files has.
fn file_table(
    root: &Location,
    options: &BTreeMap<String, String>,
    locations: &[&Location],
    manifests: &Manifests,
) -> Result<Table> {
    let states: Vec<_> = locations.par_iter().map(|location| manifests.get(location)).collect();
    let encoded: Vec<(Option<Bytes>, Option<String>)> = states
        .par_iter()
        .map(|state| match state {
            Some((_, Header::Known(manifest))) => (Some(manifest.bytes().clone()), None),
            Some((_, Header::Failed(message))) => (None, Some(message.to_string())),
            _ => (None, None),
        })
        .collect();
    let (headers, problems) = encoded.into_iter().unzip();
    let stamps = || states.iter().map(|state| state.as_ref().map(|(stamp, _)| stamp));
    let relative = |location: &&Location| Some(location.below(root).to_string_lossy().into_owned());
    let version = |stamp: &Stamp| serde_json::to_string(&stamp.version).ok();
    let mut table = Table::default()
        .with_text("path", locations.iter().map(relative).collect())
        .with_numbers("size", stamps().map(|stamp| i64::try_from(stamp?.length).ok()).collect())
        .with_text("version", stamps().map(|stamp| version(stamp?)).collect())
        .with_bytes("manifest", headers)
        .with_text("problem", problems);
    table.notes.insert("nunatak.format".into(), FORMAT.into());
    table.notes.insert("nunatak.version".into(), env!("CARGO_PKG_VERSION").into());
    table.notes.insert("nunatak.root".into(), root.to_string());
    table.notes.insert("nunatak.storage_options".into(), serde_json::json!(options).to_string());
    Ok(table)
}

impl Saved {
    /// # Errors
    /// [`CatalogError::Saved`].
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bad = |problem: String| saved_error(path, problem);
        let mut table = Table::read(path).map_err(|error| bad(format!("not a saved catalog: {error}")))?;
        match table.notes.get("nunatak.format").map(String::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(bad(format!("expected a saved catalog of format {FORMAT}, found {other}"))),
            None => return Err(bad("expected a saved catalog, found another parquet file".into())),
        }
        let note = |name: &str| table.notes.get(name).cloned().unwrap_or_default();
        let root = Location::parse(&note("nunatak.root"))?;
        let options = serde_json::from_str(&note("nunatak.storage_options")).unwrap_or_default();
        let mut column = |name: &str| table.text(name).ok_or_else(|| bad(format!("no column `{name}`")));
        let (paths, versions, problems) = (column("path")?, column("version")?, column("problem")?);
        let sizes = table.numbers("size").ok_or_else(|| bad("no column `size`".into()))?;
        let headers = table.bytes("manifest").ok_or_else(|| bad("no column `manifest`".into()))?;
        let rows: Vec<_> = paths.into_iter().zip(versions).zip(problems).zip(sizes).zip(headers).collect();
        let files = rows
            .into_par_iter()
            .map(|((((path, version), problem), size), header)| {
                let path = path.ok_or_else(|| bad("a row without a path".into()))?;
                if Path::new(&path).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                    return Err(bad(format!("the path {path:?} is not below the archive")));
                }
                let version = version.and_then(|text| serde_json::from_str(&text).ok());
                let (Some(length), Some(version)) = (size.and_then(|size| u64::try_from(size).ok()), version) else {
                    return Err(bad(format!("{path}: no size or version")));
                };
                let header = match (header, problem) {
                    (Some(bytes), _) => Header::Known(PackedManifest::new(bytes)),
                    (None, Some(message)) => Header::Failed(message.into()),
                    (None, None) => Header::Unread,
                };
                Ok((Listed { location: root.join(&path), stamp: Stamp { length, version } }, header))
            })
            .collect::<Result<_>>()?;
        Ok(Self { root, options, files })
    }
}
