//! Setting up the clients of each kind of store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::connector::Connector;
use super::environment::amazon_settings;
use crate::aws_profile::read_profile;
use crate::options::check_address;
use crate::secrets::Secrets;
use crate::{Location, Result, Scheme, StorageOptions, StoreError};

type Built = object_store::Result<Arc<dyn ObjectStore>>;

/// The client of a bucket, container or host; for S3 in another region than the options say, when one is given.
///
/// # Errors
/// [`StoreError::BadOption`], and [`StoreError::Unusable`] when the store cannot be set up.
pub(super) fn client_of(
    root: &Location,
    options: &StorageOptions,
    region: Option<&str>,
    secrets: &Secrets,
) -> Result<Arc<dyn ObjectStore>> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let unusable = |reason: String| StoreError::Unusable { location: root.clone(), reason };
    let Location::Remote { scheme, bucket, .. } = root else {
        return Err(unusable("expected the URL of a store, found a path".into()));
    };
    let timeout = options.seconds("timeout", 20.0)?;
    let built = match scheme {
        Scheme::Http | Scheme::Https => http(*scheme, bucket, options, timeout)?,
        Scheme::Reader => return Err(unusable("expected the URL of a store, found a reader of this process".into())),
        _ if !is_bucket(bucket) => {
            return Err(unusable("expected the name of a bucket: letters, digits, `.`, `-`, `_` and `$`".into()));
        }
        Scheme::S3 => amazon(bucket, options, region, timeout)?,
        Scheme::Gs => google(bucket, options, timeout)?,
        Scheme::Az => azure(bucket, options, timeout)?,
    };
    built.map_err(|error| unusable(secrets.scrub(&error.to_string())))
}

/// The name becomes a part of an address, where other signs would lead to another host.
fn is_bucket(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_$".contains(&byte))
}

fn http(scheme: Scheme, host: &str, options: &StorageOptions, timeout: Duration) -> Result<Built> {
    let builder = HttpBuilder::new()
        .with_url(format!("{}://{host}", scheme.name()))
        .with_client_options(client(timeout, scheme == Scheme::Http))
        .with_retry(no_retry())
        .with_http_connector(Connector::new(timeout, headers(options)?));
    Ok(builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>))
}

/// Retries are made by this crate, which knows the deadline and sees short bodies.
fn no_retry() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// A body may take as long as bytes come: how long in all is decided with each request. The rest is the connector's.
fn client(timeout: Duration, allow_http: bool) -> ClientOptions {
    ClientOptions::new().with_timeout_disabled().with_connect_timeout(timeout).with_allow_http(allow_http)
}

fn connector(timeout: Duration) -> Connector {
    Connector::new(timeout, HeaderMap::new())
}

fn headers(options: &StorageOptions) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in options.headers() {
        let bad = || StoreError::BadOption { name: format!("headers.{name}"), problem: "not a valid header".into() };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| bad())?;
        value.set_sensitive(true);
        map.insert(name, value);
    }
    Ok(map)
}

/// The endpoint that a client would use, once it is one; where it comes from is named when it is none.
fn checked_endpoint(endpoint: Option<String>, place: &str) -> Result<Option<String>> {
    if let Some(address) = &endpoint {
        check_address(address, place)?;
    }
    Ok(endpoint)
}

