//! Keys of objects, as their stores spell them.

use object_store::path::Path;

use crate::{Location, Result, Scheme, StoreError};

/// The key of a remote object, as its store spells it.
pub(super) fn key(location: &Location) -> Result<Path> {
    let bad = |expected: String| StoreError::BadLocation { found: location.to_string(), expected };
    let Location::Remote { key, scheme, .. } = location else { return Err(bad("expected a remote location".into())) };
    if key.is_empty() {
        return Err(bad("expected a file, found a bucket".into()));
    }
    if location.has_odd_key() {
        return Err(bad("expected a key that is a path, without empty steps, `.` and `..`; rename the object".into()));
    }
    let parsed = match scheme {
        Scheme::Http | Scheme::Https => Path::from_url_path(key),
        _ => Path::parse(key),
    };
    parsed.map_err(|error| bad(error.to_string()))
}
