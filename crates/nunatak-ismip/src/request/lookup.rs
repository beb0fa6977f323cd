//! Looking up what a protocol requests.

use crate::protocol::Protocol;
use crate::request::ismip6;
use crate::request::ismip7;
use crate::request::row::VariableRequest;

/// The data request of a protocol.
pub fn requests(protocol: Protocol) -> &'static [VariableRequest] {
    match protocol {
        Protocol::Ismip6 => ismip6::REQUESTS,
        Protocol::Ismip7 => ismip7::REQUESTS,
    }
}

/// What a protocol requests of a variable, by its name or the name that initMIP had for it.
pub fn request(protocol: Protocol, variable: &str) -> Option<&'static VariableRequest> {
    let find = |name: &str| requests(protocol).iter().find(|request| request.name == name);
    find(variable).or_else(|| match protocol {
        Protocol::Ismip6 => find(initmip_alias(variable)?),
        Protocol::Ismip7 => None,
    })
}

/// The ISMIP6 name of an initMIP variable.
pub fn initmip_alias(variable: &str) -> Option<&'static str> {
    let (_, name) = ismip6::INITMIP_NAMES.iter().find(|(old, _)| *old == variable)?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meaning::Meaning;

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
        assert!(ismip6::INITMIP_NAMES.iter().all(|(_, name)| request(Protocol::Ismip6, name).is_some()));
    }
}
