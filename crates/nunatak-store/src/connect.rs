//! Connections to stores: one per bucket and set of options, shared by everything in the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::profile::read_profile;
use crate::retry_after::ListeningConnector;
use crate::{Location, Result, Scheme, StorageOptions, StoreError};

/// A connection to one bucket, container or host.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Connection>);

pub(crate) struct Connection {
    pub(crate) inner: Box<dyn ObjectStore>,
    pub(crate) options: StorageOptions,
    pub(crate) in_flight: Semaphore,
    /// When the store last did what it was asked.
    pub(crate) last_success: Mutex<Instant>,
    /// For one request, beside the time that its bytes may take.
    pub(crate) timeout: Duration,
    /// For one read with all its retries.
    pub(crate) deadline: Duration,
}

type Address = (Scheme, String, StorageOptions);

static STORES: Mutex<Option<HashMap<Address, Store>>> = Mutex::new(None);

fn stores() -> MutexGuard<'static, Option<HashMap<Address, Store>>> {
    STORES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// The store of a location; `None` for local ones. The same location and options give the same connection.
    ///
    /// # Errors
    /// [`StoreError::BadOption`], and [`StoreError::Unusable`] when the store cannot be set up.
    pub fn of(location: &Location, options: &StorageOptions) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        let address = (*scheme, bucket.clone(), options.clone());
        if let Some(known) = stores().as_ref().and_then(|known| known.get(&address)) {
            return Ok(Some(known.clone()));
        }
        let made = Self::connect(location, *scheme, bucket, options)?;
        let mut known = stores();
        Ok(Some(known.get_or_insert_default().entry(address).or_insert(made).clone()))
    }

    /// The connection of this process whose public options are these, so that arrays which lost their secrets when
    /// they were pickled find them again where they are known.
    pub fn with_public(
        location: &Location,
        public: &std::collections::BTreeMap<String, String>,
    ) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        let same = |address: &Address| address.0 == *scheme && address.1 == *bucket && address.2.public() == *public;
        let known = stores()
            .as_ref()
            .and_then(|known| known.iter().find(|(address, _)| same(address)).map(|(_, store)| store.clone()));
        match known {
            Some(store) => Ok(Some(store)),
            None => Self::of(location, &StorageOptions::new(public.clone())?),
        }
    }

    /// The options it was made with.
    pub fn options(&self) -> &StorageOptions {
        &self.0.options
    }

    fn connect(location: &Location, scheme: Scheme, bucket: &str, options: &StorageOptions) -> Result<Self> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = options.seconds("timeout", 20.0)?;
        let inner = match scheme {
            Scheme::S3 => amazon(bucket, options, timeout)?,
            Scheme::Gs => google(bucket, options, timeout),
            Scheme::Az => azure(bucket, options, timeout),
            Scheme::Http | Scheme::Https => {
                let url = format!("{}://{bucket}", scheme.name());
                let client = headers(client(timeout).with_allow_http(scheme == Scheme::Http), options)?;
                let builder = HttpBuilder::new()
                    .with_url(url)
                    .with_client_options(client)
                    .with_retry(no_retry())
                    .with_http_connector(ListeningConnector::default());
                builder.build().map(|store| Box::new(store) as Box<dyn ObjectStore>)
            }
        };
        let inner = inner.map_err(|error| StoreError::Unusable {
            location: location.clone(),
            reason: options.without_secrets(&error.to_string()),
        })?;
        Ok(Self(Arc::new(Connection {
            inner,
            in_flight: Semaphore::new(options.max_concurrency()?),
            last_success: Mutex::new(Instant::now()),
            timeout,
            deadline: options.seconds("deadline", 60.0)?,
            options: options.clone(),
        })))
    }
}

/// Retries are made here, where the deadline is known and short bodies are seen.
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

type Built = object_store::Result<Box<dyn ObjectStore>>;

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
