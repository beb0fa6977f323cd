//! Where the chunks of a variable are, looked up in its file.

use std::sync::Arc;

use bytes::Bytes;
use nunatak_store::Object;

use crate::Result;
use crate::hdf5::{SourceView, locate};
use crate::manifest::{ChunkIndex, ChunkTable, Layout, StoredNumbers};
use crate::source::{ByteSource, complete};

/// Remote files up to this size are fetched whole when one of their variables is first read: the nodes of its chunk index
/// lie between the data, and one request brings both.
pub(crate) const WHOLE_FILE_BYTES: u64 = 4 << 20;

impl StoredNumbers {
    /// Looks up where the chunks are; `None` when there is nothing to look up.
    ///
    /// # Errors
    /// The store's and the format's.
    pub(crate) async fn locate(&self, object: &Arc<Object>) -> Result<Option<Arc<ChunkTable>>> {
        self.locate_with(object, None).await
    }

    /// As [`StoredNumbers::locate`], before data are read: a small remote file is fetched whole, and its bytes are
    /// given back for the data.
    ///
    /// # Errors
    /// As [`StoredNumbers::locate`].
    pub(crate) async fn locate_to_read(
        &self,
        object: &Arc<Object>,
    ) -> Result<(Option<Arc<ChunkTable>>, Option<Bytes>)> {
        let deferred = matches!(self.layout, Layout::Chunked { index: ChunkIndex::Deferred(_), .. });
        if !deferred || object.location().is_local() || object.length() > WHOLE_FILE_BYTES {
            return Ok((self.locate(object).await?, None));
        }
        let all = 0..object.length();
        let whole = object.fetch(std::slice::from_ref(&all)).await?.pop().unwrap_or_default();
        Ok((self.locate_with(object, Some(whole.clone())).await?, Some(whole)))
    }

    async fn locate_with(&self, object: &Arc<Object>, whole: Option<Bytes>) -> Result<Option<Arc<ChunkTable>>> {
        let Layout::Chunked { index: ChunkIndex::Deferred(address), .. } = &self.layout else { return Ok(None) };
        let source = ByteSource::new(Arc::clone(object))?;
        if let Some(bytes) = whole {
            source.add(0, bytes);
        }
        let table = complete(&source, || locate(&SourceView::new(&source, address), &self.object, address)).await?;
        Ok(Some(Arc::new(table)))
    }
}
