//! A catalog in one parquet file: rows, headers and repairs. Opening it lists nothing and reads no header.

use std::collections::BTreeMap;
use std::path::Path;

use nunatak_array::Progress;
use nunatak_format::{Location, StorageOptions, reader_named_by_file};
use nunatak_repair::{Entry, RuleSet};

use crate::archive::Opening;
use crate::catalog::Catalog;
use crate::error::{Result, write_error};
use crate::listing::{Listing, list};
use crate::manifests::{Header, Manifests};
use crate::options::OnError;
use crate::saved::{Saved, file_table};

impl Catalog {
    /// Saves rows, headers with the places of all chunks, and repairs in one parquet file.
    ///
    /// Headers that were not read yet are read now. What was at `path` stays whole until the new file is.
    ///
    /// # Errors
    /// [`CatalogError::Write`](crate::CatalogError::Write) when it cannot be written; [`CatalogError::Interrupted`](crate::CatalogError::Interrupted).
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
        let text = |value: &dyn Fn(&Entry) -> Option<String>| entries.iter().map(value).collect::<Vec<_>>();
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
        table.write(path).map_err(|error| write_error(path, error))
    }

    /// Opens a saved catalog. Nothing is listed and no header is read; data that changed since are an error when they
    /// are read.
    ///
    /// Options that the file has count where none are given. A server that only the file names gets no credentials of the
    /// reader.
    ///
    /// # Errors
    /// [`CatalogError::Saved`](crate::CatalogError::Saved) for a file that is none, or of another version.
    pub fn open_saved(path: &Path, options: &StorageOptions, rules: RuleSet) -> Result<Self> {
        let saved = Saved::read(path)?;
        let reader = reader_named_by_file(&saved.root, &saved.options, options)?;
        let manifests = Manifests::new(reader);
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
        let reader = self.manifests().reader();
        let listing = list(self.root(), &*reader)?;
        let manifests = Manifests::new(reader);
        let changes: BTreeMap<&Location, &String> =
            listing.changes.iter().map(|(place, change)| (place, change)).collect();
        for file in &listing.files {
            if let Some((stamp, header)) = self.manifests().get(&file.location)
                && stamp == file.stamp
                && stamp.is_certain()
                && self.manifests().change(&file.location)
                    == changes.get(&file.location).map(|change| (*change).clone())
                && !matches!(header, Header::Failed(_))
            {
                manifests.insert(file.location.clone(), stamp, header);
            }
        }
        Ok(Self::from_listing(self.root().clone(), listing, manifests, self.rules().clone()))
    }
}
