//! Where files are, and how to reach them: options that every command on files takes.

use clap::Args;
use nunatak::Result;
use nunatak::format::StorageOptions;

/// How to reach an object store.
#[derive(Args)]
pub(crate) struct StoreArguments {
    /// Option of the store: `anon=true`, `endpoint_url=https://…`, `profile=ice`. May be repeated.
    #[arg(long = "store", value_name = "NAME=VALUE", value_parser = parse_option)]
    options: Vec<(String, String)>,
}

fn parse_option(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_string(), value.to_string()))
}

impl StoreArguments {
    pub(crate) fn options(&self) -> Result<StorageOptions> {
        Ok(StorageOptions::new(self.options.iter().cloned())?)
    }
}
