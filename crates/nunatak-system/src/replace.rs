//! A file that appears under its name when it is whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are collected before they go to disk.
const BUFFER: usize = 1 << 20;
/// Characters of the target's name that the name of a working copy begins with: file systems take 255 bytes in all.
const MOST_OF_NAME: usize = 40;
/// Names that are tried; that one is taken is all but impossible.
const ATTEMPTS: usize = 16;

/// Writes a file beside its place, under a name that no other writer uses, makes sure of it on disk, and renames it.
///
/// So what was there stays whole until the new file is, whatever happens: a full disk, a killed process, a machine
/// without power. Of several writers to one path the last wins, with a whole file. A link is followed, and a device or
/// a pipe, which cannot be replaced, is written to as it is. Permissions of the file that was there stay.
///
/// `failed` makes an error of the system one of the caller's, which names the path.
///
/// # Errors
/// That of `write`, and those of the system; the working copy is removed then.
///
/// # Examples
/// ```
/// use std::io::{Error, Write};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.txt");
/// std::fs::write(&path, "old")?;
/// let full: Result<(), Error> = nunatak_system::replace_file(&path, |file| {
///     file.write_all(b"half of the new")?;
///     Err(Error::other("no space left"))
/// }, |error| error);
/// assert!(full.is_err());
/// assert_eq!(std::fs::read_to_string(&path)?, "old");
/// nunatak_system::replace_file(&path, |file| file.write_all(b"new"), |error| error)?;
/// assert_eq!(std::fs::read_to_string(&path)?, "new");
/// assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
/// # Ok::<(), Error>(())
/// ```
pub fn replace_file<T, E>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
    failed: impl Fn(io::Error) -> E,
) -> Result<T, E> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let there = fs::metadata(&target).ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        let mut file = BufWriter::new(OpenOptions::new().write(true).open(&target).map_err(&failed)?);
        let written = write(&mut file)?;
        io::Write::flush(&mut file).map_err(&failed)?;
        return Ok(written);
    }
    let (file, copy) = working_copy(&target).map_err(&failed)?;
    let mut file = BufWriter::with_capacity(BUFFER, file);
    let written = write(&mut file).and_then(|written| {
        let file = file.into_inner().map_err(io::IntoInnerError::into_error).map_err(&failed)?;
        put_in_place(file, &copy, &target, there).map_err(&failed)?;
        Ok(written)
    });
    if written.is_err() {
        // The error of writing says more than that of removing.
        let _ = fs::remove_file(&copy);
    }
    written
}

/// A new file in the folder of the target, which nobody else has.
fn working_copy(target: &Path) -> io::Result<(File, PathBuf)> {
    let name =
        target.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "expected the name of a file"))?;
    for _ in 0..ATTEMPTS {
        let copy = target.with_file_name(copy_name(name));
        match OpenOptions::new().write(true).create_new(true).open(&copy) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return Ok((opened?, copy)),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "no name is free for a working copy"))
}

/// Hidden, and different for every call of every process on every machine.
fn copy_name(name: &std::ffi::OsStr) -> OsString {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let known = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed), std::time::SystemTime::now());
    let start: String = name.to_string_lossy().chars().take(MOST_OF_NAME).collect();
    format!(".{start}.{:016x}.part", RandomState::new().hash_one(known)).into()
}

fn put_in_place(file: File, copy: &Path, target: &Path, there: Option<fs::Metadata>) -> io::Result<()> {
    if let Some(there) = there {
        // Those of others' files cannot always be had.
        let _ = file.set_permissions(there.permissions());
    }
    file.sync_all()?;
    drop(file);
    fs::rename(copy, target)?;
    // The name is on disk when its folder is; some file systems cannot say.
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
        replace_file(path, |file| file.write_all(content), |error| error)
    }

    #[test]
    fn threads_that_write_to_one_path_leave_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let contents: Vec<Vec<u8>> = (0..8).map(|number| vec![number; 100_000 + usize::from(number)]).collect();
        for _ in 0..10 {
            std::thread::scope(|scope| {
                for content in &contents {
                    scope.spawn(|| replace(&path, content).unwrap());
                }
            });
            assert!(contents.contains(&fs::read(&path).unwrap()));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn names_may_be_as_long_as_they_can_be() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["é".repeat(127), "a".repeat(255)] {
            let path = folder.path().join(name);
            replace(&path, b"1").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"1");
        }
    }

    #[test]
    fn places_that_are_none_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(folder.path(), b"1").is_err());
        assert!(replace(&folder.path().join("no/a"), b"1").is_err());
        assert!(replace(Path::new(".."), b"1").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_permissions_stay_and_devices_are_written_to() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        replace(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
