//! What answers say beside their content, which `object_store` does not report: noted while a request is under way, for
//! the task that makes it.

use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;

use crate::secrets::Secrets;

/// What the answers to a task's request say.
#[derive(Default)]
pub(crate) struct Notes {
    /// The wait that they demand (`Retry-After`).
    pub(crate) wait: Option<Duration>,
    /// Where the bucket is, when it is not where the request went.
    pub(crate) region: Option<String>,
    /// Keys of a listing that are no paths.
    pub(crate) odd_keys: Vec<String>,
    /// What the requests carried to prove who asks.
    pub(crate) secrets: Secrets,
}

tokio::task_local! {
    static NOTES: RefCell<Notes>;
}

/// The outcome of a request, and the notes on its answers.
pub(crate) async fn with_notes<F: Future>(request: F) -> (F::Output, Notes) {
    NOTES
        .scope(RefCell::default(), async {
            let outcome = request.await;
            (outcome, NOTES.with(RefCell::take))
        })
        .await
}

/// Adds to the notes; outside a request of this crate nobody reads them.
pub(crate) fn note(change: impl FnOnce(&mut Notes)) {
    let _ = NOTES.try_with(|notes| change(&mut notes.borrow_mut()));
}

/// What the notes say so far.
pub(crate) fn noted<T>(read: impl FnOnce(&Notes) -> T) -> Option<T> {
    NOTES.try_with(|notes| read(&notes.borrow())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_belongs_to_its_request() {
        crate::block_on(async {
            let asking = with_notes(async { note(|notes| notes.wait = Some(Duration::from_secs(3))) });
            let (((), requested), ((), silent)) = tokio::join!(asking, with_notes(async {}));
            assert_eq!((requested.wait, silent.wait), (Some(Duration::from_secs(3)), None));
        });
    }
}
