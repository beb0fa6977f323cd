//! What is known of each file: its state, and its header once it was read.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use nunatak_array::{Progress, Step};
use nunatak_format::{
    File, FileKind, Listed, Location, Manifest, Object, ReadRanges, Stamp, block_on, read_local_manifest,
    read_manifest, runtime,
};
use nunatak_parallel::carried;
use rayon::prelude::*;
use tokio::task::JoinSet;

use crate::error::{CatalogError, Result};
use crate::packed_manifest::PackedManifest;

/// Files of a local archive between two reports of progress.
const LOCAL_BATCH: usize = 256;
/// Files whose headers are read at once by a reader that blocks its threads.
const BLOCKING_FILES: usize = 16;
/// Files of a remote archive whose headers are on their way at once; the store bounds its requests itself.
const REMOTE_FILES: usize = 512;

/// A header and the state of the file it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct FileHeader {
    pub(crate) object: Arc<Object>,
    pub(crate) manifest: PackedManifest,
}

impl FileHeader {
    /// The file with lazy arrays.
    ///
    /// # Errors
    /// As [`PackedManifest::unpack`].
    pub(crate) fn file(&self) -> Result<File> {
        Ok(self.manifest.unpack()?.bind(&self.object))
    }
}

/// The headers of an archive's files; shared by a catalog and all searches in it.
#[derive(Debug)]
pub(crate) struct Manifests {
    reader: ReaderHandle,
    states: RwLock<HashMap<Location, State>>,
    /// What the system counted of local files when they were listed.
    changes: RwLock<HashMap<Location, String>>,
}

/// What is known of a file's header.
#[derive(Debug, Clone)]
pub(crate) enum Header {
    /// Nothing yet.
    Unread,
    /// All of it.
    Known(PackedManifest),
    /// That it cannot be read, and why.
    Failed(Arc<str>),
    /// That the store did not give it, and why; it is asked for again when it is next wanted.
    Unreached(Arc<str>),
}

/// The state of a file, and its header.
pub(crate) type State = (Stamp, Header);

/// A reader that does not show its secrets.
#[derive(Clone)]
struct ReaderHandle(Arc<dyn ReadRanges>);

impl std::fmt::Debug for ReaderHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({:?})", self.0.public_options())
    }
}

impl Manifests {
    pub(crate) fn new(reader: Arc<dyn ReadRanges>) -> Self {
        Self { reader: ReaderHandle(reader), states: RwLock::default(), changes: RwLock::default() }
    }

    /// Files that a listing has, and what the system counts of them; headers of other states of them are forgotten.
    pub(crate) fn expect(&self, files: Vec<Listed>, changes: Vec<(Location, String)>) {
        self.changes.write().unwrap_or_else(PoisonError::into_inner).extend(changes);
        let mut known = self.states.write().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            match known.get_mut(&file.location) {
                Some((stamp, _)) if *stamp == file.stamp => {}
                _ => {
                    known.insert(file.location, (file.stamp, Header::Unread));
                }
            }
        }
    }

    /// What the system counted of a local file when it was listed.
    pub(crate) fn change(&self, location: &Location) -> Option<String> {
        self.changes.read().unwrap_or_else(PoisonError::into_inner).get(location).cloned()
    }

    /// Puts a header in that is known from elsewhere.
    pub(crate) fn insert(&self, location: Location, stamp: Stamp, header: Header) {
        let mut known = self.states.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(location, (stamp, header));
    }

    /// State and header of a file, as far as they are known.
    pub(crate) fn get(&self, location: &Location) -> Option<State> {
        self.states.read().unwrap_or_else(PoisonError::into_inner).get(location).cloned()
    }

    /// What reads the archive.
    pub(crate) fn reader(&self) -> Arc<dyn ReadRanges> {
        Arc::clone(&self.reader.0)
    }

    /// How many of these headers were not read yet.
    pub(crate) fn count_unread(&self, locations: &[&Location]) -> usize {
        let unread =
            |location: &&&Location| matches!(self.get(location), Some((_, Header::Unread | Header::Unreached(_))));
        locations.iter().filter(unread).count()
    }

    /// Every file, in order.
    pub(crate) fn locations(&self) -> Vec<Location> {
        let known = self.states.read().unwrap_or_else(PoisonError::into_inner);
        let mut locations: Vec<Location> = known.keys().cloned().collect();
        locations.sort();
        locations
    }

    /// Options of the connection that are no secret.
    pub(crate) fn public_options(&self) -> BTreeMap<String, String> {
        self.reader.0.public_options()
    }

    /// A file whose header was read.
    ///
    /// # Errors
    /// Why it could not be.
    pub(crate) fn header(&self, location: &Location) -> Result<FileHeader> {
        let problem = |message: String| Err(CatalogError::File { message });
        match self.get(location) {
            Some((stamp, Header::Known(manifest))) => Ok(FileHeader { object: self.object(location, stamp), manifest }),
            Some((_, Header::Failed(message))) => problem(message.to_string()),
            Some((_, Header::Unreached(message))) => Err(CatalogError::Unreachable { message: message.to_string() }),
            _ => problem(format!("{location}: not in the listing")),
        }
    }

    /// The format of a file whose header is known.
    pub(crate) fn kind(&self, location: &Location) -> Option<FileKind> {
        match self.get(location)? {
            (_, Header::Known(manifest)) => Manifest::kind_of(manifest.bytes()).ok(),
            _ => None,
        }
    }

    fn object(&self, location: &Location, stamp: Stamp) -> Arc<Object> {
        Arc::new(match location {
            Location::Local(_) => Object::new(location.clone(), stamp, None),
            Location::Remote { .. } => Object::through(self.reader(), location.clone(), stamp),
        })
    }

    /// The headers of these files, in order; those that are not known are read, all at once.
    ///
    /// # Errors
    /// [`CatalogError::Interrupted`]; trouble with single files is in the list.
    pub(crate) fn read(&self, locations: &[&Location], progress: &dyn Progress) -> Result<Vec<Result<FileHeader>>> {
        let missing: Vec<(usize, Arc<Object>)> = locations
            .iter()
            .enumerate()
            .filter_map(|(at, location)| {
                let (stamp, header) = self.get(location)?;
                matches!(header, Header::Unread | Header::Unreached(_)).then(|| (at, self.object(location, stamp)))
            })
            .collect();
        let mut failed: HashMap<usize, CatalogError> = HashMap::new();
        let counted = Counted { progress, before: locations.len() - missing.len(), total: locations.len() };
        let waits = missing.first().is_some_and(|(_, object)| !object.location().is_local());
        let read = match waits {
            false => read_local(missing, &counted)?,
            true if self.reader.0.blocks() => read_blocking(missing, &counted)?,
            true => block_on(read_remote(missing, &counted))?,
        };
        for (at, object, manifest) in read {
            match manifest.and_then(|manifest| PackedManifest::pack(&manifest)) {
                Ok(manifest) => {
                    let header = Header::Known(manifest);
                    self.insert(object.location().clone(), object.stamp().clone(), header);
                }
                Err(error) => {
                    let message: Arc<str> = error.to_string().into();
                    let unreached = error.is_store_failure();
                    let header = if unreached { Header::Unreached(message) } else { Header::Failed(message) };
                    self.insert(object.location().clone(), object.stamp().clone(), header);
                    failed.insert(at, error);
                }
            }
        }
        Ok(locations
            .iter()
            .enumerate()
            .map(|(at, location)| match failed.remove(&at) {
                Some(error) => Err(error),
                None => self.header(location),
            })
            .collect())
    }
}

