//! Saved catalogs that are none.

use nunatak_format::StorageOptions;
use nunatak_parquet::Table;
use nunatak_repair::RuleSet;

use crate::catalog::Catalog;

/// Found by fuzzing: a footer with a map of 191 005 839 pairs of booleans, which take no bytes.
#[test]
fn a_file_that_contradicts_itself_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.parquet");
    Table::default().with_text("name", vec![Some("lithk".into()), None]).write(&path).unwrap();
    let mut file = std::fs::read(&path).unwrap();
    let fields = [0x6b, 0x8f, 0x89, 0x8a, 0x5b, 0x12];
    let tail = file.len() - 8;
    let length = u32::from_le_bytes(file[tail..tail + 4].try_into().unwrap()) + fields.len() as u32;
    file.truncate(tail - 1);
    file.extend([&fields[..], &[0], &length.to_le_bytes(), b"PAR1"].concat());
    std::fs::write(&path, file).unwrap();
    let error = Catalog::open_saved(&path, &StorageOptions::default(), RuleSet::none()).unwrap_err().to_string();
    assert!(error.contains("saved.parquet") && error.contains("a count of 191005839"), "{error}");
}
