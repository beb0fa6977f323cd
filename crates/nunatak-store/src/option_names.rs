//! Names of storage options, and which of them are secret.

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
    KnownOption("max_objects", &[], false),
];

/// The own name of an option.
///
/// # Errors
/// [`StoreError::BadOption`] for a name that is not known.
pub(crate) fn canonical(name: &str) -> Result<String> {
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

/// Headers carry tokens, so all of them count as secrets.
pub(crate) fn is_secret(name: &str) -> bool {
    name.starts_with("headers.") || KNOWN.iter().any(|known| known.0 == name && known.2)
}

/// A secret, and the values of the pairs that it consists of.
pub(crate) fn parts<'a>(name: &str, value: &'a str) -> impl Iterator<Item = &'a str> {
    let separator = match name {
        "connection_string" => ';',
        "sas_token" => '&',
        _ => '\0',
    };
    let values = value.split(separator).filter_map(|pair| pair.split_once('=')).map(|(_, value)| value);
    std::iter::once(value).chain(values.filter(move |_| separator != '\0'))
}
