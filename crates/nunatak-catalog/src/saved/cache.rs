//! Headers that this machine has read before, kept on disk.
//!
//! One file per archive, of the saved catalog's form. A header is used again only for the same location, length and
//! version (entity tag or modification time), and on this machine only for the same inode in the same state: `rsync -t`
//! puts other content of the same length under the same modification time. What goes wrong with the cache is as if there
//! were none.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nunatak_format::{Location, Version};

use crate::manifests::{Header, Manifests};
use crate::saved::table::{CHANGE, Saved, file_table};

/// A file modified this shortly before it was read may be modified again within the clock's tick.
const SETTLED: Duration = Duration::from_secs(2);
/// Archives that were not opened for this long are forgotten.
const FORGOTTEN: Duration = Duration::from_secs(90 * 24 * 3600);

/// The cache of one archive.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    path: PathBuf,
}

impl Cache {
    /// The cache of an archive, below `NUNATAK_CACHE_DIR` or the user's cache folder; `None` when there is neither,
    /// and for readers that only this process knows.
    pub(crate) fn of(root: &Location, manifests: &Manifests) -> Option<Self> {
        if root.is_reader() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (root.to_string(), manifests.public_options(), env!("CARGO_PKG_VERSION")).hash(&mut hasher);
        Some(Self { path: folder()?.join("headers").join(format!("{:016x}.parquet", hasher.finish())) })
    }

    /// Puts the headers of files that did not change where they belong.
    pub(crate) fn load(&self, root: &Location, manifests: &Manifests) {
        let Ok(saved) = Saved::read(&self.path) else { return };
        if saved.root != *root {
            return;
        }
        for ((file, header), change) in saved.files.into_iter().zip(saved.changes) {
            if let (Header::Known(_), Some((stamp, Header::Unread))) = (&header, manifests.get(&file.location))
                && stamp == file.stamp
                && stamp.is_certain()
                && change == manifests.change(&file.location)
            {
                manifests.insert(file.location, stamp, header);
            }
        }
    }

    /// Keeps the headers of these files.
    pub(crate) fn store(&self, root: &Location, locations: &[&Location], manifests: &Manifests) {
        let now = SystemTime::now();
        let settled = |location: &&&Location| match manifests.get(location) {
            Some((stamp, Header::Known(_))) => match stamp.version {
                Version::ETag(_) => true,
                Version::Modified(nanoseconds) => {
                    let modified = UNIX_EPOCH + Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0));
                    now.duration_since(modified).is_ok_and(|since| since > SETTLED)
                }
                Version::Unknown => false,
            },
            _ => false,
        };
        let kept: Vec<&Location> = locations.iter().filter(settled).copied().collect();
        let Some(folder) = self.path.parent() else { return };
        if kept.is_empty() || std::fs::create_dir_all(folder).is_err() {
            return;
        }
        forget_old(folder, now);
        if let Ok(table) = file_table(root, &manifests.public_options(), &kept, manifests) {
            let changes = kept.iter().map(|location| manifests.change(location)).collect();
            let _ = table.with_text(CHANGE, changes).write(&self.path);
        }
    }
}

/// Folders of the environment: one that is empty is as if it were not there, and so is a relative one of the desktop
/// (the XDG specification demands it), which would be another in every working directory.
fn folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let absolute = |name: &str| set(name).filter(|folder| folder.is_absolute());
    let user = || absolute("XDG_CACHE_HOME").map(|folder| folder.join("nunatak"));
    let home = || absolute("HOME").map(|home| home.join(".cache").join("nunatak"));
    set("NUNATAK_CACHE_DIR").or_else(user).or_else(home)
}

fn forget_old(folder: &std::path::Path, now: SystemTime) {
    let Ok(children) = std::fs::read_dir(folder) else { return };
    for child in children.flatten() {
        let modified = child.metadata().and_then(|metadata| metadata.modified());
        let old = modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > FORGOTTEN));
        if old {
            let _ = std::fs::remove_file(child.path());
        }
    }
}
