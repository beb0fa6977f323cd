//! Names of files and directories.

mod ismip6;
mod ismip7;
mod parts;
mod path;

pub use ismip6::Ismip6FileName;
pub use ismip7::{FieldProblem, Ismip7Name, Ismip7Run};
pub use parts::year_range;
pub use path::ArchivePath;
