//! A catalog: the files of an archive, searched and opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use nunatak_array::{NoProgress, Progress};
use nunatak_format::{Listed, Location, StorageOptions, reader_of};
use nunatak_parallel::carried;
use nunatak_repair::{Entry, Report, RuleSet, Severity, name_aliases, path_findings};
use nunatak_tree::DataTree;
use rayon::prelude::*;

use crate::archive::Opening;
use crate::assemble::assemble;
use crate::error::{CatalogError, Result};
use crate::listing::{Listing, list};
use crate::manifests::Manifests;
use crate::options::TreeOptions;
use crate::saved::Cache;
use crate::search::Query;

/// The files of an archive, and what will be repaired in them.
///
/// # Examples
///
/// ```
/// use nunatak_catalog::{Catalog, RuleSet};
/// use nunatak_format::StorageOptions;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
///
/// let root = tempfile::tempdir()?;
/// let folder = root.path().join("JPL1/ISSM/exp05");
/// std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("lithk_AIS_JPL1_ISSM_exp05.nc"), "not opened yet")?;
/// let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6())?;
/// let entry = &catalog.entries()[0];
/// assert_eq!((&*entry.variable, &*entry.model, &*entry.experiment), ("lithk", "ISSM", "exp05"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Catalog {
    root: Location,
    /// Everything that was listed, whatever a search left of it.
    listed: Arc<Vec<Entry>>,
    entries: Arc<Vec<Entry>>,
    rules: RuleSet,
    report: Report,
    manifests: Arc<Manifests>,
    cache: Option<Cache>,
}

impl Catalog {
    /// Lists a directory, or what a store has below a prefix. No file is opened.
    ///
    /// # Errors
    /// [`CatalogError::List`] or [`CatalogError::Store`] when it cannot be listed, [`CatalogError::Empty`] when it holds
    /// no file of a format that can be read.
    pub fn open(root: impl Into<Location>, options: &StorageOptions, rules: RuleSet) -> Result<Self> {
        let root = root.into().absolute();
        let reader = reader_of(&root, options)?;
        let listing = list(&root, &*reader)?;
        if listing.files.is_empty() {
            return Err(CatalogError::Empty { path: root });
        }
        Ok(Self::from_listing(root, listing, Manifests::new(reader), rules))
    }

    /// Uses headers that this machine has read before, and keeps those that it reads now, in the user's cache folder
    /// (`NUNATAK_CACHE_DIR`). Only headers of the same location, length and version are used again.
    #[must_use]
    pub fn with_cache(mut self) -> Self {
        self.cache = Cache::of(&self.root, &self.manifests);
        if let Some(cache) = &self.cache {
            cache.load(&self.root, &self.manifests);
        }
        self
    }

    pub(crate) fn manifests(&self) -> &Manifests {
        &self.manifests
    }

    pub(crate) fn from_listing(root: Location, listing: Listing, manifests: Manifests, rules: RuleSet) -> Self {
        let mut report = Report::default();
        report_listing(&mut report, &root, &listing);
        let row = |file: &Listed| {
            let row = Entry::of_path(root.segments(), file.location.segments(), file.stamp.length, &rules)?;
            Ok(Entry { path: file.location.clone(), ..row })
        };
        let rows: Vec<Result<Entry, String>> = listing.files.par_iter().map(row).collect();
        let mut entries = Vec::with_capacity(rows.len());
        for (row, file) in rows.into_iter().zip(&listing.files) {
            match row {
                Ok(entry) => entries.push(entry),
                Err(problem) => {
                    let message = format!("{}: {problem}; left out", file.location);
                    report.add(Severity::Warning, &file.location, None, message);
                }
            }
        }
        manifests.expect(listing.files, listing.changes);
        name_aliases(&mut entries, &rules);
        for (entry, finding) in path_findings(&entries, &rules) {
            report.add(finding.severity, &entry.path, finding.rule.as_deref(), finding.message);
        }
        entries.sort_by(|one, other| order(one).cmp(&order(other)));
        let (entries, manifests) = (Arc::new(entries), Arc::new(manifests));
        Self { root, listed: entries.clone(), entries, rules, report, manifests, cache: None }
    }

    /// The directory or prefix.
    pub fn root(&self) -> &Location {
        &self.root
    }

    /// The rules that repair its files.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The rows, by institution, model, experiment, variable and token.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The rows that were there before any search.
    pub(crate) fn listed(&self) -> &[Entry] {
        &self.listed
    }

    /// What was noticed while listing.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The rows that a query accepts, as a catalog.
    #[must_use]
    pub fn search(&self, query: &Query) -> Self {
        Self { entries: Arc::new(query.accepted(&self.entries)), ..self.clone() }
    }

