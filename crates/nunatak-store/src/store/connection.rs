//! Connections to stores: one per bucket and set of options, shared by everything in the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nunatak_system::{PerProcess, inherit};
use object_store::ObjectStore;

use super::builders::client_of;
use super::environment::{names_endpoint, secrets_of};
use crate::request::{RequestFailure, RequestPolicy, classify, noted};
use crate::secrets::Secrets;
use crate::{Location, Result, Scheme, StorageOptions, StoreError};

/// A connection to one bucket, container or host.
///
/// # Examples
/// ```
/// use nunatak_store::{Location, StorageOptions, Store};
///
/// // No request is made yet.
/// let options = StorageOptions::new([("anon".into(), "true".into())])?;
/// let store = Store::of(&Location::parse("s3://bucket/lithk.nc")?, &options)?;
/// assert!(store.is_some_and(|store| *store.options() == options));
/// assert!(Store::of(&Location::parse("/data/lithk.nc")?, &options)?.is_none());
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Clone)]
pub struct Store(pub(super) Arc<Connection>);

pub(super) struct Connection {
    root: Location,
    first: Arc<dyn ObjectStore>,
    /// The client that took the place of the first one in this process.
    other: PerProcess<Mutex<Option<Arc<dyn ObjectStore>>>>,
    /// Where the bucket is, once the store has said that it is elsewhere, and when the credentials were last read anew.
    state: PerProcess<Mutex<State>>,
    pub(super) options: StorageOptions,
    pub(super) requests: RequestPolicy,
    secrets: Secrets,
}

#[derive(Clone, Default)]
struct State {
    region: Option<String>,
    renewed: Option<Instant>,
}

/// Requests that fail this soon after credentials were read anew were on their way with the old ones.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
/// Credentials that are refused this soon again are not worth another look.
const TOO_SOON: Duration = Duration::from_secs(10);

impl Connection {
    fn new(root: Location, options: &StorageOptions) -> Result<Self> {
        let secrets = secrets_of(options);
        let first = client_of(&root, options, None, &secrets)?;
        let requests = RequestPolicy::of(options)?;
        let (other, state) = (PerProcess::new(inherit), PerProcess::new(inherit));
        Ok(Self { root, first, other, state, options: options.clone(), requests, secrets })
    }

