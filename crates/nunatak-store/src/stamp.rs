//! Stamps of files: which state of a file bytes belong to.

use serde::{Deserialize, Serialize};

/// What tells one state of a file from another of the same length.
///
/// # Examples
/// ```
/// use nunatak_store::{Stamp, Version};
///
/// let then = Stamp { length: 10, version: Version::ETag("a1".into()) };
/// let now = Stamp { length: 10, version: Version::ETag("b2".into()) };
/// assert_eq!(then.difference(&now), Some("ETag a1 then, b2 now".into()));
/// assert!(!Stamp { length: 10, version: Version::Unknown }.is_certain());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Version {
    /// An object store's entity tag, without quotes unless it is weak.
    ETag(String),
    /// Modification time in nanoseconds since 1970.
    Modified(i64),
    /// The store tells neither.
    Unknown,
}

/// Which state of a file bytes belong to: a file that changed since is not read.
///
/// # Examples
/// ```
/// use nunatak_store::{Stamp, Version};
///
/// let then = Stamp { length: 10, version: Version::Unknown };
/// assert_eq!(then.difference(&Stamp { length: 12, ..then.clone() }), Some("10 bytes then, 12 now".into()));
/// assert_eq!(then.difference(&then), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub length: u64,
    /// What else tells states apart.
    pub version: Version,
}

impl Stamp {
    /// The stamp of a local file.
    pub fn of_file(metadata: &std::fs::Metadata) -> Self {
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let nanoseconds = modified.and_then(|since| i64::try_from(since.as_nanos()).ok());
        Self { length: metadata.len(), version: nanoseconds.map_or(Version::Unknown, Version::Modified) }
    }

    /// What the system counts itself when the content of a local file changes: number and time of change of its inode.
    ///
    /// Programs that set modification times (`rsync -t`, `cp -p`, archives) cannot set these, so they tell whether
    /// what is known of a file is still true; but they change, too, when only the owner or the mode does. `None` where
    /// the system has no such numbers.
    ///
    /// # Examples
    /// ```
    /// use nunatak_store::Stamp;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let (path, other) = (folder.path().join("a.nc"), folder.path().join("b.nc"));
    /// std::fs::write(&path, b"365_day")?;
    /// let before = Stamp::change_of_file(&std::fs::metadata(&path)?);
    /// std::fs::write(&other, b"360_day")?;
    /// std::fs::rename(&other, &path)?;
    /// let after = Stamp::change_of_file(&std::fs::metadata(&path)?);
    /// assert!(before.is_none() || before != after);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn change_of_file(metadata: &std::fs::Metadata) -> Option<String> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(format!("{}.{:09} {}", metadata.ctime(), metadata.ctime_nsec(), metadata.ino()))
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            None
        }
    }

    pub(crate) fn of_object(meta: &object_store::ObjectMeta) -> Self {
        let version = match (&meta.e_tag, meta.last_modified.timestamp_nanos_opt()) {
            // Azure quotes tags in headers and not in listings.
            (Some(tag), _) => Version::ETag(tag.trim_matches('"').to_string()),
            (None, Some(nanoseconds)) if nanoseconds > 0 => Version::Modified(nanoseconds),
            _ => Version::Unknown,
        };
        Self { length: meta.size, version }
    }

    /// Whether a cached result for this stamp may be used again: only when the store says something about the state.
    pub fn is_certain(&self) -> bool {
        self.version != Version::Unknown
    }

    /// What differs from another stamp, in words; `None` when nothing does.
    pub fn difference(&self, now: &Self) -> Option<String> {
        if self.length != now.length {
            return Some(format!("{} bytes then, {} now", self.length, now.length));
        }
        match (&self.version, &now.version) {
            (Version::ETag(then), Version::ETag(now)) if then != now => Some(format!("ETag {then} then, {now} now")),
            (Version::Modified(then), Version::Modified(now)) if then != now => Some("its modification time".into()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_with_and_without_quotes() {
        let stamp = |tag: &str| {
            Stamp::of_object(&object_store::ObjectMeta {
                location: "a.nc".into(),
                last_modified: std::time::SystemTime::UNIX_EPOCH.into(),
                size: 7,
                e_tag: Some(tag.into()),
                version: None,
            })
        };
        assert_eq!(stamp("0x8D93C7D4629C227"), stamp("\"0x8D93C7D4629C227\""));
        assert_eq!(stamp("W/\"1\""), stamp("W/\"1\""));
        assert!(stamp("\"1\"").difference(&stamp("\"2\"")).is_some());
        assert!(stamp("W/\"1\"").difference(&stamp("W/\"2\"")).is_some());
    }
}
