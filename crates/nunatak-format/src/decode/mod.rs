//! HDF5 filters, undone in reverse order, from the stored bytes straight into the caller's buffer.

mod bitshuffle;
mod blosc;
mod buffers;
mod byte_shuffle;
mod checksum;
mod codecs;
mod error;
mod expansion;
mod filter;
mod lz4_blocks;
mod lzf;
mod nbit;
mod pipeline;

pub(crate) use buffers::{decoded_room, release_large};
pub(crate) use error::DecodeError;
pub(crate) use expansion::check_expansion;
pub(crate) use filter::Filter;
#[cfg(test)]
pub(crate) use filter::element_size;
pub(crate) use pipeline::{Scratch, decode, decode_into};
