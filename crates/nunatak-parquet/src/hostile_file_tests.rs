//! Tables that say of themselves what their bytes cannot hold.

use std::path::PathBuf;

use bytes::Bytes;

use crate::Table;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("saved.parquet")
    }

    /// The error of a table that is written and read.
    fn refusal(&self, table: &Table) -> String {
        table.write(&self.path()).unwrap();
        Table::read(&self.path()).unwrap_err().to_string()
    }

    /// A sound table of two rows with fields appended to its footer.
    fn read_with_fields(&self, fields: &[u8]) -> crate::Result<Table> {
        Table::default().with_text("name", vec![Some("lithk".into()), None]).write(&self.path()).unwrap();
        let mut file = std::fs::read(self.path()).unwrap();
        let tail = file.len() - 8;
        let length = u32::from_le_bytes(file[tail..tail + 4].try_into().unwrap()) + fields.len() as u32;
        file.truncate(tail - 1);
        file.extend([fields, &[0], &length.to_le_bytes(), b"PAR1"].concat());
        std::fs::write(self.path(), file).unwrap();
        Table::read(&self.path())
    }

    fn refusal_with_fields(&self, fields: &[u8]) -> String {
        self.read_with_fields(fields).unwrap_err().to_string()
    }
}

/// Found by fuzzing: the reader steps over pairs of booleans that take no bytes, for seconds.
#[test]
fn two_hundred_million_pairs_of_nothing_are_refused() {
    let folder = Folder::new();
    // 191 005 839 pairs of booleans, in field 13, 22 or 25.
    let pairs = [0x8f, 0x89, 0x8a, 0x5b, 0x12];
    for field in [&[0x6b][..], &[0xfb], &[0x0b, 50]] {
        let refusal = folder.refusal_with_fields(&[field, &pairs].concat());
        assert!(refusal.contains("a count of 191005839"), "{refusal}");
    }
}

/// Footers of later versions of the format may have more fields.
#[test]
fn unknown_fields_are_stepped_over() {
    // A number, and a map of one pair of texts.
    let table = Folder::new().read_with_fields(&[0xf5, 2, 0x1b, 1, 0x88, 1, b'a', 1, b'b']).unwrap();
    assert_eq!(table.columns.len(), 1);
}

#[test]
fn groups_inside_each_other_are_limited() {
    let folder = Folder::new();
    // Field 2 once more, after a step to it by its full number: 100 elements named `a` of one child each.
    let schema = [&[0x09, 4, 0xfc, 100][..], &[0x48, 1, b'a', 0x15, 2, 0].repeat(100)].concat();
    assert!(folder.refusal_with_fields(&schema).contains("101 groups of columns"));
    let schema = [0x09, 4, 0x1c, 0x48, 1, b'a', 0x15, 0x80, 0x80, 0x80, 0x80, 8, 0];
    assert!(folder.refusal_with_fields(&schema).contains("1073741824 columns in a footer"));
}

/// Found by fuzzing: absent values take no room in the file, and much in memory.
#[test]
fn there_are_no_more_rows_than_bytes() {
    let refusal = Folder::new().refusal(&Table::default().with_text("name", vec![None; 100_000]));
    assert!(refusal.contains("100000 rows in"), "{refusal}");
    let wide = (0..200).fold(Table::default(), |table, at| table.with_numbers(&format!("c{at}"), vec![None; 5000]));
    let refusal = Folder::new().refusal(&wide);
    assert!(refusal.contains("5000 rows of 200 columns in"), "{refusal}");
}

#[test]
fn zeros_do_not_unpack_without_limit() {
    let folder = Folder::new();
    let refusal = folder.refusal(&Table::default().with_bytes("manifest", vec![Some(vec![0; 40 << 20].into())]));
    assert!(refusal.contains("more bytes, decoded"), "{refusal}");
    let modest = Table::default().with_bytes("manifest", vec![Some(vec![0; 4 << 20].into())]);
    modest.write(&folder.path()).unwrap();
    assert_eq!(Table::read(&folder.path()).unwrap().columns, modest.columns, "half a thousand zeros to a byte");
}

/// A dictionary stores a long text once for many rows.
#[test]
fn one_text_is_not_copied_without_limit() {
    let mut table = Table::default().with_bytes("problem", vec![Some(Bytes::from(vec![b'x'; 10_000])); 20_000]);
    table.notes.insert("padding".into(), "x".repeat(30_000));
    let refusal = Folder::new().refusal(&table);
    assert!(refusal.contains("200000000 more bytes, decoded"), "{refusal}");
}

/// Found by fuzzing: the parquet reader panics where a column says that it starts before the file.
#[test]
fn no_flipped_byte_is_a_panic() {
    let folder = Folder::new();
    let path = folder.path();
    let table = Table::default().with_text("name", vec![Some("lithk".into()), None]);
    table.write(&path).unwrap();
    let sound = std::fs::read(&path).unwrap();
    let mut errors = 0;
    for at in 0..sound.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] ^= flip;
            std::fs::write(&path, bytes).unwrap();
            errors += usize::from(Table::read(&path).is_err());
        }
    }
    assert!(errors > sound.len() / 4, "{errors} errors in {} bytes", sound.len());
}
