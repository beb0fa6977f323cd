//! Listing the files of an archive.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use nunatak_format::{Listed, Location, ReadRanges, Stamp, block_on};
use nunatak_parallel::carried;
use rayon::prelude::*;

use crate::error::{CatalogError, Result};

const EXTENSIONS: [&str; 5] = ["nc", "nc4", "cdf", "h5", "hdf5"];
/// What is wrong with an object whose key is no path.
const ODD_KEY: &str = "its key is no path (an empty step, `.` or `..`), so it cannot be read; rename it";
/// Deeper than any archive.
const DEEPEST: usize = 16;

/// Files below a directory, by path.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files with the extension of a format that can be read.
    pub(crate) files: Vec<Listed>,
    /// All other files.
    pub(crate) ignored: Vec<Location>,
    /// Directories that cannot be listed, and objects that cannot be read by their names.
    pub(crate) failures: Vec<(Location, String)>,
    /// What the system counts of the files of this machine, see [`Stamp::change_of_file`].
    pub(crate) changes: Vec<(Location, String)>,
    /// Links to directories that are listed in a place of their own, or that hold the archive, and what they lead to.
    pub(crate) repeated: Vec<(Location, PathBuf)>,
}

impl Listing {
    fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
        self.changes.extend(other.changes);
        self.ignored.extend(other.ignored);
        self.failures.extend(other.failures);
        self.repeated.extend(other.repeated);
    }
}

/// Lists a directory, or what a store has below a prefix; hidden files and directories are passed over.
///
/// # Errors
/// [`CatalogError::List`] when the directory itself cannot be listed, [`CatalogError::Store`] when the store cannot.
pub(crate) fn list(root: &Location, reader: &dyn ReadRanges) -> Result<Listing> {
    match root.as_path() {
        Some(path) => list_directory(path),
        None => Ok(sort_objects(root, block_on(reader.list(root))?)),
    }
}

fn sort_objects(root: &Location, objects: Vec<Listed>) -> Listing {
    let mut listing = Listing::default();
    for object in objects {
        let hidden = |part: Component<'_>| match part {
            Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
            _ => false,
        };
        if object.location.below(root).components().any(hidden) {
            continue;
        }
        if is_readable(object.location.segments()) && object.location.has_odd_key() {
            listing.failures.push((object.location, ODD_KEY.into()));
        } else if is_readable(object.location.segments()) {
            listing.files.push(object);
        } else {
            listing.ignored.push(object.location);
        }
    }
    listing
}

/// Whether the extension is that of a format that can be read.
fn is_readable(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

fn list_directory(root: &Path) -> Result<Listing> {
    if root.is_file() {
        return Err(CatalogError::NotADirectory { path: root.into() });
    }
    let failed = |source| CatalogError::List { path: root.into(), source };
    let canonical = std::fs::canonicalize(root).map_err(failed)?;
    let top = Directory { path: root.into(), canonical: canonical.clone(), depth: 0 };
    let mut walk = Walk { above: canonical, visited: BTreeSet::new() };
    let mut listing = Listing::default();
    let mut pending = vec![top];
    // Links wait until all that lies below without them is known: what has a place of its own is listed there.
    while !pending.is_empty() {
        let mut found = walk.below(std::mem::take(&mut pending));
        found.links.sort_by(|one, other| one.path.cmp(&other.path));
        walk.visited.extend(found.visited);
        let mut chosen = BTreeSet::new();
        for link in found.links {
            if walk.is_known(&link.canonical) || !chosen.insert(link.canonical.clone()) {
                listing.repeated.push((link.path.into(), link.canonical));
            } else {
                pending.push(link);
            }
        }
        listing.absorb(found.listing);
    }
    // The archive itself must be there; what is wrong below it is one of its problems.
    if let Some(at) = listing.failures.iter().position(|(place, _)| place.as_path() == Some(root)) {
        let (_, problem) = listing.failures.swap_remove(at);
        return Err(failed(std::io::Error::other(problem)));
    }
    Ok(sorted(listing))
}

/// A directory to be listed, by its own path and by the one that has no links in it.
struct Directory {
    path: PathBuf,
    canonical: PathBuf,
    depth: usize,
}

/// What is found below directories without following links.
#[derive(Default)]
struct Found {
    listing: Listing,
    links: Vec<Directory>,
    visited: Vec<PathBuf>,
}

impl Found {
    fn absorb(mut self, other: Self) -> Self {
        self.listing.absorb(other.listing);
        self.links.extend(other.links);
        self.visited.extend(other.visited);
        self
    }
}

/// Which directories were listed already, by their paths without links.
struct Walk {
    /// The archive: a link to it, or to a directory that holds it, leads back up.
    above: PathBuf,
    visited: BTreeSet<PathBuf>,
}

impl Walk {
    fn is_known(&self, canonical: &Path) -> bool {
        self.above.starts_with(canonical) || self.visited.contains(canonical)
    }

    fn below(&self, directories: Vec<Directory>) -> Found {
        directories
            .into_par_iter()
            .map(carried(|directory| self.visit(directory)))
            .reduce(Found::default, Found::absorb)
    }

    fn visit(&self, directory: Directory) -> Found {
        let mut found = Found::default();
        if self.visited.contains(&directory.canonical) {
            found.listing.repeated.push((directory.path.into(), directory.canonical));
            return found;
        }
        if directory.depth > DEEPEST {
            let problem = format!("more than {DEEPEST} directories deep; not followed");
            found.listing.failures.push((directory.path.into(), problem));
            return found;
        }
        let children = match children(&directory.path) {
            Ok(children) => children,
            Err(error) => {
                found.listing.failures.push((directory.path.into(), error.to_string()));
                return found;
            }
        };
        let mut below = Vec::new();
        for path in children {
            let child = child(path, &directory, &mut found);
            below.extend(child);
        }
        found.visited.push(directory.canonical);
        found.absorb(self.below(below))
    }
}

fn children(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut children: Vec<PathBuf> =
        std::fs::read_dir(directory)?.map(|child| child.map(|child| child.path())).collect::<std::io::Result<_>>()?;
    children.retain(|child| !child.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    Ok(children)
}

/// Puts a child of a directory where it belongs; the directory that it is, unless it is a link.
fn child(path: PathBuf, parent: &Directory, found: &mut Found) -> Option<Directory> {
    let listing = &mut found.listing;
    let metadata = match std::fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) => {
            listing.failures.push((path.into(), error.to_string()));
            return None;
        }
    };
    if metadata.is_file() && is_readable(&path) {
        let location = Location::from(path);
        listing.changes.extend(Stamp::change_of_file(&metadata).map(|change| (location.clone(), change)));
        listing.files.push(Listed { location, stamp: Stamp::of_file(&metadata) });
        return None;
    }
    if !metadata.is_dir() {
        listing.ignored.push(path.into());
        return None;
    }
    let depth = parent.depth + 1;
    if !path.is_symlink() {
        let name = path.file_name().unwrap_or_default();
        return Some(Directory { canonical: parent.canonical.join(name), path, depth });
    }
    match std::fs::canonicalize(&path) {
        Ok(canonical) => found.links.push(Directory { path, canonical, depth }),
        Err(error) => listing.failures.push((path.into(), error.to_string())),
    }
    None
}

