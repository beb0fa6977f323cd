//! Filters as a file describes them: their numbers, names and parameters.

use std::num::NonZeroU32;

use hdf5_reader::messages::filter_pipeline::FilterDescription;
use serde::{Deserialize, Serialize};

/// What compresses the blocks of bitshuffle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Compression {
    None,
    Lz4,
    Zstd,
    /// A code that the filter does not define.
    Unknown(u32),
}

impl Compression {
    /// By the filter's fifth parameter.
    fn of(code: u32) -> Self {
        match code {
            0 => Self::None,
            2 => Self::Lz4,
            3 => Self::Zstd,
            other => Self::Unknown(other),
        }
    }
}

/// One filter of a chunk's pipeline, in the order it was applied when written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Filter {
    Deflate {
        level: u32,
    },
    Shuffle {
        element_size: NonZeroU32,
    },
    Fletcher32,
    Szip {
        parameters: Vec<u32>,
    },
    Nbit {
        parameters: Vec<u32>,
        /// Whether integers are signed; `None` for other types.
        signed: Option<bool>,
    },
    ScaleOffset {
        parameters: Vec<u32>,
    },
    Bzip2,
    Lzf,
    Blosc,
    Lz4,
    Bitshuffle {
        element_size: NonZeroU32,
        /// Elements of one block; zero is the library's default.
        block_elements: usize,
        compression: Compression,
    },
    Zstd,
    /// A filter that cannot be undone here, by name.
    Unknown {
        id: u16,
        name: String,
    },
}

impl Filter {
    /// Its name among codecs (numcodecs' where there is one), and its parameters.
    pub(crate) fn name_and_parameters(&self) -> (String, Vec<u32>) {
        let (name, parameters): (&str, Vec<u32>) = match self {
            Self::Deflate { level } => ("zlib", vec![*level]),
            Self::Shuffle { element_size } => ("shuffle", vec![element_size.get()]),
            Self::Fletcher32 => ("fletcher32", Vec::new()),
            Self::Szip { parameters } => ("szip", parameters.clone()),
            Self::Nbit { parameters, .. } => ("nbit", parameters.clone()),
            Self::ScaleOffset { parameters } => ("scaleoffset", parameters.clone()),
            Self::Bzip2 => ("bz2", Vec::new()),
            Self::Lzf => ("lzf", Vec::new()),
            Self::Blosc => ("blosc", Vec::new()),
            Self::Lz4 => ("hdf5-lz4", Vec::new()),
            Self::Bitshuffle { .. } => ("hdf5-bitshuffle", Vec::new()),
            Self::Zstd => ("zstd", Vec::new()),
            Self::Unknown { name, .. } => return (name.clone(), Vec::new()),
        };
        (name.to_string(), parameters)
    }

    /// A filter as the file describes it, over integers that are `signed` or over another type.
    pub(crate) fn new(description: &FilterDescription, signed: Option<bool>) -> Self {
        let parameters = &description.client_data;
        let parameter = |at: usize| parameters.get(at).copied().unwrap_or(0);
        match description.id {
            1 => Self::Deflate { level: parameter(0) },
            2 => Self::Shuffle { element_size: element_size(parameter(0)) },
            3 => Self::Fletcher32,
            4 => Self::Szip { parameters: parameters.clone() },
            5 => Self::Nbit { parameters: parameters.clone(), signed },
            6 => Self::ScaleOffset { parameters: parameters.clone() },
            307 => Self::Bzip2,
            32000 => Self::Lzf,
            32001 => Self::Blosc,
            32004 => Self::Lz4,
            32008 => Self::Bitshuffle {
                element_size: element_size(parameter(2)),
                block_elements: parameter(3) as usize,
                compression: Compression::of(parameter(4)),
            },
            32015 => Self::Zstd,
            id => {
                let name = description.name.clone().filter(|name| !name.is_empty());
                Self::Unknown { id, name: name.unwrap_or_else(|| registered_name(id).to_string()) }
            }
        }
    }
}

/// The size of an element, in bytes, as a file states it: 0 stands for single bytes. Decoders divide by it, so the type keeps
/// 0 and more than 32 bits out of kept manifests, too.
pub(crate) fn element_size(stated: u32) -> NonZeroU32 {
    NonZeroU32::new(stated).unwrap_or(NonZeroU32::MIN)
}

fn registered_name(id: u16) -> &'static str {
    match id {
        32013 => "zfp",
        32017 => "sz",
        32019 => "fcidecomp",
        32023 => "granular bitround",
        32024 => "sz3",
        32026 => "blosc2",
        32028 => "sperr",
        _ => "unnamed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: a kept manifest with bitshuffle over elements of no bytes.
    #[test]
    fn elements_of_no_bytes_and_of_too_many_are_refused() {
        #[derive(Serialize)]
        enum Kept {
            #[expect(dead_code, reason = "keeps the place of a variant")]
            Deflate {
                level: u32,
            },
            Shuffle {
                element_size: u64,
            },
        }
        let read = |element_size| {
            let kept = postcard::to_allocvec(&Kept::Shuffle { element_size }).unwrap();
            postcard::from_bytes::<Filter>(&kept)
        };
        assert_eq!(read(8).unwrap(), Filter::Shuffle { element_size: element_size(8) });
        for wrong in [0, 1 << 32, u64::MAX] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
