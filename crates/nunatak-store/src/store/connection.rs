//! Connections to stores: one per bucket and set of options, shared by everything in the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nunatak_system::{PerProcess, inherit};
use object_store::ObjectStore;

use super::builders::client_of;
use crate::request::{RequestFailure, RequestPolicy, classify};
use crate::{Location, Result, Scheme, StorageOptions};

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
    pub(super) client: Box<dyn ObjectStore>,
    pub(super) options: StorageOptions,
    pub(super) requests: RequestPolicy,
}

impl Connection {
    /// What an error of the client means for trying again.
    pub(super) fn failure(&self, location: &Location, error: &object_store::Error) -> RequestFailure {
        classify(location, &self.options, error)
    }
}

type Address = (Scheme, String, StorageOptions);

static STORES: PerProcess<Mutex<HashMap<Address, Store>>> = PerProcess::new(inherit);

fn stores() -> MutexGuard<'static, HashMap<Address, Store>> {
    STORES.get().lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// The connection of a location; `None` for local ones. The same location and options give the same connection.
    ///
    /// # Errors
    /// [`StoreError::BadOption`](crate::StoreError::BadOption), and [`StoreError::Unusable`](crate::StoreError::Unusable) when the store cannot be set up.
    pub fn of(location: &Location, options: &StorageOptions) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        let address = (*scheme, bucket.clone(), options.clone());
        if let Some(known) = stores().get(&address) {
            return Ok(Some(known.clone()));
        }
        let made = Self::connect(location, *scheme, bucket, options)?;
        Ok(Some(stores().entry(address).or_insert(made).clone()))
    }

    /// The connection of this process whose public options are these, so that arrays which lost their secrets when
    /// they were pickled find them again where they are known.
    pub fn with_public(location: &Location, public: &BTreeMap<String, String>) -> Result<Option<Self>> {
        let Location::Remote { scheme, bucket, .. } = location else { return Ok(None) };
        let same = |address: &Address| address.0 == *scheme && address.1 == *bucket && address.2.public() == *public;
        let known = stores().iter().find(|(address, _)| same(address)).map(|(_, store)| store.clone());
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
        let client = client_of(location, scheme, bucket, options)?;
        Ok(Self(Arc::new(Connection { client, requests: RequestPolicy::of(options)?, options: options.clone() })))
    }
}
