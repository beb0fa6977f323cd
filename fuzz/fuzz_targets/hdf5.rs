//! HDF5 files of any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nunatak_fuzz::open_and_read(bytes));
