//! Headers of files as bytes: the form in which thousands are kept.

use bytes::Bytes;
use nunatak_format::Manifest;

use crate::Result;

/// A header, in the compact form in which thousands are kept.
#[derive(Debug, Clone)]
pub(crate) struct PackedManifest(Bytes);

impl PackedManifest {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub(crate) fn pack(manifest: &Manifest) -> Result<Self> {
        Ok(Self::new(manifest.to_bytes()?.into()))
    }

    /// # Errors
    /// The format's, when the bytes come from a saved catalog that is damaged.
    pub(crate) fn unpack(&self) -> Result<Manifest> {
        Ok(Manifest::from_bytes(&self.0)?)
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.0
    }
}