impl Manifests {
    /// Reads the headers of these files, and looks up where all their chunks are.
    ///
    /// # Errors
    /// As [`Manifests::read`].
    pub(crate) fn locate_chunks(&self, locations: &[&Location], progress: &dyn Progress) -> Result<()> {
        let known: Vec<FileHeader> = self.read(locations, progress)?.into_iter().flatten().collect();
        let waits = known.first().is_some_and(|known| !known.object.location().is_local());
        let locate_one = carried(|known| block_on(locate(known)));
        let locate_here = |known: Vec<FileHeader>| known.into_par_iter().map(&locate_one).collect();
        let located: Vec<(FileHeader, Result<Manifest>)> = match waits {
            false => locate_here(known),
            true if self.reader.0.blocks() => on_blocking_threads(|| locate_here(known)),
            true => block_on(locate_remote(known))?,
        };
        for (known, manifest) in located {
            let header = match manifest.and_then(|manifest| PackedManifest::pack(&manifest)) {
                Ok(manifest) => Header::Known(manifest),
                // The data are out of reach, not the header: reading them says so.
                Err(_) => Header::Known(known.manifest),
            };
            self.insert(known.object.location().clone(), known.object.stamp().clone(), header);
        }
        Ok(())
    }
}

async fn locate(known: FileHeader) -> (FileHeader, Result<Manifest>) {
    let located = match known.manifest.unpack() {
        Ok(mut manifest) => manifest.locate_chunks(&known.object).await.map(|()| manifest).map_err(CatalogError::from),
        Err(error) => Err(error),
    };
    (known, located)
}

async fn locate_remote(known: Vec<FileHeader>) -> Result<Vec<(FileHeader, Result<Manifest>)>> {
    let mut under_way = JoinSet::new();
    for one in known {
        under_way.spawn_on(locate(one), runtime().handle());
    }
    let mut located = Vec::with_capacity(under_way.len());
    while let Some(one) = under_way.join_next().await {
        located.push(one.map_err(|stopped| CatalogError::File { message: stopped.to_string() })?);
    }
    Ok(located)
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
        let read_one = |(at, object): &(usize, Arc<Object>)| {
            let manifest = read_local_manifest(object).map_err(CatalogError::from);
            (*at, Arc::clone(object), manifest)
        };
        read.par_extend(batch.par_iter().map(carried(read_one)));
        counted.step(read.len())?;
    }
    if missing.is_empty() {
        counted.step(0)?;
    }
    Ok(read)
}

fn read_blocking(missing: Vec<(usize, Arc<Object>)>, counted: &Counted<'_>) -> Result<Vec<Read>> {
    let read_one = carried(|(at, object): &(usize, Arc<Object>)| {
        let manifest = block_on(read_manifest(object)).map_err(CatalogError::from);
        (*at, Arc::clone(object), manifest)
    });
    let mut read = Vec::with_capacity(missing.len());
    for batch in missing.chunks(4 * BLOCKING_FILES) {
        read.extend(on_blocking_threads(|| batch.par_iter().map(&read_one).collect::<Vec<_>>()));
        counted.step(read.len())?;
    }
    Ok(read)
}

/// Runs work whose reader blocks its threads on more threads than there are cores: they wait most of the time, and the
/// threads of other kernels stay free.
fn on_blocking_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(BLOCKING_FILES).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
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
