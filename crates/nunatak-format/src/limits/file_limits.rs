//! The limits of this process, which its user can raise.

use std::sync::{Mutex, PoisonError};

use nunatak_system::{PerProcess, inherit};

/// The most that one file may hold. A file that holds more is refused with an error that names the file, what is too
/// large in it, and the limit.
///
/// # Examples
/// ```
/// use nunatak_format::{FileLimits, file_limits, set_file_limits};
///
/// let before = file_limits();
/// set_file_limits(FileLimits { objects: 1_000_000, ..before });
/// assert_eq!(file_limits().objects, 1_000_000);
/// assert_eq!(FileLimits::default().get("segments"), Some(4_194_304));
/// # set_file_limits(before);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// Groups and variables, counted once for each path to them; what is in a group that has several paths counts 8 times
    /// at each further one, and groups there 32 times.
    pub objects: usize,
    /// Bytes of names and attributes, with 64 for each of them, counted once for each path to them.
    pub metadata_bytes: usize,
    /// Bytes of the texts of one variable, with 64 for each text.
    pub text_bytes: usize,
    /// Segments of one granule, all beams together.
    pub segments: usize,
    /// Entries of a file of regridding weights.
    pub weights: usize,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self { objects: 1 << 17, metadata_bytes: 256 << 20, text_bytes: 512 << 20, segments: 1 << 22, weights: 1 << 25 }
    }
}

impl FileLimits {
    /// The names of the limits.
    pub const NAMES: [&'static str; 5] = ["objects", "metadata_bytes", "text_bytes", "segments", "weights"];

    /// The limit of this name.
    pub fn get(mut self, name: &str) -> Option<usize> {
        self.limit(name).map(|limit| *limit)
    }

    /// These limits with another value for one; `None` when no limit has this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: usize) -> Option<Self> {
        *self.limit(name)? = value;
        Some(self)
    }

    fn limit(&mut self, name: &str) -> Option<&mut usize> {
        Some(match name {
            "objects" => &mut self.objects,
            "metadata_bytes" => &mut self.metadata_bytes,
            "text_bytes" => &mut self.text_bytes,
            "segments" => &mut self.segments,
            "weights" => &mut self.weights,
            _ => return None,
        })
    }

    /// What an error adds about the limit of this name.
    pub fn remedy(name: &str) -> String {
        format!(
            "if you trust the file, raise the limit with nk.file_limits({name}=...) or NUNATAK_FILE_LIMITS={name}=..."
        )
    }

    /// The limits that `name=number` pairs, separated by commas, say; what is no such pair is passed over.
    fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.fold(Self::default(), |limits, (name, value)| {
            value.trim().parse().ok().and_then(|value| limits.with(name.trim(), value)).unwrap_or(limits)
        })
    }
}

static LIMITS: PerProcess<Mutex<Option<FileLimits>>> = PerProcess::new(inherit);

/// The limits of this process: the usual ones, unless the environment variable `NUNATAK_FILE_LIMITS`
/// (`objects=1000000,segments=20000000`) or [`set_file_limits`] says otherwise.
pub fn file_limits() -> FileLimits {
    let mut limits = LIMITS.get().lock().unwrap_or_else(PoisonError::into_inner);
    *limits.get_or_insert_with(|| FileLimits::parse(&std::env::var("NUNATAK_FILE_LIMITS").unwrap_or_default()))
}

/// Sets the limits of this process, for files that are opened from now on.
pub fn set_file_limits(limits: FileLimits) {
    *LIMITS.get().lock().unwrap_or_else(PoisonError::into_inner) = Some(limits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_names_and_numbers_are_limits() {
        let limits = FileLimits::parse("objects=5, text_bytes = 7,,weights=x,unknown=3,segments");
        assert_eq!(limits, FileLimits { objects: 5, text_bytes: 7, ..FileLimits::default() });
        assert!(FileLimits::NAMES.iter().all(|name| limits.get(name).is_some()));
        assert_eq!((limits.get("unknown"), limits.with("unknown", 3)), (None, None));
    }
}