    pub(super) fn client(&self) -> Arc<dyn ObjectStore> {
        let other = self.other.get().lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(other.as_ref().unwrap_or(&self.first))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.get().lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an error of the client means for trying again.
    pub(super) fn failure(&self, location: &Location, error: &object_store::Error) -> RequestFailure {
        match noted(|notes| notes.region.clone()).flatten() {
            Some(region) if self.move_to(&region) => {
                RequestFailure::Transient(format!("the bucket is in the region {region}"))
            }
            _ if is_expired(&error.to_string()) && self.renew() => {
                RequestFailure::Transient("the credentials had expired".into())
            }
            _ => match classify(location, &self.secrets, error) {
                RequestFailure::Fatal(StoreError::Denied { location, reason }) if self.options.is_unsigned() => {
                    let reason =
                        format!("{reason}, unsigned, because a file names the server and no storage_options do");
                    RequestFailure::Fatal(StoreError::Denied { location, reason })
                }
                other => other,
            },
        }
    }

    /// Signs for another region from now on, at the host that Amazon has there or at the endpoint that was given; whether
    /// that is news.
    fn move_to(&self, region: &str) -> bool {
        let mut state = self.state();
        let is_s3 = matches!(self.root, Location::Remote { scheme: Scheme::S3, .. });
        if !is_s3 || state.region.as_deref() == Some(region) || !self.connect_anew(Some(region)) {
            return false;
        }
        state.region = Some(region.to_string());
        true
    }

    /// Reads the credentials anew where they come from; whether there may be others now.
    fn renew(&self) -> bool {
        let mut state = self.state();
        match state.renewed.map(|then| then.elapsed()) {
            Some(since) if since < ON_ITS_WAY => true,
            Some(since) if since < TOO_SOON => false,
            _ if !self.options.may_get_others() || !self.connect_anew(state.region.as_deref()) => false,
            _ => {
                state.renewed = Some(Instant::now());
                true
            }
        }
    }

    fn connect_anew(&self, region: Option<&str>) -> bool {
        let Ok(client) = client_of(&self.root, &self.options, region, &self.secrets) else { return false };
        *self.other.get().lock().unwrap_or_else(PoisonError::into_inner) = Some(client);
        true
    }
}

/// Whether a store says that credentials were good once.
fn is_expired(message: &str) -> bool {
    ["ExpiredToken", "RequestExpired", "TokenRefreshRequired"].iter().any(|code| message.contains(code))
}

type Address = (Scheme, String, StorageOptions);

static STORES: PerProcess<Mutex<HashMap<Address, Store>>> = PerProcess::new(inherit);

fn stores() -> MutexGuard<'static, HashMap<Address, Store>> {
    STORES.get().lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection of this process to a place that fits.
fn known_store(fits: impl Fn(&Address) -> bool) -> Option<Store> {
    stores().iter().find(|(address, _)| fits(address)).map(|(_, store)| store.clone())
}

impl Store {
    /// The connection of a location; `None` for local ones. The same location and options give the same connection.
    ///
    /// # Errors
    /// [`StoreError::BadOption`](crate::StoreError::BadOption), and [`StoreError::Unusable`](crate::StoreError::Unusable) when the store cannot be set up.
    pub fn of(location: &Location, options: &StorageOptions) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        if options.is_of_file() {
            return Self::named_by_file(location, &options.public(), options);
        }
        let address = (*scheme, bucket.clone(), options.clone());
        if let Some(known) = known_store(|known| *known == address) {
            return Ok(Some(known));
        }
        let root = Location::Remote { scheme: *scheme, bucket: bucket.clone(), key: String::new() };
        let made = Self(Arc::new(Connection::new(root, options)?));
        Ok(Some(stores().entry(address).or_insert(made).clone()))
    }

    /// The connection that a file names (a saved catalog, a pickled array), with what the reader says of it.
    ///
    /// Whoever made the file chose the server, so nothing goes there that proves who reads, unless the reader means it
    /// to: by the options given here, by those that this process has opened the same server with, or by an environment
    /// that names it.
    ///
    /// # Errors
    /// As [`Store::of`].
    pub fn named_by_file(
        location: &Location,
        named: &BTreeMap<String, String>,
        given: &StorageOptions,
    ) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        let is_same = |(known_scheme, known_bucket, known): &Address| {
            (known_scheme, known_bucket) == (scheme, bucket) && !known.is_unsigned() && known.public() == *named
        };
        if (given.is_empty() || given.is_of_file())
            && let Some(known) = known_store(is_same)
        {
            return Ok(Some(known));
        }
        let options = given.completed_by_file(named, |endpoint| {
            let is_opened = |(_, _, known): &Address| !known.is_unsigned() && known.signs_for(endpoint);
            names_endpoint(*scheme, endpoint) || known_store(is_opened).is_some()
        })?;
        Self::of(location, &options)
    }

    /// The options it was made with.
    pub fn options(&self) -> &StorageOptions {
        &self.0.options
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_child_waits_for_no_lock_of_its_parent() {
        let options = StorageOptions::new([("anon".into(), "true".into())]).unwrap();
        let connection = Connection::new(Location::parse("s3://bucket/a.nc").unwrap(), &options).unwrap();
        let _held = (connection.state(), connection.other.get().lock().unwrap());
        // SAFETY: the child asks for the locks of one object and ends, without destructors of the parent's threads.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: a signal that nobody handles here ends a child that waits.
            unsafe { libc::alarm(10) };
            let is_new = connection.state().region.is_none() && Arc::ptr_eq(&connection.client(), &connection.first);
            // SAFETY: as above.
            unsafe { libc::_exit(i32::from(!is_new)) };
        }
        let mut status = -1;
        // SAFETY: the status outlives the call, and the child is this process's own.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0);
    }
}
