//! Collections of the global heap, each read once.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use hdf5_reader::Hdf5File;
use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::storage::StorageBuffer;

/// Bytes of collections that are kept, at most.
const MOST_KEPT: usize = 256 << 20;

/// The collections of a file's heap that were read.
#[derive(Default)]
pub(super) struct Collections {
    known: RefCell<HashMap<u64, Rc<Collection>>>,
    kept: Cell<usize>,
}

/// One collection: its bytes, and where its objects are in them.
pub(super) struct Collection {
    pub(super) bytes: StorageBuffer,
    pub(super) objects: HashMap<u16, Range<usize>>,
}

impl Collections {
    /// The collection at an address.
    pub(super) fn collection(&self, parser: &Hdf5File, address: u64) -> Result<Rc<Collection>> {
        if let Some(known) = self.known.borrow().get(&address) {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(Collection::read(parser, address)?);
        let mut known = self.known.borrow_mut();
        if self.kept.get() + read.bytes.len() > MOST_KEPT {
            known.clear();
            self.kept.set(0);
        }
        self.kept.set(self.kept.get() + read.bytes.len());
        known.insert(address, Rc::clone(&read));
        Ok(read)
    }
}

const SIGNATURE: &[u8] = b"GCOL";

impl Collection {
    /// A signature, a version, three bytes, the size of the collection; then objects.
    fn read(parser: &Hdf5File, address: u64) -> Result<Self> {
        let storage = parser.storage();
        let length_size = parser.superblock().length_size;
        let head = 8 + usize::from(length_size);
        let prefix = storage.read_range(address, head)?;
        let mut cursor = Cursor::new(&prefix);
        if cursor.read_bytes(4)? != SIGNATURE {
            return Err(Error::InvalidGlobalHeapSignature);
        }
        let version = cursor.read_u8()?;
        if version != 1 {
            return Err(Error::UnsupportedGlobalHeapVersion(version));
        }
        cursor.skip(3)?;
        let size = usize::try_from(cursor.read_length(length_size)?).unwrap_or(usize::MAX);
        let bytes = storage.read_range(address, size)?;
        let objects = objects(&bytes, head, length_size)?;
        Ok(Self { bytes, objects })
    }
}

/// Where the objects of a collection are: each an index, a count of references, four bytes, a length, and bytes padded to
/// eight. Index zero is the free space at the end.
fn objects(bytes: &[u8], head: usize, length_size: u8) -> Result<HashMap<u16, Range<usize>>> {
    let mut objects = HashMap::new();
    let own_head = 8 + usize::from(length_size);
    let mut at = head;
    while bytes.len().saturating_sub(at) >= own_head {
        let mut cursor = Cursor::new(&bytes[at..]);
        let index = cursor.read_u16_le()?;
        if index == 0 {
            break;
        }
        cursor.skip(6)?;
        let length = usize::try_from(cursor.read_length(length_size)?).unwrap_or(usize::MAX);
        let (start, available) = (at + own_head, bytes.len() - at - own_head);
        if length > available {
            let (offset, needed, available) = (start as u64, length as u64, available as u64);
            return Err(Error::UnexpectedEof { offset, needed, available });
        }
        objects.entry(index).or_insert(start..start + length);
        at = start + length.next_multiple_of(8);
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(index: u16, bytes: &[u8]) -> Vec<u8> {
        let mut all = [&index.to_le_bytes()[..], &[0; 6], &(bytes.len() as u64).to_le_bytes(), bytes].concat();
        all.resize(all.len().next_multiple_of(8), 0);
        all
    }

    #[test]
    fn objects_are_found_by_their_index() {
        let bytes = [vec![0; 16], object(3, b"ice"), object(1, b"sheet and shelf"), object(0, b"")].concat();
        let found = objects(&bytes, 16, 8).unwrap();
        let mut indices: Vec<u16> = found.keys().copied().collect();
        indices.sort_unstable();
        assert_eq!(indices, [1, 3]);
        assert_eq!((&bytes[found[&3].clone()], &bytes[found[&1].clone()]), (&b"ice"[..], &b"sheet and shelf"[..]));
        assert!(objects(&object(1, b"ice")[..18], 0, 8).is_err(), "cut off");
        assert!(objects(&[], 16, 8).unwrap().is_empty());
    }
}
