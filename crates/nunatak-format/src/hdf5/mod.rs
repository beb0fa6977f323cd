//! HDF5 and NetCDF-4: the structures of the file are read by `hdf5-reader`, objects and what they mean to NetCDF here.

mod attributes;
mod chunk_index;
mod collections;
mod dataset;
mod dimensions;
mod doubling_table;
mod element_type;
mod error;
mod fractal_heap;
mod handle;
mod header;
mod heap;
mod links;
mod object;
mod parse;
mod raw_attribute;
mod raw_type;
mod scan;
mod soft_links;
mod texts;

pub(crate) use chunk_index::{SourceView, locate};
pub(crate) use parse::parse;
pub(crate) use texts::read_texts;
