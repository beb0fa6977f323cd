//! Catalogs: saved ones of any bytes.

#![no_main]

use nunatak_catalog::{Catalog, RuleSet};
use nunatak_format::StorageOptions;

libfuzzer_sys::fuzz_target!(init: {
    // Panics of the parquet reader are caught and become errors; libFuzzer's own hook would end the process first.
    // A panic that nobody catches still does.
    std::panic::set_hook(Box::new(|_| {}));
}, |bytes: &[u8]| {
    let path = nunatak_fuzz::file_of(bytes, "parquet");
    if let Ok(catalog) = Catalog::open_saved(&path, &StorageOptions::default(), RuleSet::none()) {
        assert!(catalog.entries().len() <= 1 << 20);
    }
});
