//! The vocabulary of ISMIP6 and ISMIP7: names of files, ice sheets and their grids, experiments, and data requests.
//!
//! Plain facts and the parsing of names; no file is opened here. Every fact has one home, with its source beside it.
//!
//! ```
//! use nunatak_ismip::{IceSheet, IsmipGrid, Protocol, request};
//!
//! let grid = IsmipGrid::of_size(577, 337, None).unwrap();
//! assert_eq!((grid.ice_sheet, grid.spacing), (IceSheet::Greenland, 5000));
//! assert_eq!(request(Protocol::Ismip6, "lithk").unwrap().units, "m");
//! ```

mod densities;
mod experiments;
mod grid;
mod ice_sheet;
mod meaning;
mod names;
mod protocol;
mod request;

pub use densities::Densities;
pub use experiments::{RunKind, YearSpan, control_names, ismip6_span, ismip7_years};
pub use grid::{IsmipGrid, accepted_spacings};
pub use ice_sheet::{IceSheet, PolarStereographic};
pub use meaning::Meaning;
pub use names::{ArchivePath, FieldProblem, Ismip6FileName, Ismip7Name, Ismip7Run, year_range};
pub use protocol::Protocol;
pub use request::{FillPolicy, RequestShape, VariableRequest, initmip_alias, request, requests};
