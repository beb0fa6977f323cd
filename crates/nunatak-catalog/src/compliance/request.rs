//! What a protocol asks of a variable.

use super::protocol::Protocol;
use super::tables;
use crate::Meaning;
use crate::ice_sheet::IceSheet;

/// The dimensions of a variable, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// (time, y, x).
    Field,
    /// (time, z, y, x), in a few snapshots.
    Volume,
    /// (y, x).
    Map,
    /// (time).
    Scalar,
}

impl Shape {
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Field => &["time", "y", "x"],
            Self::Volume => &["time", "z", "y", "x"],
            Self::Map => &["y", "x"],
            Self::Scalar => &["time"],
        }
    }

    pub(super) fn has_time(self) -> bool {
        self != Self::Map
    }

    pub(super) fn is_gridded(self) -> bool {
        self != Self::Scalar
    }
}

/// Where a variable may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FillPolicy {
    /// The protocol does not say.
    Free,
    /// Nowhere.
    Forbidden,
    /// Outside the model's domain, which holds all the ice.
    OutsideDomain,
    /// Where `sftgif` is 0, and only there.
    NoIce,
    /// Where `sftgrf` is 0, and only there.
    NoGroundedIce,
    /// Where `sftflf` is 0, and only there.
    NoFloatingIce,
}

impl FillPolicy {
    /// The fraction whose zeros are where the variable is missing.
    pub(super) fn mask(self) -> Option<&'static str> {
        match self {
            Self::NoIce => Some("sftgif"),
            Self::NoGroundedIce => Some("sftgrf"),
            Self::NoFloatingIce => Some("sftflf"),
            Self::Free | Self::Forbidden | Self::OutsideDomain => None,
        }
    }
}

/// A row of a protocol's data request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Request {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) kind: Meaning,
    /// Accepted standard names, the preferred one first; none where CF has no name yet.
    pub(super) standard_names: &'static [&'static str],
    pub(super) units: &'static str,
    pub(super) mandatory: bool,
    /// Plausible values of Antarctica and Greenland.
    pub(super) antarctica: (f64, f64),
    pub(super) greenland: (f64, f64),
    pub(super) fill: FillPolicy,
}

impl Request {
    pub(super) fn range(&self, ice_sheet: IceSheet) -> (f64, f64) {
        match ice_sheet {
            IceSheet::Antarctica => self.antarctica,
            IceSheet::Greenland => self.greenland,
        }
    }
}

/// The data request of a protocol.
pub(super) fn requests(protocol: Protocol) -> &'static [Request] {
    match protocol {
        Protocol::Ismip6 => tables::ismip6::REQUESTS,
        Protocol::Ismip7 => tables::ismip7::REQUESTS,
    }
}

/// What a protocol asks of a variable, by its name or the name that initMIP had for it.
pub(super) fn request(protocol: Protocol, variable: &str) -> Option<&'static Request> {
    let find = |name: &str| requests(protocol).iter().find(|request| request.name == name);
    find(variable).or_else(|| match protocol {
        Protocol::Ismip6 => find(initmip_alias(variable)?),
        Protocol::Ismip7 => None,
    })
}

/// The ISMIP6 name of an initMIP variable.
pub(super) fn initmip_alias(variable: &str) -> Option<&'static str> {
    let (_, name) = tables::ismip6::INITMIP_NAMES.iter().find(|(old, _)| *old == variable)?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_known_by_its_kind_and_its_range_is_one() {
        for protocol in [Protocol::Ismip6, Protocol::Ismip7] {
            for request in requests(protocol) {
                assert_eq!(Meaning::of(request.name), request.kind, "{}", request.name);
                assert!(request.antarctica.0 < request.antarctica.1, "{}", request.name);
                assert!(request.greenland.0 < request.greenland.1, "{}", request.name);
            }
        }
        assert_eq!((requests(Protocol::Ismip6).len(), requests(Protocol::Ismip7).len()), (37, 42));
    }

    #[test]
    fn names_of_initmip_lead_to_those_of_ismip6_alone() {
        assert_eq!(request(Protocol::Ismip6, "uvelmean").unwrap().name, "xvelmean");
        assert!(request(Protocol::Ismip7, "uvelmean").is_none());
        assert!(tables::ismip6::INITMIP_NAMES.iter().all(|(_, name)| request(Protocol::Ismip6, name).is_some()));
    }
}
