//! Storage options, under fsspec's names.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::option_names::{canonical, is_secret, parts};
use crate::{Result, StoreError};

/// What is needed to talk to a store. Values of secrets are never shown or serialised.
///
/// | option | for | meaning |
/// |---|---|---|
/// | `anon` | s3, gs, az | no signature: public data |
/// | `key`, `secret`, `token` | s3 | credentials; without them those of the environment or of `profile` |
/// | `profile` | s3 | a section of `~/.aws/credentials` and `~/.aws/config` |
/// | `endpoint_url`, `region` | s3 (`endpoint_url` also gs, az) | another server than Amazon's |
/// | `requester_pays`, `virtual_hosted` | s3 | as named |
/// | `token` | gs | `anon`, a bearer token, or the path of a key file |
/// | `account_name`, `account_key`, `sas_token`, `connection_string`, `tenant_id`, `client_id`, `client_secret` | az | as named |
/// | `headers.NAME` | http | a header of every request |
/// | `timeout` | all | seconds for one request (20), beside the time that its bytes take at 64 KiB/s |
/// | `deadline` | all | seconds for one read, or one listing, with all its retries (60) |
/// | `max_concurrency` | all | requests in flight (256) |
/// | `max_objects` | all | objects of one listing (1,000,000) |
///
/// # Examples
/// ```
/// use nunatak_store::StorageOptions;
///
/// let given = [("secret", "hush"), ("client_kwargs.region_name", "eu-north-1")];
/// let options = StorageOptions::new(given.map(|(name, value)| (name.into(), value.into())))?;
/// assert_eq!(format!("{options:?}"), r#"{"region": "eu-north-1", "secret": "…"}"#);
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorageOptions {
    values: BTreeMap<String, String>,
    said_by: SaidBy,
}

/// Who says where data are, and so whether requests may prove who reads.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum SaidBy {
    /// The reader.
    #[default]
    Reader,
    /// A file, as far as is known: see [`Store::named_by_file`](crate::Store::named_by_file).
    File,
    /// A file, and the reader has nothing to do with the server that it names: requests prove nothing.
    FileAlone,
}

impl StorageOptions {
    /// Options from names and values; nested ones are written `client_kwargs.endpoint_url`.
    ///
    /// # Errors
    /// [`StoreError::BadOption`] for a name that is not known or a value that cannot be read.
    pub fn new(given: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut options = Self::default();
        for (name, value) in given {
            match canonical(&name)?.as_str() {
                // The name that gcsfs has for public data.
                "token" if value == "anon" => options.values.insert("anon".into(), "true".into()),
                name => options.values.insert(name.into(), value),
            };
        }
        options.seconds("timeout", 1.0)?;
        options.seconds("deadline", 1.0)?;
        options.max_concurrency()?;
        options.max_objects()?;
        if let Some(address) = options.get("endpoint_url") {
            check_address(address, "")?;
        }
        // These become parts of a host's name.
        for name in ["region", "account_name"] {
            if options
                .get(name)
                .is_some_and(|value| !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
            {
                return Err(StoreError::BadOption {
                    name: name.into(),
                    problem: "expected letters, digits and `-`".into(),
                });
            }
        }
        for flag in ["anon", "use_ssl", "requester_pays"] {
            options.flag(flag)?;
        }
        Ok(options)
    }

    /// Options that a file names, as a pickled catalog does: what they prove of who reads is decided as for
    /// [`Store::named_by_file`](crate::Store::named_by_file). Secrets are left out.
    ///
    /// # Errors
    /// As [`StorageOptions::new`].
    pub fn named_by_file<'a>(named: impl IntoIterator<Item = (&'a String, &'a String)>) -> Result<Self> {
        let open = named.into_iter().filter(|(name, _)| canonical(name).is_ok_and(|name| !is_secret(&name)));
        let options = Self::new(open.map(|(name, value)| (name.clone(), value.clone())))?;
        Ok(Self { said_by: SaidBy::File, ..options })
    }

