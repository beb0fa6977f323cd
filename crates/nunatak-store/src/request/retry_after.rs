//! `Retry-After`: how long a store wants its clients to wait, which `object_store` does not report.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use futures_util::future::BoxFuture;
use nunatak_system::PerProcess;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

tokio::task_local! {
    /// The wait that the answers to this task's request demand.
    static REQUESTED_WAIT: Cell<Option<Duration>>;
}

/// The outcome of a request, and how long the store wants the client to wait before the next one.
pub(crate) async fn with_wait<F: Future>(request: F) -> (F::Output, Option<Duration>) {
    REQUESTED_WAIT
        .scope(Cell::new(None), async {
            let outcome = request.await;
            (outcome, REQUESTED_WAIT.with(Cell::take))
        })
        .await
}

/// Connects as `object_store` does, and notes the `Retry-After` of each answer.
#[derive(Debug, Default)]
pub(crate) struct ListeningConnector(ReqwestConnector);

impl HttpConnector for ListeningConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = Client { options: options.clone(), connected: Ok(self.0.connect(options)?) };
        Ok(HttpClient::new(Listening(PerProcess::of(client, Client::of_child))))
    }
}

/// A client whose connections are those of one process: the tasks that serve them run nowhere else, and two processes
/// on one connection would take each other's answers.
#[derive(Debug)]
struct Client {
    options: ClientOptions,
    connected: Result<HttpClient, String>,
}

impl Client {
    fn of_child(parents: Option<&Self>) -> Self {
        let options = parents.map(|parents| parents.options.clone()).unwrap_or_default();
        let connected = ReqwestConnector::default().connect(&options).map_err(|error| error.to_string());
        Self { options, connected }
    }

    fn connected(&self) -> Result<&HttpClient, HttpError> {
        let failed = |reason: &String| HttpError::new(HttpErrorKind::Connect, std::io::Error::other(reason.clone()));
        self.connected.as_ref().map_err(failed)
    }
}

#[derive(Debug)]
struct Listening(PerProcess<Client>);

impl HttpService for Listening {
    fn call<'service, 'answer>(
        &'service self,
        request: HttpRequest,
    ) -> BoxFuture<'answer, Result<HttpResponse, HttpError>>
    where
        'service: 'answer,
        Self: 'answer,
    {
        Box::pin(async move {
            let response = self.0.get().connected()?.execute(request).await?;
            if matches!(response.status().as_u16(), 429 | 500..=599) {
                let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                // Outside a request of this crate (credentials) nobody listens.
                let _ = REQUESTED_WAIT.try_with(|wait| wait.set(header.and_then(seconds)));
            }
            Ok(response)
        })
    }
}

/// The header's seconds; a date, which stores do not send, is ignored.
fn seconds(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
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
    fn a_wait_belongs_to_its_request() {
        crate::block_on(async {
            let asking = with_wait(async { REQUESTED_WAIT.with(|wait| wait.set(Some(Duration::from_secs(3)))) });
            let (((), requested), ((), silent)) = tokio::join!(asking, with_wait(async {}));
            assert_eq!((requested, silent), (Some(Duration::from_secs(3)), None));
        });
    }
}
