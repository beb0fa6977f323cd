//! The files of one experiment as one dataset.

mod coordinates;
mod data;
mod decode;
mod dimensions;
mod experiment;
mod naming;
mod node;
mod time_axis;

pub(crate) use experiment::assemble;
