//! Redirects: what proves who asks goes to the host that was asked, and to no other.

use object_store::client::{HttpRequest, HttpResponse};
use reqwest::Url;
use reqwest::header::{HeaderMap, LOCATION};

/// Redirects that one request follows.
pub(super) const MOST_REDIRECTS: usize = 10;

/// Headers that say what is wanted, and nothing of who wants it.
const HARMLESS: [&str; 8] =
    ["accept", "depth", "if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "range", "user-agent"];

/// The request that a redirect asks for; `None` for answers that are none.
///
/// A bucket in another region is no redirect: the request must be signed for that region (see
/// [`Connection`](super::connection::Connection)).
pub(super) fn following(request: &HttpRequest, answer: &HttpResponse) -> Option<HttpRequest> {
    let is_redirect = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let is_read = matches!(request.method().as_str(), "GET" | "HEAD" | "PROPFIND");
    if !is_redirect || !is_read || answer.headers().contains_key("x-amz-bucket-region") {
        return None;
    }
    let from = Url::parse(&request.uri().to_string()).ok()?;
    let mut to = from.join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    to.set_fragment(None);
    to.set_username("").ok()?;
    to.set_password(None).ok()?;
    let mut next = request.clone();
    *next.uri_mut() = to.as_str().parse().ok()?;
    if !is_same_host(&from, &to) {
        *next.headers_mut() = harmless(request.headers());
    }
    Some(next)
}

/// Whether two addresses are on one server, reached as safely.
fn is_same_host(from: &Url, to: &Url) -> bool {
    let is_upgrade = (from.scheme(), to.scheme()) == ("http", "https") && from.port().is_none() && to.port().is_none();
    from.host() == to.host() && (from.origin() == to.origin() || is_upgrade)
}

fn harmless(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    let others: Vec<_> = headers.keys().filter(|name| !HARMLESS.contains(&name.as_str())).cloned().collect();
    others.iter().for_each(|name| drop(kept.remove(name)));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirected(from: &str, to: &str, region: Option<&str>) -> Option<HttpRequest> {
        let mut request = HttpRequest::new(Vec::new().into());
        *request.uri_mut() = from.parse().unwrap();
        for name in ["authorization", "cookie", "x-amz-security-token", "x-api-key", "range"] {
            request.headers_mut().insert(name, "value".parse().unwrap());
        }
        let (mut parts, body) = HttpResponse::new(Vec::new().into()).into_parts();
        parts.status = 307_u16.try_into().unwrap();
        parts.headers.insert(LOCATION, to.parse().unwrap());
        if let Some(region) = region {
            parts.headers.insert("x-amz-bucket-region", region.parse().unwrap());
        }
        following(&request, &HttpResponse::from_parts(parts, body))
    }

    #[test]
    fn what_proves_who_asks_stays_with_its_host() {
        for to in ["http://b/x", "http://a:81/x", "https://a.b/x", "//b/x", "http://a@b/x", "https://a:8443/x"] {
            let next = redirected("http://a/x", to, None).unwrap();
            let names: Vec<&str> = next.headers().keys().map(|name| name.as_str()).collect();
            assert_eq!(names, ["range"], "{to}");
        }
        assert_eq!(redirected("https://a/x", "http://a/x", None).unwrap().headers().len(), 1);
        for to in ["/y", "http://a/y", "http://a:80/y", "https://a/y"] {
            assert_eq!(redirected("http://a/x", to, None).unwrap().headers().len(), 5, "{to}");
        }
    }

    #[test]
    fn another_region_is_signed_anew() {
        assert!(
            redirected("https://s3.us-east-1.amazonaws.com/b", "https://elsewhere/b", Some("eu-north-1")).is_none()
        );
    }
}
