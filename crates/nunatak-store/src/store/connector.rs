//! The HTTP client below `object_store`: it follows redirects with care, bounds what is no object's content, and notes what
//! answers say beside it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use nunatak_system::PerProcess;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::{ClientConfigKey, ClientOptions};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap};
use reqwest::redirect::Policy;

use super::odd_keys::without_odd_keys;
use super::redirects::{MOST_REDIRECTS, following};
use crate::request::note;
use crate::secrets::Secrets;

/// Bytes of one page of a listing: a thousand keys of the longest are 2 MB; the answer of a WebDAV server has all files.
const LONGEST_PAGE: usize = 64 * 1024 * 1024;
/// Bytes of an error's text.
const LONGEST_ERROR: usize = 64 * 1024;
/// Headers that say nothing of who asks.
const OPEN_HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "date",
    "depth",
    "host",
    "range",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-ms-date",
];

/// Makes the clients of one connection.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    timeout: Duration,
    /// Headers that the user has for this store.
    headers: HeaderMap,
}

impl Connector {
    pub(super) fn new(timeout: Duration, headers: HeaderMap) -> Self {
        Self { timeout, headers }
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let setting = |key: ClientConfigKey| options.get_config_value(&key);
        // Where a cloud gives its machines credentials, and this is none, nobody answers: `object_store` waits less there.
        let connect = setting(ClientConfigKey::ConnectTimeout)
            .and_then(|text| text.strip_suffix('s')?.parse().ok())
            .map_or(self.timeout, Duration::from_secs);
        let https_only = setting(ClientConfigKey::AllowHttp).as_deref() != Some("true");
        let settings = Settings { connect, read: self.timeout, https_only };
        let connected = settings
            .connected()
            .map_err(|error| object_store::Error::Generic { store: "HTTP client", source: Box::new(error) })?;
        let client = PerProcess::of(Client { settings, connected: Ok(connected) }, Client::of_child);
        Ok(HttpClient::new(Service { client, headers: self.headers.clone() }))
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Settings {
    connect: Duration,
    read: Duration,
    https_only: bool,
}

impl Settings {
    fn connected(self) -> reqwest::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("nunatak/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(self.connect)
            .read_timeout(self.read)
            .pool_max_idle_per_host(512)
            .https_only(self.https_only)
            .build()?;
        Ok(HttpClient::new(client))
    }
}

/// A client whose connections are those of one process: the tasks that serve them run nowhere else, and two processes
/// on one connection would take each other's answers.
#[derive(Debug)]
struct Client {
    settings: Settings,
    connected: Result<HttpClient, String>,
}

impl Client {
    fn of_child(parents: Option<&Self>) -> Self {
        let settings = parents.map(|parents| parents.settings).unwrap_or_default();
        Self { settings, connected: settings.connected().map_err(|error| error.to_string()) }
    }

    fn connected(&self) -> Result<&HttpClient, HttpError> {
        self.connected.as_ref().map_err(|problem| failure(HttpErrorKind::Connect, problem.clone()))
    }
}

#[derive(Debug)]
struct Service {
    client: PerProcess<Client>,
    headers: HeaderMap,
}

impl HttpService for Service {
    fn call<'service, 'answer>(
        &'service self,
        request: HttpRequest,
    ) -> BoxFuture<'answer, Result<HttpResponse, HttpError>>
    where
        'service: 'answer,
        Self: 'answer,
    {
        Box::pin(async move {
            let mut request = request;
            for (name, value) in &self.headers {
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
            note_secrets(&request);
            let is_page = is_listing(&request);
            let answer = self.follow(request).await?;
            note_answer(&answer);
            match answer.status().is_success() {
                true if is_page => page(answer).await,
                true => Ok(answer),
                false => first_bytes(answer, LONGEST_ERROR).await,
            }
        })
    }
}

impl Service {
    /// The answer at the end of all redirects.
    async fn follow(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        for _ in 0..MOST_REDIRECTS {
            let answer = self.client.get().connected()?.execute(request.clone()).await?;
            match following(&request, &answer) {
                Some(next) => request = next,
                None => return Ok(answer),
            }
        }
        Err(failure(HttpErrorKind::Unknown, format!("more than {MOST_REDIRECTS} redirects")))
    }
}

fn failure(kind: HttpErrorKind, problem: String) -> HttpError {
    HttpError::new(kind, std::io::Error::other(problem))
}

fn is_listing(request: &HttpRequest) -> bool {
    let query = request.uri().query().unwrap_or_default();
    request.method().as_str() == "PROPFIND" || query.split('&').any(|pair| pair == "list-type=2" || pair == "comp=list")
}

/// Notes what a request carries to prove who asks.
fn note_secrets(request: &HttpRequest) {
    let mut secrets = Secrets::default();
    for (name, value) in request.headers() {
        let is_open = OPEN_HEADERS.contains(&name.as_str()) || name.as_str().starts_with("if-");
        let Some(value) = value.to_str().ok().filter(|_| !is_open) else { continue };
        if *name == AUTHORIZATION {
            proofs(value).for_each(|proof| secrets.add(proof));
        } else {
            secrets.add(value);
        }
    }
    for (name, value) in request.uri().query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')) {
        secrets.add_if_named(name, value);
    }
    note(|notes| notes.secrets = secrets);
}

/// The parts of an authorization that are secret: all but the names of what is signed, and where.
fn proofs(authorization: &str) -> impl Iterator<Item = &str> {
    let (scheme, rest) = authorization.split_once(' ').unwrap_or(("", authorization));
    let is_signature = scheme.starts_with("AWS4-");
    let signed = rest.split(',').filter_map(|part| part.trim().split_once('='));
    let signed = signed.filter(|(name, _)| *name != "SignedHeaders").map(|(_, value)| value);
    let parts = signed.map(|value| value.split('/').next().unwrap_or(value)).filter(move |_| is_signature);
    std::iter::once(rest).filter(move |_| !is_signature).chain(parts)
}

fn note_answer(answer: &HttpResponse) {
    let status = answer.status().as_u16();
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    if matches!(status, 429 | 500..=599) {
        let wait = header("retry-after").and_then(seconds);
        note(|notes| notes.wait = wait);
    }
    if matches!(status, 301 | 302 | 307 | 308 | 400) {
        // It becomes a part of a host's name.
        let is_region =
            |name: &&str| name.len() < 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let region = header("x-amz-bucket-region").filter(is_region).map(str::to_string);
        note(|notes| notes.region = region);
    }
}

/// The header's seconds; a date, which stores do not send, is ignored.
fn seconds(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

/// A page of a listing without the objects whose keys are no paths, which are noted: `object_store` would refuse the page.
async fn page(answer: HttpResponse) -> Result<HttpResponse, HttpError> {
    let answer = first_bytes(answer, LONGEST_PAGE + 1).await?;
    let (mut parts, body) = answer.into_parts();
    let content = body.bytes().await?;
    if content.len() > LONGEST_PAGE {
        return Err(failure(HttpErrorKind::Decode, format!("a page of a listing has more than {LONGEST_PAGE} bytes")));
    }
    let body = match std::str::from_utf8(&content).ok().and_then(without_odd_keys) {
        Some((kept, odd)) => {
            note(|notes| notes.odd_keys.extend(odd));
            parts.headers.remove(CONTENT_LENGTH);
            HttpResponseBody::from(kept)
        }
        None => HttpResponseBody::from(content),
    };
    Ok(HttpResponse::from_parts(parts, body))
}

/// An answer whose body is in memory, and no longer than `most`.
async fn first_bytes(answer: HttpResponse, most: usize) -> Result<HttpResponse, HttpError> {
    let (parts, body) = answer.into_parts();
    let mut stream = body.bytes_stream();
    let mut content = Vec::new();
    while let Some(part) = stream.next().await {
        content.extend_from_slice(&part?);
        if content.len() >= most {
            content.truncate(most);
            break;
        }
    }
    Ok(HttpResponse::from_parts(parts, HttpResponseBody::from(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_and_dates_are_not() {
        assert_eq!(seconds(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(seconds("0"), Some(Duration::ZERO));
        assert_eq!(["-1", "1.5", "", "Wed, 21 Oct 2026 07:28:00 GMT"].map(seconds), [None; 4]);
    }

    #[test]
    fn an_authorization_has_the_key_and_the_proof() {
        let signed =
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0af";
        assert_eq!(proofs(signed).collect::<Vec<_>>(), ["AKID", "0af"]);
        assert_eq!(proofs("Bearer t0ken/=").collect::<Vec<_>>(), ["t0ken/="]);
        assert_eq!(proofs("bare").collect::<Vec<_>>(), ["bare"]);
    }
}