fn sorted(mut listing: Listing) -> Listing {
    listing.files.sort_by(|one, other| one.location.cmp(&other.location));
    listing.ignored.sort();
    listing.failures.sort();
    listing.repeated.sort();
    listing
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_paths_and_others_are_told() {
        let root = tempfile::tempdir().unwrap();
        for path in ["b/z.nc", "b/a.h5", "a/x/y/deep.NC4", "a/readme.txt", ".hidden/q.nc", "b/.part.nc"] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"1234").unwrap();
        }
        let listing = list_directory(root.path()).unwrap();
        let names: Vec<String> =
            listing.files.iter().map(|file| file.location.below(&root.path().into()).display().to_string()).collect();
        assert_eq!(names, ["a/x/y/deep.NC4", "b/a.h5", "b/z.nc"]);
        assert!(listing.files.iter().all(|file| file.stamp.length == 4));
        assert_eq!(listing.ignored, [Location::from(root.path().join("a/readme.txt"))]);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let error = list_directory(Path::new("/no/such/archive")).unwrap_err().to_string();
        assert!(error.starts_with("/no/such/archive: cannot list"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_is_listed_once_whatever_links_lead_to_it() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(outside.path().join("pool")).unwrap();
        fs::write(outside.path().join("pool/b.nc"), b"1").unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("A/M")).unwrap();
        fs::write(root.path().join("A/M/a.nc"), b"1").unwrap();
        // Back up, above the archive, aside, into a pool, and into that pool again.
        for (target, name) in [
            (root.path().to_path_buf(), "A/M/again"),
            (root.path().to_path_buf(), "current"),
            (root.path().parent().unwrap().to_path_buf(), "up"),
            (root.path().join("A/M"), "A/Latest"),
            (outside.path().join("pool"), "one"),
            (outside.path().join("pool"), "two"),
        ] {
            symlink(target, root.path().join(name)).unwrap();
        }
        symlink(outside.path(), outside.path().join("pool/back")).unwrap();
        let listing = list_directory(root.path()).unwrap();
        let names: Vec<String> =
            listing.files.iter().map(|file| file.location.below(&root.path().into()).display().to_string()).collect();
        assert_eq!(names, ["A/M/a.nc", "one/b.nc"]);
        assert!(listing.failures.is_empty());
        let skipped: Vec<String> = listing.repeated.iter().map(|(link, _)| link.file_name()).collect();
        assert!(["again", "current", "up", "Latest", "two"].iter().all(|name| skipped.contains(&name.to_string())));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_no_file() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.nc"), b"1").unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("b.nc")).unwrap();
        let listing = list_directory(root.path()).unwrap();
        assert_eq!((listing.files.len(), listing.ignored.len()), (1, 1));
    }
}
