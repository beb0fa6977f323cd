//! The files of one experiment as one dataset.

mod coordinates;
mod data;
mod decode;
mod dimensions;
mod directions;
mod experiment;
mod file_sets;
mod naming;
mod node;
mod parts;
mod records;
mod time_axis;

pub(crate) use experiment::assemble;
