//! What the targets share: bytes as a file in memory, and reading all that is small in it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nunatak_array::SharedArray;
use nunatak_format::{File, Group, Location, Manifest, Object, block_on, read_local_manifest};

/// Variables up to this many elements are read.
const SMALL: usize = 128 * 1024;

/// A file of this process in memory, overwritten by every input.
pub fn file_of(bytes: &[u8], extension: &str) -> PathBuf {
    let path = PathBuf::from(format!("/dev/shm/nunatak-fuzz-{}.{extension}", std::process::id()));
    std::fs::write(&path, bytes).expect("/dev/shm can be written");
    path
}

/// Opens a file of these bytes, reads it, and takes its manifest through its binary form.
pub fn open_and_read(bytes: &[u8]) {
    let location = Location::from(file_of(bytes, "nc"));
    let Ok(object) = Object::open_local(&location).map(Arc::new) else { return };
    let Ok(mut manifest) = read_local_manifest(&object) else { return };
    read_small(&manifest.clone().bind(&object));
    if block_on(manifest.locate_chunks(&object)).is_ok() {
        let kept = manifest.to_bytes().expect("every manifest can be written");
        keep_seed(&kept);
        let again = Manifest::from_bytes(&kept).expect("what was written can be read");
        read_small(&again.bind(&object));
    }
}

/// Keeps a manifest as a seed of the target `manifest`, in the folder `NUNATAK_MANIFEST_SEEDS` when that is set.
fn keep_seed(manifest: &[u8]) {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let Some(folder) = std::env::var_os("NUNATAK_MANIFEST_SEEDS") else { return };
    let name = format!("{}-{}", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed));
    std::fs::write(PathBuf::from(folder).join(name), manifest).expect("the folder can be written");
}

/// Reads every variable that is small.
pub fn read_small(file: &File) {
    read_group(file.root());
}

fn read_group(group: &Group) {
    for variable in &group.variables {
        read_array(&variable.array);
    }
    group.groups.iter().for_each(read_group);
}

fn read_array(array: &SharedArray) {
    let length = array.shape().iter().try_fold(1_usize, |length, &next| length.checked_mul(next));
    if length.is_some_and(|length| length <= SMALL) {
        let _ = array.read_all();
    }
}
