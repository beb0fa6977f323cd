//! Manifests: headers that were kept, of any bytes.

#![no_main]

use std::sync::{Arc, OnceLock};

use nunatak_format::{Location, Manifest, Object};

/// The file that all manifests speak of.
fn data() -> &'static Arc<Object> {
    static DATA: OnceLock<Arc<Object>> = OnceLock::new();
    DATA.get_or_init(|| {
        let bytes: Vec<u8> = (0..65536_u32).map(|at| (at * 31 % 251) as u8).collect();
        let location = Location::from(nunatak_fuzz::file_of(&bytes, "data"));
        Arc::new(Object::open_local(&location).expect("it was written"))
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::from_bytes(bytes) {
        let _ = manifest.references();
        nunatak_fuzz::read_small(&manifest.bind(data()));
    }
});
