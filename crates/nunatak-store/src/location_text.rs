//! Locations from text: paths and URLs.

use std::path::PathBuf;
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
            return local_path(rest).map(Self::Local);
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
        // A slash in front is a part of a key in a bucket: without it another object would be read.
        let key = key.trim_end_matches('/');
        let is_bucket = matches!(known, Scheme::S3 | Scheme::Gs | Scheme::Az);
        let key = if is_bucket { key } else { key.trim_start_matches('/') };
        Ok(Self::Remote { scheme: *known, bucket: bucket.into(), key: key.into() })
    }
}

/// The path of a `file://` URL without its scheme. What is percent-encoded there is decoded, as RFC 8089 has it: spaces,
/// letters beyond ASCII, `#` and `%` itself.
fn local_path(rest: &str) -> Result<PathBuf> {
    let bad = |expected: &str| StoreError::BadLocation { found: format!("file://{rest}"), expected: expected.into() };
    let path = rest.strip_prefix("localhost/").map_or(rest, |_| &rest["localhost".len()..]);
    let decoded = percent_decoded(path);
    if decoded.contains(&0) {
        return Err(bad("expected a path without NUL"));
    }
    path_of_bytes(decoded).ok_or_else(|| bad("expected the percent escapes of UTF-8"))
}

/// Bytes whose percent escapes are resolved.
pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "on other systems paths are text")]
fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    Some(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes).into())
}

/// `/C:/data` is `C:/data` where drives have letters.
#[cfg(not(unix))]
fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    let text = String::from_utf8(bytes).ok()?;
    let has_drive = matches!(text.as_bytes(), [b'/', letter, b':', ..] if letter.is_ascii_alphabetic());
    Some(if has_drive { text[1..].into() } else { text.into() })
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
        for (address, path) in [
            ("file:///data/with%20space.nc", "/data/with space.nc"),
            ("file:///R%C3%BCgen/run%20%231/a%2520b.nc", "/Rügen/run #1/a%20b.nc"),
            ("file://localhost/data/a.nc", "/data/a.nc"),
            ("file:///data/100%.nc", "/data/100%.nc"),
        ] {
            assert_eq!(Location::parse(address).unwrap(), Location::Local(path.into()), "{address}");
        }
        assert_eq!(Location::parse("/data/a%20b.nc").unwrap(), Location::Local("/data/a%20b.nc".into()));
        assert!(Location::parse("file:///a%00b").is_err());
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
