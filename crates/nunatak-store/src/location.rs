//! Where a file is: a path, or a place in an object store.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Result, StoreError};

/// Kinds of remote stores.
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
}

impl Scheme {
    const ALL: [(&'static str, Self); 9] = [
        ("s3", Self::S3),
        ("s3a", Self::S3),
        ("gs", Self::Gs),
        ("gcs", Self::Gs),
        ("az", Self::Az),
        ("abfs", Self::Az),
        ("abfss", Self::Az),
        ("http", Self::Http),
        ("https", Self::Https),
    ];

    /// As it is written before `://`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gs => "gs",
            Self::Az => "az",
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Where a file, or a directory of files, is.
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
    /// A location from text: a path, a `file://` URL, or a URL of a store.
    ///
    /// # Errors
    /// [`StoreError::BadLocation`] for another scheme, and for URLs with a user, a query or a fragment: those carry
    /// credentials, which belong into the storage options.
    pub fn parse(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(Self::Local(text.into())) };
        if scheme == "file" {
            return Ok(Self::Local(rest.into()));
        }
        let bad = |found: &str, expected: &str| StoreError::BadLocation {
            found: found.to_string(),
            expected: expected.to_string(),
        };
        let Some((_, known)) = Scheme::ALL.iter().find(|(name, _)| *name == scheme) else {
            // The rest of it may hold a password.
            let shown = format!("{scheme}://…");
            return Err(bad(&shown, "expected a path or one of file://, s3://, gs://, az://, http://, https://"));
        };
        if rest.contains(['?', '#']) || rest.split('/').next().is_some_and(|host| host.contains('@')) {
            let shown = format!("{scheme}://…");
            return Err(bad(&shown, "expected a URL without user, query or fragment; use storage_options instead"));
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(bad(text, "expected a bucket or host after ://"));
        }
        Ok(Self::Remote { scheme: *known, bucket: bucket.into(), key: key.trim_matches('/').into() })
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
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

impl TryFrom<String> for Location {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_a_location_and_text_again() {
        for text in ["/data/a.nc", "relative/b.nc", "s3://bucket/a/b.nc", "https://host:8080/x.nc", "gs://bucket/"] {
            assert_eq!(Location::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Location::parse("file:///data/a.nc").unwrap(), Location::Local("/data/a.nc".into()));
        assert_eq!(Location::parse("abfs://box/k").unwrap().to_string(), "az://box/k");
    }

    #[test]
    fn credentials_in_a_url_are_refused_without_being_shown() {
        let texts =
            ["https://user:secret@host/a.nc", "https://host/a.nc?X-Amz-Signature=secret", "ftp://me:secret@host"];
        for text in texts {
            let error = Location::parse(text).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(Location::parse("ftp://host/a").unwrap_err().to_string().contains("s3://"));
        assert!(Location::parse("s3://").is_err());
    }

    #[test]
    fn places_below_a_directory() {
        let root = Location::parse("s3://bucket/ismip6").unwrap();
        let file = root.join("JPL1/ISSM/exp05/lithk.nc");
        assert_eq!(file.below(&root), Path::new("JPL1/ISSM/exp05/lithk.nc"));
        assert_eq!(file.file_name(), "lithk.nc");
    }
}
