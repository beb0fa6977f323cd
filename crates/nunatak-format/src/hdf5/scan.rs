//! A walk over the groups of a file: every object's header is read once, however many paths lead to it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use hdf5_reader::error::{Error, Result as Hdf5Result};
use hdf5_reader::messages::link::{LinkMessage, LinkTarget};

use super::handle::Handle;
use super::header::Header;
use super::links::links;
use super::object::{Dataset, DatasetHeader, ObjectKind, attributes, dataset, kind};
use super::raw_attribute::RawAttribute;
use crate::{FormatError, Result, Unreadable};

/// Groups nested deeper than this are no file that anyone wrote.
const DEEPEST_GROUP: usize = 64;

/// How often an object counts that is in a group with several paths, and such a group itself: few files have many, and paths
/// multiply where such groups are in one another.
const REPEATED_OBJECT: usize = 8;
const REPEATED_GROUP: usize = 24;

/// A group as the file has it, before dimensions are given their names.
pub(super) struct ScannedGroup {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) address: u64,
    pub(super) header: Rc<GroupHeader>,
    pub(super) datasets: Vec<Dataset>,
    /// Names and addresses of datasets that cannot be read, such as those without values: axes may be named after them.
    pub(super) names_only: Vec<(String, u64)>,
    pub(super) groups: Vec<ScannedGroup>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// What a group's header says, the same for all paths to it.
pub(super) struct GroupHeader {
    pub(super) attributes: Vec<RawAttribute>,
    pub(super) links: Vec<LinkMessage>,
    /// Numbers of the links, by name.
    pub(super) by_name: HashMap<String, usize>,
}

/// An object whose header was read.
#[derive(Clone)]
pub(super) enum KnownObject {
    Group(Rc<GroupHeader>),
    Dataset(Rc<DatasetHeader>),
    /// Why it cannot be read, and whether it is a dataset.
    Unsupported(Rc<str>, bool),
    /// A committed type.
    Other,
}

/// All groups of a file.
pub(super) fn scan(handle: &Handle) -> Result<ScannedGroup> {
    let address = handle.root;
    let failed = |error: Error| handle.error("/", address, &error);
    let header = Header::read(&handle.parser, address).map_err(failed)?;
    let mut walk =
        Walk { handle, above: Vec::new(), known: HashMap::new(), listed: HashSet::from([address]), repeated: 0 };
    let header = Rc::new(walk.group_header(&header).map_err(failed)?);
    walk.known.insert(address, KnownObject::Group(Rc::clone(&header)));
    walk.group(header, address, "", "")
}

pub(super) struct Walk<'a> {
    pub(super) handle: &'a Handle,
    /// Addresses of the groups that hold the present one: a link to one of them would never end.
    above: Vec<u64>,
    known: HashMap<u64, KnownObject>,
    /// Addresses of groups that were listed at a path.
    listed: HashSet<u64>,
    /// How many of the groups above had been listed before.
    repeated: usize,
}

