//! Files, their states and their headers as a table.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use nunatak_format::{Listed, Location, Stamp};
use nunatak_parquet::Table;
use rayon::prelude::*;

use crate::error::{Result, saved_error};
use crate::manifests::{Header, Manifests};
use crate::packed_manifest::PackedManifest;

/// Version of the columns and of the binary form of headers; another one is not read, and a cache of another one is not
/// used. It changes with every change of what a manifest holds.
const FORMAT: &str = "3";

/// The column of what the system counts of local files, which the cache alone has: a saved catalog goes to other machines.
pub(crate) const CHANGE: &str = "change";

/// Files, their states and their headers, and where they are.
pub(crate) struct Saved {
    pub(crate) root: Location,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) files: Vec<(Listed, Header)>,
    /// What the system counted of each file, where the table says so.
    pub(crate) changes: Vec<Option<String>>,
}

/// The columns that every saved table of files has.
pub(crate) fn file_table(
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
    /// [`crate::CatalogError::Saved`].
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
        let changes = table.text(CHANGE).unwrap_or_else(|| vec![None; paths.len()]);
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
        Ok(Self { root, options, files, changes })
    }
}