fn amazon(bucket: &str, options: &StorageOptions, region: Option<&str>, timeout: Duration) -> Result<Built> {
    let profile = options.profile().map(read_profile).transpose()?.unwrap_or_default();
    let setting = |name: &str, in_profile: &str| {
        options.get(name).or_else(|| profile.get(in_profile).map(String::as_str)).map(str::to_string)
    };
    let (key, endpoint) = (setting("key", "aws_access_key_id"), setting("endpoint_url", "endpoint_url"));
    let mut builder = AmazonS3Builder::new();
    if !options.is_unsigned() {
        for (name, value) in amazon_settings(key.is_some(), endpoint.is_some()) {
            builder = builder.with_config(name, value);
        }
    }
    builder = builder.with_bucket_name(bucket).with_retry(no_retry()).with_http_connector(connector(timeout));
    if let Some(key) = key {
        builder = builder.with_access_key_id(key);
    }
    if let Some(secret) = setting("secret", "aws_secret_access_key") {
        builder = builder.with_secret_access_key(secret);
    }
    if let Some(token) = setting("token", "aws_session_token") {
        builder = builder.with_token(token);
    }
    if let Some(region) = region.map(str::to_string).or_else(|| setting("region", "region")) {
        builder = builder.with_region(region);
    }
    if let Some(url) = endpoint {
        builder = builder.with_endpoint(url);
    }
    let in_use = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint].map(|key| builder.get_config_value(&key));
    let in_use = checked_endpoint(in_use.into_iter().flatten().next(), "of the environment or the profile")?;
    let allow_http = in_use.is_some_and(|url| url.starts_with("http://")) || options.flag("use_ssl")? == Some(false);
    builder = builder
        .with_client_options(client(timeout, allow_http))
        .with_allow_http(allow_http)
        .with_skip_signature(options.is_anonymous())
        .with_request_payer(options.flag("requester_pays")?.unwrap_or(false))
        .with_virtual_hosted_style_request(matches!(options.get("virtual_hosted"), Some("true" | "virtual")));
    Ok(builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>))
}

fn google(bucket: &str, options: &StorageOptions, timeout: Duration) -> Result<Built> {
    let builder = match options.is_unsigned() {
        true => GoogleCloudStorageBuilder::new(),
        false => GoogleCloudStorageBuilder::from_env(),
    };
    let mut builder = builder.with_bucket_name(bucket).with_retry(no_retry()).with_http_connector(connector(timeout));
    if let Some(url) = options.get("endpoint_url") {
        builder = builder.with_base_url(url);
    }
    let in_use = checked_endpoint(builder.get_config_value(&GoogleConfigKey::BaseUrl), "of the environment")?;
    builder = match options.get("token") {
        _ if options.is_anonymous() => builder.with_skip_signature(true),
        Some(path) if path.ends_with(".json") => builder.with_service_account_path(path),
        Some(token) => builder.with_bearer_token(token),
        None => builder,
    };
    let client = client(timeout, in_use.is_some_and(|url| url.starts_with("http://")));
    Ok(builder.with_client_options(client).build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>))
}

fn azure(container: &str, options: &StorageOptions, timeout: Duration) -> Result<Built> {
    let builder = match options.is_unsigned() {
        true => MicrosoftAzureBuilder::new(),
        false => MicrosoftAzureBuilder::from_env(),
    };
    let mut builder =
        builder.with_container_name(container).with_retry(no_retry()).with_http_connector(connector(timeout));
    let connection: HashMap<&str, &str> =
        options.get("connection_string").unwrap_or("").split(';').filter_map(|part| part.split_once('=')).collect();
    let setting = |name: &str, in_connection: &str| options.get(name).or(connection.get(in_connection).copied());
    if let Some(account) = setting("account_name", "AccountName") {
        builder = builder.with_account(account);
    }
    if let Some(key) = setting("account_key", "AccountKey") {
        builder = builder.with_access_key(key);
    }
    if let Some(url) = setting("endpoint_url", "BlobEndpoint") {
        builder = builder.with_endpoint(url.to_string());
    }
    let in_use = checked_endpoint(builder.get_config_value(&AzureConfigKey::Endpoint), "of the environment")?;
    if let Some(token) = setting("sas_token", "SharedAccessSignature") {
        let pairs = token.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        builder = builder.with_sas_authorization(
            pairs.map(|(name, value)| (name.to_string(), value.to_string())).collect::<Vec<_>>(),
        );
    }
    if let (Some(id), Some(secret), Some(tenant)) =
        (options.get("client_id"), options.get("client_secret"), options.get("tenant_id"))
    {
        builder = builder.with_client_secret_authorization(id, secret, tenant);
    }
    let client = client(timeout, in_use.is_some_and(|url| url.starts_with("http://")));
    let builder = builder.with_client_options(client).with_skip_signature(options.is_anonymous());
    Ok(builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>))
}