    /// The value of an option, under its own name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Options that are no secret: they travel with pickled arrays and saved catalogs.
    pub fn public(&self) -> BTreeMap<String, String> {
        let open = self.values.iter().filter(|(name, _)| !is_secret(name));
        open.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The values that are secret, and the parts that they consist of.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|(name, _)| is_secret(name)).flat_map(|(name, value)| parts(name, value))
    }

    /// These options, and those that a file names where these say nothing. A server that only the file names gets no
    /// proof of who reads, unless `is_own` says that it is the reader's.
    ///
    /// # Errors
    /// As [`StorageOptions::new`].
    pub(crate) fn completed_by_file(
        &self,
        named: &BTreeMap<String, String>,
        is_own: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let is_reader = self.said_by == SaidBy::Reader;
        let mut options = Self::named_by_file(named)?;
        options.values.extend(self.values.clone());
        let is_meant = is_reader && (self.get("endpoint_url").is_some() || self.has_credentials());
        let is_signed = is_meant || options.get("endpoint_url").is_none_or(is_own);
        options.said_by = if is_signed { SaidBy::Reader } else { SaidBy::FileAlone };
        Ok(options)
    }

    fn has_credentials(&self) -> bool {
        let names = ["key", "token", "profile", "account_key", "sas_token", "connection_string", "client_secret"];
        names.iter().any(|name| self.get(name).is_some())
    }

    /// Whether credentials come from where there may be others later: not from these options.
    pub(crate) fn may_get_others(&self) -> bool {
        !self.is_unsigned() && (self.get("profile").is_some() || !self.has_credentials())
    }

    /// Whether nothing is said.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether nothing of the reader may be in a request, not even from the environment.
    pub(crate) fn is_unsigned(&self) -> bool {
        self.said_by == SaidBy::FileAlone
    }

    /// Whether a file says where data are, and nobody has decided yet what that means.
    pub(crate) fn is_of_file(&self) -> bool {
        self.said_by == SaidBy::File
    }

    /// Whether requests to this server prove who reads, as the reader wanted.
    pub(crate) fn signs_for(&self, endpoint: &str) -> bool {
        !self.is_anonymous() && self.get("endpoint_url") == Some(endpoint)
    }

    /// The profile whose credentials are used.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.get("profile").filter(|_| !self.is_unsigned())
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(Some(true)),
            "false" | "0" | "no" => Ok(Some(false)),
            _ => Err(StoreError::BadOption { name: name.into(), problem: "expected true or false".into() }),
        }
    }

    /// Whether requests go without a signature.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.is_unsigned() || matches!(self.flag("anon"), Ok(Some(true)))
    }

    pub(crate) fn seconds(&self, name: &str, default: f64) -> Result<Duration> {
        let number = self.get(name).map(str::parse::<f64>).transpose().ok().map(|number| number.unwrap_or(default));
        match number {
            Some(number) if number.is_finite() && number > 0.0 && number < 1e6 => Ok(Duration::from_secs_f64(number)),
            _ => {
                let problem = "expected a positive number of seconds".into();
                Err(StoreError::BadOption { name: name.into(), problem })
            }
        }
    }

    pub(crate) fn max_concurrency(&self) -> Result<usize> {
        let Some(text) = self.get("max_concurrency") else { return Ok(256) };
        match text.parse() {
            Ok(count) if (1..=4096).contains(&count) => Ok(count),
            _ => {
                let problem = "expected a number from 1 to 4096".into();
                Err(StoreError::BadOption { name: "max_concurrency".into(), problem })
            }
        }
    }

    pub(crate) fn max_objects(&self) -> Result<usize> {
        let Some(text) = self.get("max_objects") else { return Ok(1_000_000) };
        match text.parse() {
            Ok(count) if count > 0 => Ok(count),
            _ => {
                let problem = "expected a number of objects".into();
                Err(StoreError::BadOption { name: "max_objects".into(), problem })
            }
        }
    }

    /// Headers of every HTTP request.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().filter_map(|(name, value)| Some((name.strip_prefix("headers.")?, value.as_str())))
    }
}

