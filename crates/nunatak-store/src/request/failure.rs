//! What a failed request means: whether the same request can succeed later.

use super::notes::noted;
use crate::secrets::Secrets;
use crate::{Location, StoreError};

/// Why one request brought nothing.
pub(crate) enum RequestFailure {
    /// The same request will fail again.
    Fatal(StoreError),
    /// The same request may succeed later.
    Transient(String),
}

/// Tells a fatal error of a store from a transient one. No secret of the connection, nor of the request, is in the result.
pub(crate) fn classify(location: &Location, secrets: &Secrets, error: &object_store::Error) -> RequestFailure {
    use object_store::Error as Raw;
    let location = || location.clone();
    let reason = || {
        let text = brief(error);
        let shown = noted(|notes| secrets.scrub_with(&notes.secrets, &text)).unwrap_or_else(|| secrets.scrub(&text));
        shown.chars().take(400).collect::<String>()
    };
    RequestFailure::Fatal(match error {
        Raw::NotFound { .. } => StoreError::NotFound { location: location() },
        Raw::PermissionDenied { .. } => StoreError::Denied { location: location(), reason: "403 Forbidden".into() },
        Raw::Unauthenticated { .. } => StoreError::Denied { location: location(), reason: "401 Unauthorized".into() },
        Raw::Precondition { .. } => {
            StoreError::Changed { location: location(), found: "its ETag no longer matches".into() }
        }
        Raw::NotSupported { .. } | Raw::NotImplemented { .. } | Raw::InvalidPath { .. } => {
            StoreError::Unusable { location: location(), reason: reason() }
        }
        other if asks_for_a_role(&other.to_string()) => {
            let reason = "no credentials are given, in the environment, or from this machine's cloud".into();
            StoreError::Denied { location: location(), reason }
        }
        other => match status(&other.to_string()) {
            // A range beyond the end: the object is shorter than it was when its length was read.
            Some(416) => StoreError::Changed { location: location(), found: "it is shorter now".into() },
            Some(code) if is_refusal(code) => StoreError::Unusable { location: location(), reason: reason() },
            _ => return RequestFailure::Transient(reason()),
        },
    })
}

/// Whether an error comes from where clouds give their machines credentials: there are no others.
fn asks_for_a_role(message: &str) -> bool {
    ["http://169.254.169.254/", "http://metadata"].iter().any(|place| message.contains(place))
}

/// The HTTP status in an error of `object_store`, which keeps its type to itself. No URL has spaces, so none can be
/// taken for it.
fn status(message: &str) -> Option<u16> {
    if message.contains("Received redirect without LOCATION") {
        return Some(301);
    }
    let (_, rest) = message.split_once("Server returned non-2xx status code: ")?;
    rest.get(..3)?.parse().ok()
}

/// Whether a status means that the same request will fail again: of the client's errors, all but time-outs (408), too
/// early (425) and too many requests (429); and a redirect without a place, for a wrong region.
fn is_refusal(status: u16) -> bool {
    status == 301 || (400..500).contains(&status) && ![408, 425, 429].contains(&status)
}

/// The cause at the bottom of an error, without the wrappers that repeat the URL.
fn brief(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_where_it_stands_and_nowhere_else() {
        let message = |code: &str| {
            format!(
                "Generic S3 error: Error performing GET http://h:4160/416.nc in 1ms - Server returned non-2xx status code: {code}: "
            )
        };
        assert_eq!(status(&message("416 Range Not Satisfiable")), Some(416));
        assert_eq!(status(&message("503 Service Unavailable")), Some(503));
        assert_eq!(status("Error performing GET http://h:4160/416.nc in 416ms - HTTP error: connection closed"), None);
        assert!(is_refusal(400) && is_refusal(301));
        assert!(![408, 425, 429, 500, 503].into_iter().any(is_refusal));
    }
}
