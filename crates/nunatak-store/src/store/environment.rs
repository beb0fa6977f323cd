//! What the environment says of stores, and what of it is secret.

use object_store::aws::AmazonS3ConfigKey as Key;

use crate::aws_profile::read_profile;
use crate::secrets::Secrets;
use crate::{Scheme, StorageOptions};

/// The secrets that a connection may use: those of its options, their profile and the environment.
pub(super) fn secrets_of(options: &StorageOptions) -> Secrets {
    let mut secrets = Secrets::of_environment();
    options.secrets().for_each(|value| secrets.add(value));
    let settings = options.profile().and_then(|name| read_profile(name).ok()).unwrap_or_default();
    for (name, value) in &settings {
        secrets.add_if_named(name, value);
        secrets.add_user(value);
    }
    secrets
}

/// The settings for S3 in the environment, without the credentials when others are given, and without the endpoint when
/// another one is: parts of two accounts make none.
pub(super) fn amazon_settings(own_credentials: bool, own_endpoint: bool) -> Vec<(Key, String)> {
    let is_credential = |key: &Key| {
        matches!(
            key,
            Key::AccessKeyId
                | Key::SecretAccessKey
                | Key::Token
                | Key::WebIdentityTokenFile
                | Key::RoleArn
                | Key::ContainerCredentialsRelativeUri
                | Key::ContainerCredentialsFullUri
                | Key::ContainerAuthorizationTokenFile
        )
    };
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let (name, value) =
                (name.to_str()?.strip_prefix("AWS_")?.to_ascii_lowercase(), value.to_str()?.to_string());
            Some((format!("aws_{name}").parse::<Key>().ok()?, value))
        })
        .filter(|(key, _)| !(own_credentials && is_credential(key)))
        .filter(|(key, _)| !(own_endpoint && matches!(key, Key::Endpoint | Key::S3Endpoint)))
        .collect()
}

/// Whether the environment names this server: then its credentials are for that.
pub(super) fn names_endpoint(scheme: Scheme, endpoint: &str) -> bool {
    let names: &[&str] = match scheme {
        Scheme::S3 => &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"],
        Scheme::Gs => &["GOOGLE_BASE_URL"],
        Scheme::Az => &["AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"],
        Scheme::Http | Scheme::Https | Scheme::Reader => &[],
    };
    let is_same = |value: String| value.trim_end_matches('/') == endpoint.trim_end_matches('/');
    names.iter().find_map(|name| std::env::var(name).ok()).is_some_and(is_same)
}
