//! Storage options, under fsspec's names.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::{Result, StoreError};

/// An option: its own name, other names it goes by, and whether its value is a secret.
struct KnownOption(&'static str, &'static [&'static str], bool);

const KNOWN: &[KnownOption] = &[
    KnownOption("anon", &["skip_signature", "no_sign_request"], false),
    KnownOption("key", &["aws_access_key_id", "access_key_id", "username"], true),
    KnownOption("secret", &["aws_secret_access_key", "secret_access_key", "password"], true),
    KnownOption("token", &["aws_session_token", "session_token", "bearer_token"], true),
    KnownOption("profile", &["profile_name"], false),
    KnownOption("endpoint_url", &["endpoint", "client_kwargs.endpoint_url", "account_host"], false),
    KnownOption("region", &["region_name", "client_kwargs.region_name", "aws_region"], false),
    KnownOption("requester_pays", &["request_payer"], false),
    KnownOption("use_ssl", &[], false),
    KnownOption("virtual_hosted", &["config_kwargs.s3.addressing_style"], false),
    KnownOption("project", &[], false),
    KnownOption("account_name", &[], false),
    KnownOption("account_key", &["access_key"], true),
    KnownOption("sas_token", &[], true),
    KnownOption("connection_string", &[], true),
    KnownOption("tenant_id", &[], false),
    KnownOption("client_id", &[], false),
    KnownOption("client_secret", &[], true),
    KnownOption("timeout", &["client_kwargs.timeout", "read_timeout", "config_kwargs.read_timeout"], false),
    KnownOption("deadline", &[], false),
    KnownOption("max_concurrency", &["batch_size"], false),
];

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
/// | `deadline` | all | seconds for one read with all its retries (60) |
/// | `max_concurrency` | all | requests in flight (256) |
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
pub struct StorageOptions(BTreeMap<String, String>);

impl StorageOptions {
    /// Options from names and values; nested ones are written `client_kwargs.endpoint_url`.
    ///
    /// # Errors
    /// [`StoreError::BadOption`] for a name that is not known or a value that cannot be read.
    pub fn new(given: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut options = Self::default();
        for (name, value) in given {
            let name = canonical(&name)?;
            options.0.insert(name, value);
        }
        options.seconds("timeout", 1.0)?;
        options.seconds("deadline", 1.0)?;
        options.max_concurrency()?;
        options.check_endpoint()?;
        for flag in ["anon", "use_ssl", "requester_pays"] {
            options.flag(flag)?;
        }
        Ok(options)
    }

    /// The value of an option, under its own name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Options that are no secret: they travel with pickled arrays and saved catalogs.
    pub fn public(&self) -> BTreeMap<String, String> {
        let open = self.0.iter().filter(|(name, _)| !is_secret(name));
        open.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Text with every secret value blanked, and without the queries of its URLs: stores put signatures there, in an
    /// order and spelling of their own.
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        let secrets = self.0.iter().filter(|(name, _)| is_secret(name)).flat_map(|(name, value)| parts(name, value));
        let blanked =
            secrets.filter(|value| value.len() > 3).fold(text.to_string(), |text, value| text.replace(value, "…"));
        without_queries(&blanked)
    }

    /// An address is no secret and travels: it must not carry one.
    fn check_endpoint(&self) -> Result<()> {
        let Some((_, rest)) = self.get("endpoint_url").and_then(|url| url.split_once("://")) else { return Ok(()) };
        if rest.contains(['?', '#', '@']) {
            let problem = "expected a URL without user, query or fragment; use the options key and secret".into();
            return Err(StoreError::BadOption { name: "endpoint_url".into(), problem });
        }
        Ok(())
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
        matches!(self.flag("anon"), Ok(Some(true))) || self.get("token") == Some("anon")
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

    /// Headers of every HTTP request.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("headers.")?, value.as_str())))
    }
}

fn canonical(name: &str) -> Result<String> {
    let header = name.strip_prefix("client_kwargs.").unwrap_or(name);
    if header.starts_with("headers.") {
        return Ok(header.to_string());
    }
    match KNOWN.iter().find(|known| known.0 == name || known.1.contains(&name)) {
        Some(known) => Ok(known.0.to_string()),
        None => {
            let names: Vec<&str> = KNOWN.iter().map(|known| known.0).collect();
            let problem = format!("not known; the options are {} and headers.NAME", names.join(", "));
            Err(StoreError::BadOption { name: name.into(), problem })
        }
    }
}

/// A secret, and the values of the pairs that it consists of.
fn parts<'a>(name: &str, value: &'a str) -> impl Iterator<Item = &'a str> {
    let separator = match name {
        "connection_string" => ';',
        "sas_token" => '&',
        _ => '\0',
    };
    let values = value.split(separator).filter_map(|pair| pair.split_once('=')).map(|(_, value)| value);
    std::iter::once(value).chain(values.filter(move |_| separator != '\0'))
}

fn without_queries(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        match word.split_once('?') {
            Some((start, rest)) if start.contains("://") => {
                kept.push_str(start);
                kept.extend(rest.chars().last().filter(|last| last.is_whitespace()));
            }
            _ => kept.push_str(word),
        }
    }
    kept
}

/// Headers carry tokens, so all of them count as secrets.
fn is_secret(name: &str) -> bool {
    name.starts_with("headers.") || KNOWN.iter().any(|known| known.0 == name && known.2)
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(name, value)| (name, if is_secret(name) { "…" } else { value.as_str() }));
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
        assert_eq!(secret.without_secrets("GET ?sig=deepsecret"), "GET ?sig=…");
        let shown = secret.without_secrets("GET https://box/a.nc?sv=1&sig=other in 2 ms: why?");
        assert_eq!(shown, "GET https://box/a.nc in 2 ms: why?");
        let secret = options(&[("connection_string", "AccountName=me;AccountKey=deepsecret==")]).unwrap();
        assert_eq!(secret.without_secrets("bad key deepsecret=="), "bad key …");
        let error = options(&[("endpoint_url", "https://me:deepsecret@here")]).unwrap_err().to_string();
        assert!(error.contains("endpoint_url") && !error.contains("deepsecret"), "{error}");
        let error = options(&[("deadline", "topsecret")]).unwrap_err().to_string();
        assert!(!error.contains("topsecret"), "{error}");
    }
}
