//! Readers that a program brings itself, under names that are locations: `reader://NAME/key`.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use nunatak_system::{PerProcess, inherit};

use crate::{Location, ReadRanges, Scheme};

/// Readers stay as long as somebody holds them: an array, a catalog, or who registered them.
static READERS: PerProcess<Mutex<HashMap<String, Weak<dyn ReadRanges>>>> = PerProcess::new(inherit);
static COUNT: AtomicU64 = AtomicU64::new(0);

fn readers() -> MutexGuard<'static, HashMap<String, Weak<dyn ReadRanges>>> {
    READERS.get().lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a reader a name of its own, and returns its root: locations below it are read through it, anywhere in this
/// process, while the reader that is returned beside it or anything that was opened through it is held.
///
/// The label is the part of the name for people; the rest differs between processes too.
pub fn register(label: &str, reader: Arc<dyn ReadRanges>) -> (Location, Arc<dyn ReadRanges>) {
    let label: String = label.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_').collect();
    let name = format!("{label}-{:010x}", unique() & 0xff_ffff_ffff);
    let root = Location::Remote { scheme: Scheme::Reader, bucket: name, key: String::new() };
    let reader = adopt(&root, reader);
    (root, reader)
}

/// Gives a reader the name that it had in the process which it comes from. Where that name is in use already, the
/// reader that has it is returned: it is the same one.
pub fn adopt(root: &Location, reader: Arc<dyn ReadRanges>) -> Arc<dyn ReadRanges> {
    let Location::Remote { scheme: Scheme::Reader, bucket, .. } = root else { return reader };
    let mut known = readers();
    if let Some(own) = known.get(bucket).and_then(Weak::upgrade) {
        return own;
    }
    known.retain(|_, reader| reader.strong_count() > 0);
    known.insert(bucket.clone(), Arc::downgrade(&reader));
    reader
}

/// The registered reader of a location; `None` for other locations, and once nobody holds it any more.
pub fn registered(location: &Location) -> Option<Arc<dyn ReadRanges>> {
    let Location::Remote { scheme: Scheme::Reader, bucket, .. } = location else { return None };
    readers().get(bucket)?.upgrade()
}

/// A number that no other call gives, in this process, one that was forked from it, or any other.
fn unique() -> u64 {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    RandomState::new().hash_one((std::process::id(), now, count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryReader, Object, StorageOptions, StoreError, block_on};

    #[test]
    fn a_name_lasts_as_long_as_its_reader() {
        let (root, reader) = register("box of ice", Arc::new(MemoryReader::new([("a", vec![1, 2, 3])])));
        assert!(root.to_string().starts_with("reader://boxofice-"), "{root}");
        let object = block_on(Object::open(&root.join("a"), &StorageOptions::default())).unwrap();
        drop(reader);
        assert_eq!(object.read(std::slice::from_ref(&(1..3))).unwrap(), [vec![2, 3]]);
        drop(object);
        assert!(registered(&root).is_none());
        let error = block_on(Object::open(&root.join("a"), &StorageOptions::default())).unwrap_err();
        assert!(matches!(error, StoreError::Unusable { .. }), "{error}");
    }

    #[test]
    fn a_name_that_is_in_use_keeps_its_reader() {
        let (root, first) = register("one", Arc::new(MemoryReader::default()));
        assert!(Arc::ptr_eq(&adopt(&root, Arc::new(MemoryReader::default())), &first));
        let (other, _) = register("one", Arc::new(MemoryReader::default()));
        assert_ne!(root, other);
    }
}
