//! Python objects that bytes are read from: file objects, and stores of a user's own.
//!
//! Kernels release the GIL; the thread that needs bytes attaches to the interpreter for the call alone. No lock of this
//! module is waited for with the GIL held, and no thread of the runtime ever calls Python
//! ([`ReadRanges::blocks`](nunatak::store::ReadRanges::blocks)).

mod bytes;
mod failure;
mod file_object;
mod handle;
mod user_store;

pub(crate) use failure::{is_exit, python_cause};
pub(crate) use handle::{PyReader, readers_of, register};
