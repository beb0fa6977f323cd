//! One file per command: its arguments, and what it prints.

pub(crate) mod aggregate;
pub(crate) mod archive;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod ensemble;
pub(crate) mod granules;
pub(crate) mod grid;
pub(crate) mod info;
pub(crate) mod ls;
pub(crate) mod regrid;
pub(crate) mod store;
