//! The check of a catalog's files against the protocols of ISMIP6 and ISMIP7.

use nunatak_array::Progress;
use nunatak_compliance::{CheckOptions, CheckReport, OpenedArchive};
use nunatak_repair::{Draft, Entry, RuleSet};

use crate::archive::Opening;
use crate::catalog::Catalog;
use crate::error::Result;
use crate::options::OnError;

impl Catalog {
    /// Opens every file: what is repaired in it, and where it departs from its protocol.
    ///
    /// As well as headers and coordinates this reads the corners of each field's first record (at most four chunks a field),
    /// the whole first record where a rule looks at values (masks), and with [`CheckOptions::values`] all numbers, in
    /// parts of bounded size.
    ///
    /// # Errors
    /// [`CatalogError::Interrupted`](crate::CatalogError::Interrupted).
    pub fn check(&self, options: CheckOptions, progress: &dyn Progress) -> Result<CheckReport> {
        self.read_headers(progress)?;
        let opening = Opening::new(self.entries(), self.manifests(), self.rules(), OnError::Warn);
        let (drafts, opening) = opening.open(self.entries())?;
        let open_as_written = |entry: &Entry| -> Result<Draft> {
            let file = self.manifests().header(&entry.path)?.file()?;
            Ok(Draft::open(entry, &file, &RuleSet::none())?)
        };
        let archive = OpenedArchive {
            root: &self.root().display().to_string(),
            entries: self.entries(),
            listed: self.listed(),
            rules: self.rules(),
            drafts: &drafts,
            listing: self.report(),
            opening: &opening,
        };
        let as_written = |entry: &Entry| open_as_written(entry).map_err(|error| error.to_string());
        Ok(nunatak_compliance::check(archive, as_written, options, progress)?)
    }
}
