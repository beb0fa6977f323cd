//! Which reader a location belongs to.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::registry::registered;
use crate::{LocalFiles, Location, ReadRanges, Result, Scheme, StorageOptions, Store, StoreError};

static LOCAL_FILES: LazyLock<Arc<dyn ReadRanges>> = LazyLock::new(|| Arc::new(LocalFiles));

/// The reader of this machine's files.
pub(crate) fn local_files() -> Arc<dyn ReadRanges> {
    Arc::clone(&LOCAL_FILES)
}

/// The reader of a location: this machine's files, a connection to a store, or a reader that was
/// [registered](crate::register).
///
/// # Errors
/// As [`Store::of`]; [`StoreError::Unusable`] when the registered reader is gone.
pub fn reader_of(location: &Location, options: &StorageOptions) -> Result<Arc<dyn ReadRanges>> {
    find(location, || Store::of(location, options))
}

/// As [`reader_of`], for a location and options that a file names, and what the reader says of them (see
/// [`Store::named_by_file`]).
///
/// # Errors
/// As [`reader_of`].
pub fn reader_named_by_file(
    location: &Location,
    named: &BTreeMap<String, String>,
    given: &StorageOptions,
) -> Result<Arc<dyn ReadRanges>> {
    find(location, || Store::named_by_file(location, named, given))
}

fn find(location: &Location, connect: impl Fn() -> Result<Option<Store>>) -> Result<Arc<dyn ReadRanges>> {
    match location {
        Location::Local(_) => Ok(local_files()),
        Location::Remote { scheme: Scheme::Reader, .. } => registered(location).ok_or_else(|| gone(location)),
        Location::Remote { .. } => Ok(connect()?.map_or_else(local_files, |store| Arc::new(store) as _)),
    }
}

/// The error for a reader that is not in this process.
fn gone(location: &Location) -> StoreError {
    let reason = "the file object or store that it was opened from is not in this process; open it again".into();
    StoreError::Unusable { location: location.clone(), reason }
}