/// An address of a server is no secret, travels, and stands in messages: it must not carry one.
///
/// # Errors
/// [`StoreError::BadOption`]; `place` says whose endpoint it is.
pub(crate) fn check_address(address: &str, place: &str) -> Result<()> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    if rest.contains(['?', '#', '@']) {
        let expected = "expected a URL without user, query or fragment; use the options key and secret";
        let problem = if place.is_empty() { expected.into() } else { format!("that {place}: {expected}") };
        return Err(StoreError::BadOption { name: "endpoint_url".into(), problem });
    }
    Ok(())
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.values.iter().map(|(name, value)| (name, if is_secret(name) { "…" } else { value.as_str() }));
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(given: &[(&str, &str)]) -> Result<StorageOptions> {
        StorageOptions::new(given.iter().map(|(name, value)| (name.to_string(), value.to_string())))
    }

    #[test]
    fn names_of_fsspec_are_known() {
        let known = options(&[("client_kwargs.endpoint_url", "http://here"), ("anon", "True")]).unwrap();
        assert_eq!(known.get("endpoint_url"), Some("http://here"));
        assert!(known.is_anonymous());
        let error = options(&[("endpoint_uri", "x")]).unwrap_err().to_string();
        assert!(error.contains("endpoint_uri") && error.contains("endpoint_url"), "{error}");
    }

    #[test]
    fn secrets_are_shown_nowhere() {
        let secret = options(&[("key", "AKIAsecret"), ("secret", "deepsecret"), ("region", "eu-north-1")]).unwrap();
        let shown = format!("{secret:?}");
        assert!(!shown.contains("deepsecret") && !shown.contains("AKIAsecret") && shown.contains("eu-north-1"));
        assert_eq!(secret.public().into_keys().collect::<Vec<_>>(), ["region"]);
        assert_eq!(secret.secrets().collect::<Vec<_>>(), ["AKIAsecret", "deepsecret"]);
        let secret = options(&[("connection_string", "AccountName=me;AccountKey=deepsecret==")]).unwrap();
        assert!(secret.secrets().any(|value| value == "deepsecret=="));
        let error = options(&[("endpoint_url", "https://me:deepsecret@here")]).unwrap_err().to_string();
        assert!(error.contains("endpoint_url") && !error.contains("deepsecret"), "{error}");
        let error = options(&[("deadline", "topsecret")]).unwrap_err().to_string();
        assert!(!error.contains("topsecret"), "{error}");
    }

    #[test]
    fn a_server_that_a_file_names_gets_no_proof_of_who_reads() {
        let named =
            |given: &[(&str, &str)]| given.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let theirs = named(&[("endpoint_url", "http://theirs"), ("profile", "mine"), ("key", "x"), ("headers.a", "b")]);
        let is_unsigned = |given: &[(&str, &str)]| {
            let completed = options(given).unwrap().completed_by_file(&theirs, |_| false).unwrap();
            assert!(completed.get("headers.a").is_none() && completed.get("endpoint_url").is_some());
            (completed.is_unsigned(), completed.is_anonymous(), completed.profile().is_none())
        };
        assert_eq!(is_unsigned(&[]), (true, true, true));
        assert_eq!(is_unsigned(&[("deadline", "3"), ("region", "x")]), (true, true, true));
        for consent in [("endpoint_url", "http://mine"), ("key", "mine"), ("profile", "mine"), ("token", "mine")] {
            assert_eq!(is_unsigned(&[consent]), (false, false, false), "{consent:?}");
        }
        let own = StorageOptions::default().completed_by_file(&theirs, |server| server == "http://theirs").unwrap();
        assert!(!own.is_unsigned());
        let no_server = named(&[("region", "eu-north-1"), ("profile", "mine")]);
        assert!(!StorageOptions::default().completed_by_file(&no_server, |_| false).unwrap().is_unsigned());
    }

    #[test]
    fn what_becomes_a_host_has_no_other_signs() {
        for value in ["evil.com/", "a.b", "a@b", "a\\b", "a#"] {
            assert!(options(&[("region", value)]).is_err() && options(&[("account_name", value)]).is_err(), "{value}");
        }
        assert!(options(&[("token", "anon")]).unwrap().is_anonymous());
    }
}
