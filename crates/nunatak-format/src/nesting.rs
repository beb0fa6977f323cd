//! Things in things, read from bytes that may nest them without end: each level takes a piece of the stack.

use std::cell::Cell;

use serde::de::{Deserialize, Deserializer, Error};

/// Groups in groups, or records in records; files have a few.
const MOST_LEVELS: usize = 128;

thread_local! {
    static LEVEL: Cell<usize> = const { Cell::new(0) };
}

/// A level that is being read.
struct OneDeeper;

impl Drop for OneDeeper {
    fn drop(&mut self) {
        LEVEL.set(LEVEL.get() - 1);
    }
}

/// A list of things that hold such lists themselves.
///
/// # Errors
/// When they are nested deeper than those of any file, and the format's.
pub(crate) fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    LEVEL.set(LEVEL.get() + 1);
    let _deeper = OneDeeper;
    if LEVEL.get() > MOST_LEVELS {
        return Err(D::Error::custom(format!("nested more than {MOST_LEVELS} levels deep")));
    }
    Vec::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use crate::file::{FileKind, Group};
    use crate::{ElementType, Manifest, RecordMember, RecordType};

    #[test]
    fn groups_without_end_are_refused() {
        let deep = |levels: usize| {
            let mut root = Group::default();
            (0..levels).for_each(|_| root = Group { groups: vec![std::mem::take(&mut root)], ..Group::default() });
            Manifest::new(FileKind::Hdf5, root).to_bytes().unwrap()
        };
        assert!(Manifest::from_bytes(&deep(100)).is_ok());
        assert!(Manifest::from_bytes(&deep(200)).unwrap_err().to_string().contains("not usable"));
        // A name, dimensions, attributes and variables of no length, and a list of one group.
        let endless = [&deep(0)[..1], &[0, 0, 0, 0, 1].repeat(1_000_000)].concat();
        assert!(Manifest::from_bytes(&endless).is_err());
        assert!(Manifest::from_bytes(&deep(3)).is_ok(), "levels are left again");
    }

    #[test]
    fn records_without_end_are_refused() {
        let mut record = ElementType::Plain("<f4".into());
        for _ in 0..200 {
            let member = RecordMember { name: "a".into(), offset: 0, element_type: record, shape: Vec::new() };
            record = ElementType::Record(RecordType { size: 4, members: vec![member] });
        }
        let bytes = postcard::to_stdvec(&record).unwrap();
        assert!(postcard::from_bytes::<ElementType>(&bytes).is_err());
    }
}
