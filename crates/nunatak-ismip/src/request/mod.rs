//! The data requests of the protocols: which variables, in which units, where they may be missing, which values are
//! plausible.

mod ismip6;
mod ismip7;
mod lookup;
mod row;

pub use lookup::{initmip_alias, request, requests};
pub use row::{FillPolicy, RequestShape, VariableRequest};
