use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nunatak_array::{NoProgress, Progress};
use nunatak_tree::DataTree;
use rayon::prelude::*;

use crate::archive::open_all;
use crate::assemble::assemble;
use crate::draft::Draft;
use crate::listing::{Listing, list};
use crate::{CatalogError, Entry, Join, Query, Repair, Report, Result, RuleSet, Severity, name};

/// What to do with a file that cannot be opened. It is in the report in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Go on; the caller warns.
    #[default]
    Warn,
    /// Stop with an error.
    Raise,
    /// Go on in silence.
    Skip,
}

/// How a tree is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TreeOptions {
    /// How variables of an experiment share one time axis.
    pub join: Join,
    /// What to do with files that cannot be opened.
    pub on_error: OnError,
}

/// The files of an archive, and what will be repaired in them.
#[derive(Debug, Clone)]
pub struct Catalog {
    root: PathBuf,
    /// Everything that was listed, whatever a search left of it.
    listed: Arc<Vec<Entry>>,
    entries: Arc<Vec<Entry>>,
    rules: RuleSet,
    report: Report,
}

impl Catalog {
    /// Lists a directory. No file is opened.
    ///
    /// # Errors
    /// [`CatalogError::List`] when the directory cannot be listed, [`CatalogError::Empty`] when it holds no file of a
    /// format that can be read.
    pub fn open(root: impl AsRef<Path>, rules: RuleSet) -> Result<Self> {
        let root = std::path::absolute(root.as_ref())
            .map_err(|source| CatalogError::List { path: root.as_ref().into(), source })?;
        let listing = list(&root)?;
        if listing.files.is_empty() {
            return Err(CatalogError::Empty { path: root });
        }
        let mut report = Report::default();
        report_listing(&mut report, &root, &listing);
        let rows: Vec<Result<Entry, String>> =
            listing.files.par_iter().map(|(path, size)| name::entry(&root, path, *size, &rules)).collect();
        let mut entries = Vec::with_capacity(rows.len());
        for (row, (path, _)) in rows.into_iter().zip(&listing.files) {
            match row {
                Ok(entry) => entries.push(entry),
                Err(problem) => {
                    report.add(Severity::Warning, path, None, format!("{}: {problem}; left out", path.display()));
                }
            }
        }
        if rules.has("A7") {
            name_aliases(&mut entries);
        }
        entries.sort_by(|one, other| order(one).cmp(&order(other)));
        let entries = Arc::new(entries);
        Ok(Self { root, listed: entries.clone(), entries, rules, report })
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The rows, by institution, model, experiment, variable and token.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The rows that were there before any search.
    pub(crate) fn listed(&self) -> &[Entry] {
        &self.listed
    }

    pub(crate) fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What was noticed while listing.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The rows that a query accepts, as a catalog.
    #[must_use]
    pub fn search(&self, query: &Query) -> Self {
        let entries = self.entries.iter().filter(|entry| query.accepts(entry)).cloned().collect();
        Self { entries: Arc::new(entries), ..self.clone() }
    }

    /// Opens the files (headers and coordinates), repairs them, and puts each experiment's variables into one dataset
    /// at `institution/model/experiment`.
    ///
    /// # Errors
    /// [`CatalogError::File`] with [`OnError::Raise`]; [`CatalogError::Interrupted`]; arrays that cannot be built.
    pub fn to_datatree(&self, options: TreeOptions, progress: &dyn Progress) -> Result<(DataTree, Report)> {
        let (drafts, mut report) = open_all(&self.entries, &self.rules, options.on_error, progress)?;
        let nodes = by_node(drafts);
        let built: Vec<_> = nodes
            .into_par_iter()
            .map(|(path, drafts)| assemble(drafts, options).map(|(dataset, report)| (path, dataset, report)))
            .collect::<Result<_>>()?;
        let mut tree = DataTree::new();
        for (path, dataset, part) in built {
            tree.insert(&path, dataset);
            report.absorb(part);
        }
        Ok((tree, report))
    }

    /// As [`Catalog::to_datatree`] with the defaults.
    ///
    /// # Errors
    /// As [`Catalog::to_datatree`].
    pub fn tree(&self) -> Result<(DataTree, Report)> {
        self.to_datatree(TreeOptions::default(), &NoProgress)
    }
}

fn report_listing(report: &mut Report, root: &Path, listing: &Listing) {
    for (path, error) in &listing.failures {
        report.add(Severity::Error, path, None, format!("{}: {error}", path.display()));
    }
    if let Some(first) = listing.ignored.first() {
        let count = listing.ignored.len();
        let message = format!("{count} files of other types are not read, such as {}", first.display());
        report.add(Severity::Info, root, None, message);
    }
}

/// A7: the protocol's names of `hist` and `ctrl_proj`, where the model has no experiment of that name.
fn name_aliases(entries: &mut [Entry]) {
    let taken: BTreeSet<(String, String)> =
        entries.iter().map(|entry| (entry.model_key(), entry.experiment.clone())).collect();
    for entry in entries {
        let alias = match entry.experiment.as_str() {
            "hist" => "hist_std",
            "ctrl_proj" => "ctrl_proj_std",
            _ => continue,
        };
        if !taken.contains(&(entry.model_key(), alias.to_string())) {
            entry.experiment_alias = Some(alias.into());
            entry.repairs.push(Repair::new("A7", &entry.experiment, format!("found as {alias}, too")));
        }
    }
}

/// Plain tokens come before those with a suffix, so that the latter carry it.
fn order(entry: &Entry) -> (&str, &str, &str, &str, bool, &str, &Path) {
    let suffixed = !entry.suffix().is_empty();
    let Entry { institution, model, experiment, variable, token, path, .. } = entry;
    (institution, model, experiment, variable, suffixed, token, path)
}

/// Files of each experiment, in the order of the catalog.
fn by_node(drafts: Vec<Draft>) -> BTreeMap<String, Vec<Draft>> {
    let mut nodes: BTreeMap<String, Vec<Draft>> = BTreeMap::new();
    for draft in drafts {
        nodes.entry(draft.entry.node()).or_default().push(draft);
    }
    nodes
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Column;

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
        let catalog = Catalog::open(root.path(), RuleSet::ismip6()).unwrap();
        let aliases: Vec<_> = catalog.entries().iter().map(|entry| entry.experiment_alias.as_deref()).collect();
        assert_eq!(aliases, [Some("hist_std"), None, None]);
        let found = catalog.search(&Query::new().with(Column::Experiment, vec!["hist_std".into()]));
        assert_eq!(found.entries().len(), 2);
        let plain = Catalog::open(root.path(), RuleSet::none()).unwrap();
        assert!(plain.entries().iter().all(|entry| entry.experiment_alias.is_none() && entry.repairs.is_empty()));
    }

    #[test]
    fn empty_files_are_named_problems_or_the_first_an_error() {
        let root = archive(&["ULB/fETISh_16km/expA6/xvelbase_AIS_ULB_fETISh_16km_expA6.nc"]);
        let catalog = Catalog::open(root.path(), RuleSet::ismip6()).unwrap();
        let (tree, report) = catalog.tree().unwrap();
        assert!(tree.is_empty());
        let problem = &report.problems[0];
        assert_eq!((problem.severity, problem.rule), (Severity::Error, Some("A4")));
        assert!(problem.message.contains("xvelbase_AIS_ULB_fETISh_16km_expA6.nc"), "{}", problem.message);
        let options = TreeOptions { on_error: OnError::Raise, ..TreeOptions::default() };
        assert!(matches!(catalog.to_datatree(options, &NoProgress), Err(CatalogError::File { .. })));
    }

    #[test]
    fn a_directory_without_files_is_an_error() {
        let root = archive(&["readme.txt"]);
        assert!(matches!(Catalog::open(root.path(), RuleSet::ismip6()), Err(CatalogError::Empty { .. })));
    }
}
