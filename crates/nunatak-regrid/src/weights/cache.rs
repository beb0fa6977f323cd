//! The cache of weights of this process, most recently used first, so that arrays rebuilt one by one share them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use nunatak_grid::Grid;
use nunatak_system::{PerProcess, inherit};

use super::matrix::Weights;
use super::recipe::Recipe;
use crate::error::Result;
use crate::options::{Extrapolation, Method};

const MOST_SETS: usize = 16;
const MOST_BYTES: usize = 512 << 20;

/// Sets of weights by what they follow from.
type CachedSets = VecDeque<(Recipe, Arc<Weights>)>;

static WEIGHT_CACHE: PerProcess<Mutex<CachedSets>> = PerProcess::new(inherit);

impl Recipe {
    /// The weights, from this process's cache: the last 16 sets are kept, at most 512 MiB of them.
    ///
    /// # Errors
    /// As [`Weights::new`], [`Weights::masked`] and [`Weights::extrapolated`].
    pub fn weights(&self) -> Result<Arc<Weights>> {
        weights(self)
    }
}

impl Weights {
    /// The weights between two grids, without the source cells that `mask` leaves out, from this process's cache:
    /// the last 16 sets are kept, at most 512 MiB of them.
    ///
    /// # Errors
    /// As [`Weights::new`] and [`Weights::masked`].
    pub fn shared(source: &Grid, target: &Grid, method: Method, mask: Option<&[bool]>) -> Result<Arc<Self>> {
        let recipe = Recipe::new(source, target, method);
        match mask {
            Some(mask) => recipe.masked(mask),
            None => recipe,
        }
        .weights()
    }
}

/// See [`Recipe::weights`]. The lock is not held while weights are made: two threads may make the same ones, and the
/// first to finish wins.
fn weights(recipe: &Recipe) -> Result<Arc<Weights>> {
    if let Some(found) = find(recipe) {
        return Ok(found);
    }
    let made = if recipe.extrapolation != Extrapolation::Off {
        weights(&recipe.clone().extrapolated(Extrapolation::Off))?.extrapolated(recipe.extrapolation)?
    } else if let Some(mask) = &recipe.mask {
        let keep: Vec<bool> = mask.iter().map(|&keep| keep != 0).collect();
        let unmasked = Recipe { mask: None, ..recipe.clone() };
        match (recipe.method, find(&unmasked)) {
            // They are made anew for every mask.
            (Method::Conservative2, None) => Weights::second_order_masked(&recipe.source, &recipe.target, &keep)?,
            (_, Some(found)) => found.masked(&keep)?,
            (_, None) => weights(&unmasked)?.masked(&keep)?,
        }
    } else {
        Weights::new(&recipe.source, &recipe.target, recipe.method)?
    };
    Ok(find(recipe).unwrap_or_else(|| keep(recipe.clone(), Arc::new(made))))
}

/// Drops the weights that the process keeps; those in use stay.
pub fn forget_weights() {
    WEIGHT_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn find(key: &Recipe) -> Option<Arc<Weights>> {
    let mut kept = WEIGHT_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner);
    let at = kept.iter().position(|(own, _)| own == key)?;
    let entry = kept.remove(at)?;
    let found = Arc::clone(&entry.1);
    kept.push_front(entry);
    Some(found)
}

fn keep(key: Recipe, made: Arc<Weights>) -> Arc<Weights> {
    let mut kept = WEIGHT_CACHE.get().lock().unwrap_or_else(PoisonError::into_inner);
    kept.push_front((key, Arc::clone(&made)));
    let too_large = |kept: &CachedSets| {
        kept.len() > MOST_SETS || kept.iter().map(|(_, weights)| weights.byte_len()).sum::<usize>() > MOST_BYTES
    };
    while kept.len() > 1 && too_large(&kept) {
        kept.pop_back();
    }
    made
}
