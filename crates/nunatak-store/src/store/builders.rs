//! Setting up the clients of each kind of store.

use std::collections::HashMap;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use super::aws_profile::read_profile;
use crate::request::ListeningConnector;
use crate::{Location, Result, Scheme, StorageOptions, StoreError};

type Built = object_store::Result<Box<dyn ObjectStore>>;

/// The client of a bucket, container or host.
///
/// # Errors
/// [`StoreError::BadOption`], and [`StoreError::Unusable`] when the store cannot be set up.
pub(super) fn client_of(
    location: &Location,
    scheme: Scheme,
    bucket: &str,
    options: &StorageOptions,
) -> Result<Box<dyn ObjectStore>> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timeout = options.seconds("timeout", 20.0)?;
    let built = match scheme {
        Scheme::S3 => amazon(bucket, options, timeout)?,
        Scheme::Gs => google(bucket, options, timeout),
        Scheme::Az => azure(bucket, options, timeout),
        Scheme::Http | Scheme::Https => http(scheme, bucket, options, timeout)?,
        Scheme::Reader => {
            let reason = "expected the URL of a store, found a reader of this process".into();
            return Err(StoreError::Unusable { location: location.clone(), reason });
        }
    };
    built.map_err(|error| StoreError::Unusable {
        location: location.clone(),
        reason: options.without_secrets(&error.to_string()),
    })
}

fn http(scheme: Scheme, host: &str, options: &StorageOptions, timeout: Duration) -> Result<Built> {
    let client = headers(client(timeout).with_allow_http(scheme == Scheme::Http), options)?;
    let builder = HttpBuilder::new()
        .with_url(format!("{}://{host}", scheme.name()))
        .with_client_options(client)
        .with_retry(no_retry())
        .with_http_connector(ListeningConnector::default());
    Ok(builder.build().map(|store| Box::new(store) as Box<dyn ObjectStore>))
}

/// Retries are made by this crate, which knows the deadline and sees short bodies.
fn no_retry() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// A body may take as long as bytes come: how long in all is decided with each request.
fn client(timeout: Duration) -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_read_timeout(timeout)
        .with_connect_timeout(timeout)
        .with_pool_max_idle_per_host(512)
}

fn headers(client: ClientOptions, options: &StorageOptions) -> Result<ClientOptions> {
    let mut map = reqwest::header::HeaderMap::new();
    for (name, value) in options.headers() {
        let bad = || StoreError::BadOption { name: format!("headers.{name}"), problem: "not a valid header".into() };
        let name = reqwest::header::HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        map.insert(name, reqwest::header::HeaderValue::from_str(value).map_err(|_| bad())?);
    }
    Ok(client.with_default_headers(map))
}

fn amazon(bucket: &str, options: &StorageOptions, timeout: Duration) -> Result<Built> {
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_retry(no_retry())
        .with_http_connector(ListeningConnector::default());
    let profile = options.get("profile").map(read_profile).transpose()?.unwrap_or_default();
    let setting = |name: &str, in_profile: &str| {
        options.get(name).or_else(|| profile.get(in_profile).map(String::as_str)).map(str::to_string)
    };
    if let Some(key) = setting("key", "aws_access_key_id") {
        builder = builder.with_access_key_id(key);
    }
    if let Some(secret) = setting("secret", "aws_secret_access_key") {
        builder = builder.with_secret_access_key(secret);
    }
    if let Some(token) = setting("token", "aws_session_token").filter(|token| token != "anon") {
        builder = builder.with_token(token);
    }
    if let Some(region) = setting("region", "region") {
        builder = builder.with_region(region);
    }
    let endpoint = setting("endpoint_url", "endpoint_url");
    let plain = endpoint.as_ref().is_some_and(|url| url.starts_with("http://"));
    if let Some(url) = endpoint {
        builder = builder.with_endpoint(url);
    }
    let allow_http = plain || options.flag("use_ssl")? == Some(false);
    builder = builder
        .with_client_options(client(timeout).with_allow_http(allow_http))
        .with_allow_http(allow_http)
        .with_skip_signature(options.is_anonymous())
        .with_request_payer(options.flag("requester_pays")?.unwrap_or(false))
        .with_virtual_hosted_style_request(matches!(options.get("virtual_hosted"), Some("true" | "virtual")));
    Ok(builder.build().map(|store| Box::new(store) as Box<dyn ObjectStore>))
}

fn google(bucket: &str, options: &StorageOptions, timeout: Duration) -> Built {
    let mut builder = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_retry(no_retry())
        .with_http_connector(ListeningConnector::default());
    let mut client = client(timeout);
    if let Some(url) = options.get("endpoint_url") {
        client = client.with_allow_http(url.starts_with("http://"));
        builder = builder.with_base_url(url);
    }
    builder = match options.get("token") {
        _ if options.is_anonymous() => builder.with_skip_signature(true),
        Some(path) if path.ends_with(".json") => builder.with_service_account_path(path),
        Some(token) => builder.with_bearer_token(token),
        None => builder,
    };
    builder.with_client_options(client).build().map(|store| Box::new(store) as Box<dyn ObjectStore>)
}

fn azure(container: &str, options: &StorageOptions, timeout: Duration) -> Built {
    let mut builder = MicrosoftAzureBuilder::from_env()
        .with_container_name(container)
        .with_retry(no_retry())
        .with_http_connector(ListeningConnector::default());
    let mut client = client(timeout);
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
        client = client.with_allow_http(url.starts_with("http://"));
        builder = builder.with_endpoint(url.to_string());
    }
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
    let builder = builder.with_client_options(client).with_skip_signature(options.is_anonymous());
    builder.build().map(|store| Box::new(store) as Box<dyn ObjectStore>)
}
