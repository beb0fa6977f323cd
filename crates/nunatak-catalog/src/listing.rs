use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::{CatalogError, Result};

const EXTENSIONS: [&str; 5] = ["nc", "nc4", "cdf", "h5", "hdf5"];
/// Deeper than any archive; stops at symbolic links that lead back up.
const DEEPEST: usize = 16;

/// Files below a directory, by path.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Files with the extension of a format that can be read, and their sizes in bytes.
    pub(crate) files: Vec<(PathBuf, u64)>,
    /// All other files.
    pub(crate) ignored: Vec<PathBuf>,
    /// Directories that cannot be listed.
    pub(crate) failures: Vec<(PathBuf, String)>,
}

/// Lists a directory and all below it; hidden files and directories are passed over.
///
/// # Errors
/// [`CatalogError::List`] when the directory itself cannot be listed.
pub(crate) fn list(root: &Path) -> Result<Listing> {
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
        Err(error) => listing.failures.push((path, error.to_string())),
        Ok(metadata) if metadata.is_dir() && depth >= DEEPEST => {
            listing.failures.push((path, format!("more than {DEEPEST} directories deep; not followed")));
        }
        Ok(metadata) if metadata.is_dir() => match self::children(&path) {
            Ok(children) => return walk(children, depth + 1),
            Err(error) => listing.failures.push((path, error.to_string())),
        },
        Ok(metadata) => {
            let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
            if extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
                listing.files.push((path, metadata.len()));
            } else {
                listing.ignored.push(path);
            }
        }
    }
    listing
}

fn sorted(mut listing: Listing) -> Listing {
    listing.files.sort();
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
        let listing = list(root.path()).unwrap();
        let names: Vec<String> = listing
            .files
            .iter()
            .map(|(path, _)| path.strip_prefix(root.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["a/x/y/deep.NC4", "b/a.h5", "b/z.nc"]);
        assert!(listing.files.iter().all(|(_, size)| *size == 4));
        assert_eq!(listing.ignored, [root.path().join("a/readme.txt")]);
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let error = list(Path::new("/no/such/archive")).unwrap_err().to_string();
        assert!(error.starts_with("/no/such/archive: cannot list"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_back_up_ends() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("again")).unwrap();
        fs::write(root.path().join("a.nc"), b"1").unwrap();
        let listing = list(root.path()).unwrap();
        assert_eq!(listing.failures.len(), 1);
        assert_eq!(listing.files.len(), DEEPEST + 1);
    }
}