    /// Opens the files (headers and coordinates), repairs them, and puts each experiment's variables into one dataset
    /// at `institution/model/experiment`.
    ///
    /// # Errors
    /// [`CatalogError::File`] with [`OnError::Raise`](crate::OnError::Raise); [`CatalogError::Interrupted`]; arrays that cannot be built.
    pub fn to_datatree(&self, options: TreeOptions, progress: &dyn Progress) -> Result<(DataTree, Report)> {
        self.read_headers(progress)?;
        let opening = Opening::new(&self.entries, &self.manifests, &self.rules, options.on_error);
        let built: Vec<Result<_>> = by_node(&self.entries)
            .into_par_iter()
            .map(carried(|(path, entries): (String, Vec<Entry>)| {
                let (drafts, mut report) = opening.open(&entries)?;
                let (dataset, more) = assemble(drafts, options, &self.rules)?;
                report.absorb(more);
                Ok((path, dataset, report))
            }))
            .collect();
        let mut report = Report::default();
        let mut tree = DataTree::new();
        for node in built {
            let (path, dataset, part) = node?;
            if part.files > 0 {
                tree.insert(&path, dataset);
            }
            report.absorb(part);
        }
        Ok((tree, report))
    }

    /// Reads the headers that are not known, all at once, and keeps them.
    pub(crate) fn read_headers(&self, progress: &dyn Progress) -> Result<()> {
        let locations: Vec<&Location> = self.entries.iter().map(|entry| &entry.path).collect();
        let unread = self.manifests.count_unread(&locations);
        self.manifests.read(&locations, progress)?;
        if let (Some(cache), 1..) = (&self.cache, unread) {
            let all = self.manifests.locations();
            cache.store(&self.root, &all.iter().collect::<Vec<_>>(), &self.manifests);
        }
        Ok(())
    }

    /// As [`Catalog::to_datatree`] with the defaults.
    ///
    /// # Errors
    /// As [`Catalog::to_datatree`].
    pub fn tree(&self) -> Result<(DataTree, Report)> {
        self.to_datatree(TreeOptions::default(), &NoProgress)
    }
}

fn report_listing(report: &mut Report, root: &Location, listing: &Listing) {
    for (path, error) in &listing.failures {
        report.add(Severity::Error, path, None, format!("{}: {error}", path.display()));
    }
    for (link, target) in &listing.repeated {
        let message = format!("{link}: a link to {}, which is listed once; not followed", target.display());
        report.add(Severity::Info, link, None, message);
    }
    if let Some(first) = listing.ignored.first() {
        let count = listing.ignored.len();
        let message = format!("{count} files of other types are not read, such as {}", first.display());
        report.add(Severity::Info, root, None, message);
    }
}

/// Plain tokens come before those with a suffix, so that the latter carry it.
fn order(entry: &Entry) -> (&str, &str, &str, &str, bool, bool, &str, &Location) {
    let suffixed = !entry.suffix().is_empty();
    let Entry { institution, model, experiment, variable, token, path, prefix, .. } = entry;
    (institution, model, experiment, variable, suffixed, prefix.is_some(), token, path)
}

/// Files of each experiment, in the order of the catalog.
fn by_node(entries: &[Entry]) -> BTreeMap<String, Vec<Entry>> {
    let mut nodes: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        nodes.entry(entry.node()).or_default().push(entry.clone());
    }
    nodes
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::column::Column;
    use crate::options::OnError;

    /// Files that are listed as an archive's but cannot be opened.
    fn archive(paths: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for path in paths {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
        root
    }

    #[test]
    fn hist_is_hist_std_unless_the_model_has_both() {
        let root = archive(&[
            "JPL1/ISSM/hist/lithk_AIS_JPL1_ISSM_hist.nc",
            "NCAR/CISM/hist/lithk_AIS_NCAR_CISM_hist.nc",
            "NCAR/CISM/hist_std/lithk_AIS_NCAR_CISM_hist_std.nc",
        ]);
        let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6()).unwrap();
        let aliases: Vec<_> = catalog.entries().iter().map(|entry| entry.experiment_alias.as_deref()).collect();
        assert_eq!(aliases, [Some("hist_std"), None, None]);
        let found = catalog.search(&Query::new().with(Column::Experiment, vec!["hist_std".into()]));
        assert_eq!(found.entries().len(), 2);
        let plain = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::none()).unwrap();
        assert!(plain.entries().iter().all(|entry| entry.experiment_alias.is_none() && entry.repairs.is_empty()));
    }

    #[test]
    fn empty_files_are_named_problems_or_the_first_an_error() {
        let root = archive(&["ULB/fETISh_16km/expA6/xvelbase_AIS_ULB_fETISh_16km_expA6.nc"]);
        let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6()).unwrap();
        let (tree, report) = catalog.tree().unwrap();
        assert!(tree.is_empty());
        let problem = &report.problems[0];
        assert_eq!((problem.severity, problem.rule.as_deref()), (Severity::Error, Some("A4")));
        assert!(problem.message.contains("xvelbase_AIS_ULB_fETISh_16km_expA6.nc"), "{}", problem.message);
        let options = TreeOptions { on_error: OnError::Raise, ..TreeOptions::default() };
        assert!(matches!(catalog.to_datatree(options, &NoProgress), Err(CatalogError::File { .. })));
    }

    #[test]
    fn a_directory_without_files_is_an_error() {
        let root = archive(&["readme.txt"]);
        assert!(matches!(
            Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6()),
            Err(CatalogError::Empty { .. })
        ));
    }
}