impl Walk<'_> {
    fn group(&mut self, header: Rc<GroupHeader>, address: u64, path: &str, name: &str) -> Result<ScannedGroup> {
        let object = if path.is_empty() { "/" } else { path };
        if self.above.len() > DEEPEST_GROUP {
            let problem = format!("expected at most {DEEPEST_GROUP} nested groups, found more");
            return Err(self.handle.malformed(object, address, problem));
        }
        let mut group = ScannedGroup {
            name: name.to_string(),
            path: path.to_string(),
            address,
            header: Rc::clone(&header),
            datasets: Vec::new(),
            names_only: Vec::new(),
            groups: Vec::new(),
            unreadable: Vec::new(),
        };
        self.above.push(address);
        for link in &header.links {
            self.follow(&mut group, link)?;
        }
        self.above.pop();
        // By name is how netCDF-C walks them, for the numbers of anonymous dimensions.
        group.groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(group)
    }

    /// Adds what a link leads to. What cannot be read is noted; only bytes that are missing or too many end the walk.
    fn follow(&mut self, group: &mut ScannedGroup, link: &LinkMessage) -> Result<()> {
        let path = format!("{}/{}", group.path, link.name);
        let times = if self.repeated > 0 { REPEATED_OBJECT } else { 1 };
        self.handle.charged(&path, self.handle.budget.object(&path, times))?;
        let mut unreadable = |reason: String| group.unreadable.push(Unreadable { object: path.clone(), reason });
        let address = match self.address(group.address, &link.target) {
            Ok(address) => address,
            Err(reason) => {
                self.handle.charged(&path, self.handle.budget.steps_left())?;
                unreadable(reason);
                return Ok(());
            }
        };
        if self.above.contains(&address) {
            unreadable("a link to a group that holds it".into());
            return Ok(());
        }
        match self.known(&path, address)? {
            KnownObject::Group(header) => {
                let is_repeated = !self.listed.insert(address);
                if is_repeated {
                    self.handle.charged(&path, self.handle.budget.object(&path, REPEATED_GROUP))?;
                }
                self.repeated += usize::from(is_repeated);
                group.groups.push(self.group(header, address, &path, &link.name)?);
                self.repeated -= usize::from(is_repeated);
            }
            KnownObject::Dataset(header) => {
                let scales = vec![None; header.shape.len()];
                group.datasets.push(Dataset { name: link.name.clone(), address, header, scales });
            }
            KnownObject::Unsupported(reason, is_dataset) => {
                unreadable(reason.to_string());
                if is_dataset {
                    group.names_only.push((link.name.clone(), address));
                }
            }
            KnownObject::Other => {}
        }
        Ok(())
    }

    /// The object at an address, read when it is first met.
    ///
    /// # Errors
    /// The format's, when its header is wrong or too large; what is merely not supported is no error.
    pub(super) fn known(&mut self, object: &str, address: u64) -> Result<KnownObject> {
        if let Some(known) = self.known.get(&address) {
            return Ok(known.clone());
        }
        let mut is_dataset = false;
        let known = match self.read(address, &mut is_dataset) {
            Ok(known) => known,
            Err(error) => match self.handle.error(object, address, &error) {
                FormatError::Unsupported { feature, .. } => KnownObject::Unsupported(feature.into(), is_dataset),
                error => return Err(error),
            },
        };
        self.known.insert(address, known.clone());
        Ok(known)
    }

    fn read(&self, address: u64, is_dataset: &mut bool) -> Hdf5Result<KnownObject> {
        let header = Header::read(&self.handle.parser, address)?;
        let kind = kind(&header);
        *is_dataset = kind == ObjectKind::Dataset;
        Ok(match kind {
            ObjectKind::Group => KnownObject::Group(Rc::new(self.group_header(&header)?)),
            ObjectKind::Dataset => KnownObject::Dataset(Rc::new(dataset(self.handle, &header)?)),
            ObjectKind::Other => KnownObject::Other,
        })
    }

    fn group_header(&self, header: &Header) -> Hdf5Result<GroupHeader> {
        let links = links(self.handle, header)?;
        let by_name = links.iter().enumerate().map(|(at, link)| (link.name.clone(), at)).collect();
        Ok(GroupHeader { attributes: attributes(self.handle, header)?, links, by_name })
    }

    /// The address that a link of the group at `group` leads to, or why there is none.
    fn address(&mut self, group: u64, target: &LinkTarget) -> Result<u64, String> {
        match target {
            LinkTarget::Hard { address } => Ok(*address),
            LinkTarget::Soft { path } => {
                let reason = |problem: &str| format!("a soft link to `{path}`, {problem}");
                match self.resolve(group, path, 0) {
                    Ok(Some(address)) => Ok(address),
                    Ok(None) => Err(reason("which is not in the file")),
                    Err(problem) => Err(reason(&problem)),
                }
            }
            LinkTarget::External { filename, path } => {
                Err(format!("an external link to `{path}` in the file `{filename}`"))
            }
        }
    }
}
