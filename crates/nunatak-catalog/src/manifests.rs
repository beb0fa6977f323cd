//! What is known of each file: its state, and its header once it was read.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use nunatak_array::{Progress, Step};
use nunatak_format::{
    File, Listed, Location, Manifest, Object, Stamp, Store, block_on, read_local_manifest, read_manifest, runtime,
};
use rayon::prelude::*;
use tokio::task::JoinSet;

use crate::{CatalogError, Result};

/// Files of a local archive between two reports of progress.
const LOCAL_BATCH: usize = 256;
/// Files of a remote archive whose headers are on their way at once; the store bounds its requests itself.
const REMOTE_FILES: usize = 512;

/// A header and the state of the file it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) object: Arc<Object>,
    pub(crate) manifest: Arc<Manifest>,
}

impl Known {
    /// The file with lazy arrays.
    pub(crate) fn file(&self) -> File {
        self.manifest.bind(&self.object)
    }
}

/// The headers of an archive's files; shared by a catalog and all searches in it.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    store: Option<StoreHandle>,
    known: RwLock<HashMap<Location, State>>,
}

/// The state of a file, and its header once it was read.
pub(crate) type State = (Stamp, Option<Arc<Manifest>>);

/// A connection that does not show itself.
#[derive(Clone)]
struct StoreHandle(Store);

impl std::fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.0.options())
    }
}

impl Manifests {
    pub(crate) fn new(store: Option<Store>) -> Self {
        Self { store: store.map(StoreHandle), known: RwLock::default() }
    }

    /// Files that a listing has; headers of other states of them are forgotten.
    pub(crate) fn expect(&self, files: Vec<Listed>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            match known.get_mut(&file.location) {
                Some((stamp, _)) if *stamp == file.stamp && stamp.is_certain() => {}
                _ => {
                    known.insert(file.location, (file.stamp, None));
                }
            }
        }
    }

    /// Puts a header in that is known from elsewhere.
    pub(crate) fn insert(&self, location: Location, stamp: Stamp, manifest: Option<Arc<Manifest>>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(location, (stamp, manifest));
    }

    /// State and header of a file, as far as they are known.
    pub(crate) fn get(&self, location: &Location) -> Option<State> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(location).cloned()
    }

    fn known(&self, location: &Location) -> Option<Known> {
        let (stamp, manifest) = self.get(location)?;
        Some(Known { object: self.object(location, stamp), manifest: manifest? })
    }

    fn object(&self, location: &Location, stamp: Stamp) -> Arc<Object> {
        let store = self.store.as_ref().filter(|_| !location.is_local()).map(|store| store.0.clone());
        Arc::new(Object::new(location.clone(), stamp, store))
    }

    /// The headers of these files, in order; those that are not known are read, all at once.
    ///
    /// # Errors
    /// [`CatalogError::Interrupted`]; trouble with single files is in the list.
    pub(crate) fn read(&self, locations: &[&Location], progress: &dyn Progress) -> Result<Vec<Result<Known>>> {
        let missing: Vec<(usize, Arc<Object>)> = locations
            .iter()
            .enumerate()
            .filter_map(|(at, location)| {
                let (stamp, manifest) = self.get(location)?;
                manifest.is_none().then(|| (at, self.object(location, stamp)))
            })
            .collect();
        let mut failed: HashMap<usize, CatalogError> = HashMap::new();
        let counted = Counted { progress, before: locations.len() - missing.len(), total: locations.len() };
        let read = match &self.store {
            None => read_local(missing, &counted)?,
            Some(_) => block_on(read_remote(missing, &counted))?,
        };
        for (at, object, manifest) in read {
            match manifest {
                Ok(manifest) => {
                    self.insert(object.location().clone(), object.stamp().clone(), Some(Arc::new(manifest)));
                }
                Err(error) => {
                    failed.insert(at, error);
                }
            }
        }
        let gone = |location: &Location| CatalogError::File { message: format!("{location}: not in the listing") };
        Ok(locations
            .iter()
            .enumerate()
            .map(|(at, location)| match failed.remove(&at) {
                Some(error) => Err(error),
                None => self.known(location).ok_or_else(|| gone(location)),
            })
            .collect())
    }
}

type Read = (usize, Arc<Object>, Result<Manifest>);

struct Counted<'a> {
    progress: &'a dyn Progress,
    /// Files whose headers were known before.
    before: usize,
    total: usize,
}

impl Counted<'_> {
    fn step(&self, read: usize) -> Result<()> {
        let step = Step { done: self.before + read, total: self.total, bytes: 0 };
        if self.progress.step(step).is_break() { Err(CatalogError::Interrupted) } else { Ok(()) }
    }
}

fn read_local(missing: Vec<(usize, Arc<Object>)>, counted: &Counted<'_>) -> Result<Vec<Read>> {
    let mut read = Vec::with_capacity(missing.len());
    for batch in missing.chunks(LOCAL_BATCH) {
        read.par_extend(batch.par_iter().map(|(at, object)| {
            let manifest = read_local_manifest(object).map_err(CatalogError::from);
            (*at, Arc::clone(object), manifest)
        }));
        counted.step(read.len())?;
    }
    if missing.is_empty() {
        counted.step(0)?;
    }
    Ok(read)
}

async fn read_remote(missing: Vec<(usize, Arc<Object>)>, counted: &Counted<'_>) -> Result<Vec<Read>> {
    let mut waiting = missing.into_iter();
    let mut under_way: JoinSet<Read> = JoinSet::new();
    let mut read = Vec::new();
    loop {
        while under_way.len() < REMOTE_FILES
            && let Some((at, object)) = waiting.next()
        {
            let task = async move {
                let manifest = read_manifest(&object).await.map_err(CatalogError::from);
                (at, object, manifest)
            };
            under_way.spawn_on(task, runtime().handle());
        }
        match under_way.join_next().await {
            None => return counted.step(read.len()).map(|()| read),
            Some(Ok(one)) => read.push(one),
            Some(Err(stopped)) => {
                return Err(CatalogError::File { message: format!("reading a header was stopped: {stopped}") });
            }
        }
        if read.len().is_multiple_of(64) {
            counted.step(read.len())?;
        }
    }
}
