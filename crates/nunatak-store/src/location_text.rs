//! Locations from text: paths and URLs.

use std::str::FromStr;

use crate::{Location, Result, Scheme, StoreError};

/// Schemes of URLs, under every name that is in use.
const SCHEMES: [(&str, Scheme); 10] = [
    ("s3", Scheme::S3),
    ("s3a", Scheme::S3),
    ("gs", Scheme::Gs),
    ("gcs", Scheme::Gs),
    ("az", Scheme::Az),
    ("abfs", Scheme::Az),
    ("abfss", Scheme::Az),
    ("http", Scheme::Http),
    ("https", Scheme::Https),
    ("reader", Scheme::Reader),
];

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
        let Some((_, known)) = SCHEMES.iter().find(|(name, _)| *name == scheme) else {
            // The rest of it may hold a password.
            let shown = format!("{scheme}://…");
            return Err(bad(&shown, "expected a path or one of file://, s3://, gs://, az://, http://, https://"));
        };
        if *known != Scheme::Reader && rest.contains(['?', '#'])
            || rest.split('/').next().is_some_and(|host| host.contains('@'))
        {
            let shown = format!("{scheme}://…");
            return Err(bad(&shown, "expected a URL without user, query or fragment; use storage_options instead"));
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(bad(text, "expected a bucket or host after ://"));
        }
        Ok(Self::Remote { scheme: *known, bucket: bucket.into(), key: key.trim_matches('/').into() })
    }
}

impl TryFrom<String> for Location {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

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
