//! Weights of this process, most recently used first, so that arrays rebuilt one by one share them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use nunatak_grid::Grid;

use crate::{Method, Result, Weights};

const MOST_SETS: usize = 16;
const MOST_BYTES: usize = 512 << 20;

/// What the weights follow from.
#[derive(PartialEq)]
struct Key {
    source: Grid,
    target: Grid,
    method: Method,
    mask: Option<Vec<bool>>,
}

static KEPT: Mutex<VecDeque<(Key, Arc<Weights>)>> = Mutex::new(VecDeque::new());

/// See [`Weights::shared`]. The lock is not held while weights are made: two threads may make the same ones, and the
/// first to finish wins.
pub(crate) fn weights(source: &Grid, target: &Grid, method: Method, mask: Option<&[bool]>) -> Result<Arc<Weights>> {
    let key = Key { source: source.clone(), target: target.clone(), method, mask: mask.map(<[bool]>::to_vec) };
    if let Some(found) = find(&key) {
        return Ok(found);
    }
    let made = match mask {
        None => Arc::new(Weights::new(source, target, method)?),
        Some(mask) => Arc::new(weights(source, target, method, None)?.masked(mask)?),
    };
    Ok(find(&key).unwrap_or_else(|| keep(key, made)))
}

fn find(key: &Key) -> Option<Arc<Weights>> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let at = kept.iter().position(|(own, _)| own == key)?;
    let entry = kept.remove(at)?;
    let found = Arc::clone(&entry.1);
    kept.push_front(entry);
    Some(found)
}

fn keep(key: Key, made: Arc<Weights>) -> Arc<Weights> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push_front((key, Arc::clone(&made)));
    let too_large = |kept: &VecDeque<(Key, Arc<Weights>)>| {
        kept.len() > MOST_SETS || kept.iter().map(|(_, weights)| weights.byte_len()).sum::<usize>() > MOST_BYTES
    };
    while kept.len() > 1 && too_large(&kept) {
        kept.pop_back();
    }
    made
}
