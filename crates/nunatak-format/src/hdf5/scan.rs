//! A walk over the groups of a file: every object's header is read once.

use hdf5_reader::error::{Error, Result as Hdf5Result};
use hdf5_reader::messages::link::{LinkMessage, LinkTarget};

use super::handle::Handle;
use super::header::Header;
use super::links::links;
use super::object::{Dataset, ObjectKind, attributes, dataset, kind};
use super::raw_attribute::RawAttribute;
use crate::{FormatError, Result, Unreadable};

/// Groups nested deeper than this are no file that anyone wrote.
const DEEPEST_GROUP: usize = 64;
/// Objects that a file may list; one that lists more does so by linking in circles.
const MOST_OBJECTS: usize = 1 << 20;

/// A group as the file has it, before dimensions are given their names.
pub(super) struct ScannedGroup {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) address: u64,
    pub(super) attributes: Vec<RawAttribute>,
    pub(super) datasets: Vec<Dataset>,
    /// Names and addresses of datasets that cannot be read, such as those without values: axes may be named after them.
    pub(super) names_only: Vec<(String, u64)>,
    pub(super) groups: Vec<ScannedGroup>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// All groups of a file.
pub(super) fn scan(handle: &Handle) -> Result<ScannedGroup> {
    let address = handle.root.address();
    let failed = |error: Error| handle.error("/", address, &error);
    let header = Header::read(&handle.parser, address).map_err(failed)?;
    let mut walk = Walk { handle, above: Vec::new(), objects: 0 };
    walk.group(&header, address, "", "")
}

struct Walk<'a> {
    handle: &'a Handle,
    /// Addresses of the groups that hold the present one: a link to one of them would never end.
    above: Vec<u64>,
    objects: usize,
}

impl Walk<'_> {
    fn group(&mut self, header: &Header, address: u64, path: &str, name: &str) -> Result<ScannedGroup> {
        let parser = &self.handle.parser;
        let object = if path.is_empty() { "/" } else { path };
        let failed = |error: Error| self.handle.error(object, address, &error);
        if self.above.len() > DEEPEST_GROUP {
            let problem = format!("expected at most {DEEPEST_GROUP} nested groups, found more");
            return Err(self.handle.malformed(object, address, problem));
        }
        let links = links(parser, header).map_err(failed)?;
        let mut group = ScannedGroup {
            name: name.to_string(),
            path: path.to_string(),
            address,
            attributes: attributes(parser, header).map_err(failed)?,
            datasets: Vec::new(),
            names_only: Vec::new(),
            groups: Vec::new(),
            unreadable: Vec::new(),
        };
        self.above.push(address);
        for link in links {
            self.follow(&mut group, link)?;
        }
        self.above.pop();
        // By name is how netCDF-C walks them, for the numbers of anonymous dimensions.
        group.groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(group)
    }

    /// Adds what a link leads to. What cannot be read is noted; only bytes that are missing end the walk.
    fn follow(&mut self, group: &mut ScannedGroup, link: LinkMessage) -> Result<()> {
        let path = format!("{}/{}", group.path, link.name);
        self.objects += 1;
        if self.objects > MOST_OBJECTS {
            let problem = format!("expected at most {MOST_OBJECTS} objects, found more (links in a circle?)");
            return Err(self.handle.malformed(&path, 0, problem));
        }
        let mut unreadable = |reason: String| group.unreadable.push(Unreadable { object: path.clone(), reason });
        let address = match self.address(&group.path, &link.target) {
            Ok(address) => address,
            Err(reason) => {
                unreadable(reason);
                return Ok(());
            }
        };
        if self.above.contains(&address) {
            unreadable("a link to a group that holds it".into());
            return Ok(());
        }
        match self.object(group, &link.name, &path, address) {
            Err(error @ FormatError::Unsupported { .. }) => {
                let FormatError::Unsupported { feature, .. } = error else { return Ok(()) };
                group.unreadable.push(Unreadable { object: path, reason: feature });
                Ok(())
            }
            other => other,
        }
    }

    fn object(&mut self, group: &mut ScannedGroup, name: &str, path: &str, address: u64) -> Result<()> {
        let failed = |error: Error| self.handle.error(path, address, &error);
        let header = Header::read(&self.handle.parser, address).map_err(failed)?;
        match kind(&header) {
            ObjectKind::Group => group.groups.push(self.group(&header, address, path, name)?),
            ObjectKind::Dataset => {
                let found = dataset(&self.handle.parser, &header, name.to_string(), address);
                if found.is_err() {
                    group.names_only.push((name.to_string(), address));
                }
                group.datasets.push(found.map_err(failed)?);
            }
            ObjectKind::Other => {}
        }
        Ok(())
    }

    /// The address that a link leads to, or why there is none.
    fn address(&self, group: &str, target: &LinkTarget) -> Result<u64, String> {
        match target {
            LinkTarget::Hard { address } => Ok(*address),
            LinkTarget::Soft { path } => {
                let absolute = if path.starts_with('/') { path.clone() } else { format!("{group}/{path}") };
                let reason = |problem: &str| format!("a soft link to `{path}`, {problem}");
                match self.resolve(&absolute, 0) {
                    Ok(Some(address)) => Ok(address),
                    Ok(None) => Err(reason("which is not in the file")),
                    Err(error) => Err(reason(&error.to_string())),
                }
            }
            LinkTarget::External { filename, path } => {
                Err(format!("an external link to `{path}` in the file `{filename}`"))
            }
        }
    }

    /// The address of the object at a path, through further soft links.
    fn resolve(&self, path: &str, depth: usize) -> Hdf5Result<Option<u64>> {
        const MOST_LINKS: usize = 16;
        if depth > MOST_LINKS {
            return Err(Error::InvalidData("which leads through too many other links".into()));
        }
        let mut address = self.handle.root.address();
        let mut at = String::new();
        for name in path.split('/').filter(|name| !name.is_empty() && *name != ".") {
            let header = Header::read(&self.handle.parser, address)?;
            if kind(&header) != ObjectKind::Group {
                return Ok(None);
            }
            let links = links(&self.handle.parser, &header)?;
            let Some(link) = links.into_iter().find(|link| link.name == name) else { return Ok(None) };
            address = match link.target {
                LinkTarget::Hard { address } => address,
                LinkTarget::Soft { path } => {
                    let absolute = if path.starts_with('/') { path } else { format!("{at}/{path}") };
                    match self.resolve(&absolute, depth + 1)? {
                        Some(address) => address,
                        None => return Ok(None),
                    }
                }
                LinkTarget::External { .. } => return Ok(None),
            };
            at = format!("{at}/{name}");
        }
        Ok(Some(address))
    }
}
