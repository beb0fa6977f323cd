//! Listing the files of an archive.

use std::path::{Path, PathBuf};

use nunatak_format::{Listed, Location, ReadRanges, Stamp, block_on};
use rayon::prelude::*;

use crate::error::{CatalogError, Result};

const EXTENSIONS: [&str; 5] = ["nc", "nc4", "cdf", "h5", "hdf5"];
/// Deeper than any archive; stops at symbolic links that lead back up.
const DEEPEST: usize = 16;

/// Files below a directory, by path.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files with the extension of a format that can be read.
    pub(crate) files: Vec<Listed>,
    /// All other files.
    pub(crate) ignored: Vec<Location>,
    /// Directories that cannot be listed.
    pub(crate) failures: Vec<(Location, String)>,
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
        let hidden = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        if object.location.below(root).components().any(hidden) {
            continue;
        }
        if is_readable(object.location.segments()) {
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
    let children = children(root).map_err(|source| CatalogError::List { path: root.into(), source })?;
    Ok(sorted(walk(children, 0)))
}

fn children(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut children: Vec<PathBuf> =
        std::fs::read_dir(directory)?.map(|child| child.map(|child| child.path())).collect::<std::io::Result<_>>()?;
    children.retain(|child| !child.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    Ok(children)
}

fn walk(children: Vec<PathBuf>, depth: usize) -> Listing {
    children.into_par_iter().map(|child| visit(child, depth)).reduce(Listing::default, |mut all, part| {
        all.files.extend(part.files);
        all.ignored.extend(part.ignored);
        all.failures.extend(part.failures);
        all
    })
}

fn visit(path: PathBuf, depth: usize) -> Listing {
    let mut listing = Listing::default();
    match std::fs::metadata(&path) {
        Err(error) => listing.failures.push((path.into(), error.to_string())),
        Ok(metadata) if metadata.is_dir() && depth >= DEEPEST => {
            listing.failures.push((path.into(), format!("more than {DEEPEST} directories deep; not followed")));
        }
        Ok(metadata) if metadata.is_dir() => match self::children(&path) {
            Ok(children) => return walk(children, depth + 1),
            Err(error) => listing.failures.push((path.into(), error.to_string())),
        },
        Ok(metadata) => {
            if is_readable(&path) {
                listing.files.push(Listed { location: path.into(), stamp: Stamp::of_file(&metadata) });
            } else {
                listing.ignored.push(path.into());
            }
        }
    }
    listing
}

fn sorted(mut listing: Listing) -> Listing {
    listing.files.sort_by(|one, other| one.location.cmp(&other.location));
    listing.ignored.sort();
    listing.failures.sort();
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
    fn a_link_back_up_ends() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("again")).unwrap();
        fs::write(root.path().join("a.nc"), b"1").unwrap();
        let listing = list_directory(root.path()).unwrap();
        assert_eq!(listing.failures.len(), 1);
        assert_eq!(listing.files.len(), DEEPEST + 1);
    }
}
