//! What a process shares with others of its machine: files, which are replaced whole or not at all, and the memory of
//! its parent, when it was forked.

mod per_process;
mod replace;

pub use per_process::{PerProcess, inherit};
pub use replace::replace_file;
