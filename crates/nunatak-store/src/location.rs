//! Locations of files: paths, and places in stores.

use std::fmt;
use std::path::{Path, PathBuf};

use object_store::path::Path as ObjectPath;
use serde::{Deserialize, Serialize};

/// Kinds of remote stores.
///
/// # Examples
/// ```
/// use nunatak_store::{Location, Scheme};
///
/// assert_eq!(Scheme::Gs.name(), "gs");
/// let location = Location::parse("gcs://bucket/lithk.nc")?;
/// assert!(matches!(location, Location::Remote { scheme: Scheme::Gs, .. }));
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Amazon S3 and stores that speak its language.
    S3,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Az,
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// A reader that the program brought itself, such as a Python file object; its name stands for the bucket.
    Reader,
}

impl Scheme {
    /// As it is written before `://`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gs => "gs",
            Self::Az => "az",
            Self::Http => "http",
            Self::Https => "https",
            Self::Reader => "reader",
        }
    }
}

/// Where a file, or a directory of files, is.
///
/// # Examples
/// ```
/// use nunatak_store::Location;
///
/// let file = Location::parse("s3://bucket/ismip6")?.join("exp05/lithk.nc");
/// assert_eq!(file.to_string(), "s3://bucket/ismip6/exp05/lithk.nc");
/// assert_eq!(file.file_name(), "lithk.nc");
/// assert!(Location::parse("/data/lithk.nc")?.is_local() && !file.is_local());
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Location {
    /// On this machine.
    Local(PathBuf),
    /// In an object store.
    Remote {
        /// Which kind of store.
        scheme: Scheme,
        /// Bucket, container, or host and port.
        bucket: String,
        /// Key of the object, without a slash in front.
        key: String,
    },
}

impl Location {
    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// Whether it belongs to a reader that the program brought itself, which no other process knows.
    pub fn is_reader(&self) -> bool {
        matches!(self, Self::Remote { scheme: Scheme::Reader, .. })
    }

    /// The path, when it is on this machine.
    pub fn as_path(&self) -> Option<&Path> {
        match self {
            Self::Local(path) => Some(path),
            Self::Remote { .. } => None,
        }
    }

    /// The location as text, like [`Path::display`].
    pub fn display(&self) -> &Self {
        self
    }

    /// The same place with an absolute path.
    #[must_use]
    pub fn absolute(&self) -> Self {
        match self {
            Self::Local(path) => Self::Local(std::path::absolute(path).unwrap_or_else(|_| path.clone())),
            Self::Remote { .. } => self.clone(),
        }
    }

    /// The path, or the key as a path: for names of directories and files.
    pub fn segments(&self) -> &Path {
        match self {
            Self::Local(path) => path,
            Self::Remote { key, .. } => Path::new(key),
        }
    }

    /// The segments below a directory; all of them when it is not below.
    pub fn below<'a>(&'a self, root: &Self) -> &'a Path {
        self.segments().strip_prefix(root.segments()).unwrap_or(self.segments())
    }

    /// The name of the file.
    pub fn file_name(&self) -> String {
        self.segments().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether it is an object whose key is no path, such as `a//b`: stores allow such keys, but none can be read here.
    ///
    /// # Examples
    /// ```
    /// use nunatak_store::Location;
    ///
    /// assert!(Location::parse("s3://bucket/a//b.nc")?.has_odd_key());
    /// assert!(!Location::parse("s3://bucket/a/b.nc")?.has_odd_key());
    /// # Ok::<(), nunatak_store::StoreError>(())
    /// ```
    pub fn has_odd_key(&self) -> bool {
        matches!(self, Self::Remote { scheme, key, .. } if *scheme != Scheme::Reader && is_odd(key))
    }

    /// A place below this one.
    #[must_use]
    pub fn join(&self, relative: &str) -> Self {
        match self {
            Self::Local(path) => Self::Local(path.join(relative)),
            Self::Remote { scheme, bucket, key } => {
                let key = if key.is_empty() { relative.to_string() } else { format!("{key}/{relative}") };
                Self::Remote { scheme: *scheme, bucket: bucket.clone(), key }
            }
        }
    }
}

/// Whether a key is no path, so that no request for it can be made.
pub(crate) fn is_odd(key: &str) -> bool {
    ObjectPath::parse(key).map_or(true, |path| path.as_ref() != key.strip_suffix('/').unwrap_or(key))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => write!(f, "{}", path.display()),
            Self::Remote { scheme, bucket, key } => write!(f, "{}://{bucket}/{key}", scheme.name()),
        }
    }
}

impl From<Location> for String {
    fn from(location: Location) -> Self {
        location.to_string()
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::Local(path)
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::Local(path.to_path_buf())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::Local(path.clone())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}
