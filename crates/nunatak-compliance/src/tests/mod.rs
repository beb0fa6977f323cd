//! Sound files pass; every defect alone is found, alone.

mod headers;
mod runs;
mod time;

use nunatak_ismip::{Protocol, requests};
use nunatak_repair::Category;

use crate::finding::Level;
use crate::fixture::Fixture;

/// What is found in a file that was spoilt: category, level, and both texts.
fn spoilt(mut fixture: Fixture, spoil: impl FnOnce(&mut Fixture)) -> Vec<(Category, Level, String)> {
    spoil(&mut fixture);
    fixture.findings().into_iter().map(|found| (found.category, found.level, found.message())).collect()
}

/// The one thing that is found.
#[track_caller]
fn only(fixture: Fixture, category: Category, level: Level, text: &str, spoil: impl FnOnce(&mut Fixture)) {
    let found = spoilt(fixture, spoil);
    assert_eq!(found.len(), 1, "{text}: {found:#?}");
    assert_eq!((found[0].0, found[0].1), (category, level), "{found:?}");
    assert!(found[0].2.contains(text), "{text}: {found:?}");
}

fn renamed(from: &str, to: &str) -> impl FnOnce(&mut Fixture) {
    let (from, to) = (from.to_string(), to.to_string());
    move |fixture: &mut Fixture| fixture.path = fixture.path.replacen(&from, &to, 1)
}

#[test]
fn sound_files_pass() {
    for request in requests(Protocol::Ismip7).iter().filter(|one| one.name != "litemp") {
        assert_eq!(spoilt(Fixture::ismip7(request.name), |_| ()), [], "{}", request.name);
    }
    for request in ["lithk", "acabf", "lim", "xvelmean"] {
        assert_eq!(spoilt(Fixture::ismip6(request), |_| ()), [], "{request}");
    }
}
