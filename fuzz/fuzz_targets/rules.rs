//! Rule files of any text.

#![no_main]

use nunatak_repair::RuleFile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = RuleFile::parse("fuzz.toml", text);
});
