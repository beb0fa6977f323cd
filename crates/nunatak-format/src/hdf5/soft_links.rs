//! Soft links: paths to objects of the same file, which may lead over further soft links.

use hdf5_reader::messages::link::LinkTarget;

use super::scan::{KnownObject, Walk};

/// Soft links that one may lead through.
const MOST_LINKS: usize = 16;

impl Walk<'_> {
    /// The address of the object at a path, counted from the group at `start` unless it begins at the root; `None` when
    /// there is none. Time is in proportion to the number of names in the paths.
    ///
    /// # Errors
    /// Why the path cannot be followed.
    pub(super) fn resolve(&mut self, start: u64, path: &str, depth: usize) -> Result<Option<u64>, String> {
        if depth > MOST_LINKS {
            return Err("which leads through too many other links".into());
        }
        let mut address = if path.starts_with('/') { self.handle.root } else { start };
        for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
            self.handle.budget.step()?;
            let KnownObject::Group(group) = self.known(path, address).map_err(|error| error.to_string())? else {
                return Ok(None);
            };
            let Some(link) = group.by_name.get(name).and_then(|&at| group.links.get(at)) else { return Ok(None) };
            address = match &link.target {
                LinkTarget::Hard { address } => *address,
                LinkTarget::Soft { path } => match self.resolve(address, path, depth + 1)? {
                    Some(address) => address,
                    None => return Ok(None),
                },
                LinkTarget::External { .. } => return Ok(None),
            };
        }
        Ok(Some(address))
    }
}
