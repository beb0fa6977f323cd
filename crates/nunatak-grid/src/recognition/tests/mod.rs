//! Every family is recognised and built from a small dataset in memory, and what is wrong is named.

mod axes;
mod cells;
mod coordinates;
mod memory_source;
mod meshes;
mod systems;
