//! The data requests of the protocols.

pub(super) mod ismip6;
pub(super) mod ismip7;

/// Rows of a data request: name, dimensions, kind, mandatory or not, fill policy, units, range of Antarctica, range of
/// Greenland, standard names.
macro_rules! requests {
    ($($name:ident $shape:ident $kind:ident $need:ident $fill:ident $units:literal
        $antarctica:expr, $greenland:expr, [$($standard:literal),*];)*) => {
        &[$(crate::compliance::request::Request {
            name: stringify!($name),
            shape: crate::compliance::request::Shape::$shape,
            kind: crate::Meaning::$kind,
            standard_names: &[$($standard),*],
            units: $units,
            mandatory: requests!(@ $need),
            antarctica: $antarctica,
            greenland: $greenland,
            fill: crate::compliance::request::FillPolicy::$fill,
        }),*]
    };
    (@ mandatory) => { true };
    (@ optional) => { false };
}

use requests;
