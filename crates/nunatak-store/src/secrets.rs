//! Texts without secrets: the one place that takes them out, knowing the values that are in use.
//!
//! Messages hold what servers answer, and servers quote: headers, addresses, whole requests, as JSON or XML, escaped, in
//! capitals, cut short. So not only a secret itself is blanked, but whatever has eight signs in a row of it.

use std::collections::HashSet;

/// Signs in a row that no text may have of a secret.
const GRAM: usize = 8;
/// Shorter values are no secrets that could be told from words.
const SHORTEST: usize = 4;
/// Variables of the environment that clients of stores take credentials from begin with one of these.
const PREFIXES: [&str; 6] = ["AWS_", "GOOGLE_", "AZURE_", "GCS_", "EARTHDATA_", "FSSPEC_"];
/// Words in the names of variables, settings and parameters that hold secrets.
const WORDS: [&str; 6] = ["key", "secret", "token", "password", "sas", "sig"];

/// Values of credentials, in every spelling that a message may have.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Those that the environment holds.
    pub(crate) fn of_environment() -> Self {
        let mut secrets = Self::default();
        for (name, value) in std::env::vars_os() {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
            if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
                secrets.add_if_named(name, value);
                secrets.add_user(value);
            } else if name.to_ascii_lowercase().ends_with("_proxy") {
                secrets.add_user(value);
            }
        }
        secrets
    }

    /// A value that is secret.
    pub(crate) fn add(&mut self, value: &str) {
        let value = value.trim().to_ascii_lowercase();
        if value.len() < SHORTEST || self.0.contains(&value) {
            return;
        }
        let others = [percent_encoded(&value), value.replace('/', "\\/"), xml_escaped(&value)];
        let spellings = others.into_iter().filter(|other| *other != value).collect::<Vec<_>>();
        self.0.push(value);
        self.0.extend(spellings);
    }

    /// A value whose name says whether it is secret.
    pub(crate) fn add_if_named(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let is_place = ["_file", "_path", "_uri", "_url"].iter().any(|end| name.ends_with(end));
        if !is_place && name != "continuation-token" && WORDS.iter().any(|word| name.contains(word)) {
            self.add(value);
        }
    }

    /// The user and the password of an address.
    pub(crate) fn add_user(&mut self, address: &str) {
        let authority = address.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
        let Some((user, _)) = authority.and_then(|authority| authority.rsplit_once('@')) else { return };
        user.split(':').for_each(|part| self.add(part));
    }

    /// Text without them, and without users and queries of addresses: stores put signatures there, in an order and
    /// spelling of their own.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.blank(&without_queries(&without_users(text)))
    }

    /// As [`Secrets::scrub`], for secrets of two kinds.
    pub(crate) fn scrub_with(&self, others: &Self, text: &str) -> String {
        others.blank(&self.scrub(text))
    }

    fn blank(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let mut hidden = vec![false; lower.len()];
        let mut grams: HashSet<&[u8]> = HashSet::new();
        for secret in &self.0 {
            if secret.len() >= GRAM {
                grams.extend(secret.as_bytes().windows(GRAM));
                continue;
            }
            for (at, _) in lower.match_indices(secret.as_str()) {
                if is_word(&lower, at, secret.len()) {
                    hidden[at..at + secret.len()].fill(true);
                }
            }
        }
        for (at, gram) in lower.as_bytes().windows(GRAM).enumerate() {
            if grams.contains(gram) {
                hidden[at..at + GRAM].fill(true);
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut was_hidden = false;
        for (at, sign) in text.char_indices() {
            let is_hidden = hidden[at..at + sign.len_utf8()].contains(&true);
            if !is_hidden {
                shown.push(sign);
            } else if !was_hidden {
                shown.push('…');
            }
            was_hidden = is_hidden;
        }
        shown
    }
}

/// Text of others for a message: without users and queries of addresses, and without what the environment holds of
/// credentials.
///
/// # Examples
/// ```
/// let text = "cannot read https://me:hush@host/a.nc?X-Amz-Signature=abc today";
/// assert_eq!(nunatak_store::without_secrets(text), "cannot read https://host/a.nc today");
/// ```
pub fn without_secrets(text: &str) -> String {
    Secrets::of_environment().scrub(text)
}

/// Whether a part of a text stands for itself.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let is_sign = |sign: Option<&u8>| sign.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    !is_sign(at.checked_sub(1).and_then(|before| bytes.get(before))) && !is_sign(bytes.get(at + length))
}

fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text whose addresses have no user.
fn without_users(text: &str) -> String {
    let mut parts = text.split("://");
    let mut kept = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let ends = |sign: char| sign.is_whitespace() || "/?#\"'<>),".contains(sign);
        let (authority, rest) = part.split_at(part.find(ends).unwrap_or(part.len()));
        kept.push_str("://");
        kept.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        kept.push_str(rest);
    }
    kept
}

/// Text whose addresses have no query.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        values.iter().for_each(|value| secrets.add(value));
        secrets
    }

    #[test]
    fn a_secret_is_blanked_however_it_is_spelt() {
        let known = secrets(&["FwoG//session+token/of=length==", "a&b<secret>"]);
        for quoted in [
            "FwoG//session+token/of=length==",
            "FWOG//SESSION+TOKEN/OF=LENGTH==",
            "FwoG%2F%2Fsession%2Btoken%2Fof%3Dlength%3D%3D",
            "FwoG%2f%2fsession%2btoken%2fof%3dlength%3d%3d",
            "FwoG\\/\\/session+token\\/of=length==",
            "a&amp;b&lt;secret&gt;",
        ] {
            assert_eq!(known.scrub(&format!("{{\"h\": \"{quoted}\"}}")), "{\"h\": \"…\"}", "{quoted}");
        }
        assert_eq!(known.scrub("cut short: G//session+tok, é"), "cut short: …, é");
    }

    #[test]
    fn short_secrets_are_words() {
        let known = secrets(&["NAME", "abc"]);
        assert_eq!(known.scrub("key NAME, filename, abc"), "key …, filename, abc");
    }

    #[test]
    fn addresses_lose_users_and_queries() {
        for (text, shown) in [
            ("GET https://me:hush@h/a.nc in 2 ms", "GET https://h/a.nc in 2 ms"),
            ("(http://hush@h:80)", "(http://h:80)"),
            ("GET https://box/a.nc?sv=1&sig=other in 2 ms: why?", "GET https://box/a.nc in 2 ms: why?"),
            ("to http://a@b/ and http://c:d@e?f=g", "to http://b/ and http://e"),
        ] {
            assert_eq!(Secrets::default().scrub(text), shown);
        }
    }

    #[test]
    fn names_say_what_is_secret() {
        let mut known = Secrets::default();
        for name in ["aws_session_token", "X-Amz-Signature", "AZURE_STORAGE_SAS_KEY"] {
            known.add_if_named(name, &format!("value-of-{name}"));
        }
        for name in ["region", "continuation-token", "AWS_WEB_IDENTITY_TOKEN_FILE"] {
            known.add_if_named(name, &format!("public-{name}"));
        }
        assert_eq!(known.0.len(), 3);
        known.add_user("http://someone:password@host/");
        assert_eq!(known.scrub("someone has password"), "… has …");
    }
}
