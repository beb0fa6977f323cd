//! Big-endian numbers, names and lists of a classic header.

use crate::FileKind;

/// Why a header cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// It goes on behind the bytes at hand.
    End { offset: usize, needed: usize, available: usize },
    /// It contradicts the format, or holds more than is taken from one file.
    Malformed { offset: usize, object: String, problem: String },
}

pub(super) type Result<T> = std::result::Result<T, HeaderError>;

/// A place in the bytes of a header.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    kind: FileKind,
    /// What is being read, for errors: a variable, or the header.
    pub(super) object: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], kind: FileKind) -> Self {
        Self { bytes, at: 0, kind, object: "header".into() }
    }

    /// An error about what stands here.
    pub(super) fn malformed(&self, problem: impl Into<String>) -> HeaderError {
        HeaderError::Malformed { offset: self.at, object: self.object.clone(), problem: problem.into() }
    }

    /// The next bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..length) else {
            return Err(HeaderError::End { offset: self.at, needed: length, available: rest.len() });
        };
        self.at += length;
        Ok(taken)
    }

    /// The next bytes, padded to four.
    pub(super) fn take_padded(&mut self, length: usize) -> Result<&'a [u8]> {
        let padded = length.checked_next_multiple_of(4).ok_or_else(|| self.malformed("a length beyond memory"))?;
        Ok(&self.take(padded)?[..length])
    }

    pub(super) fn word(&mut self) -> Result<u32> {
        let bytes = self.take(4)?;
        Ok(bytes.first_chunk().map_or(0, |&bytes| u32::from_be_bytes(bytes)))
    }

    fn long(&mut self) -> Result<u64> {
        let bytes = self.take(8)?;
        Ok(bytes.first_chunk().map_or(0, |&bytes| u64::from_be_bytes(bytes)))
    }

    /// A count or a length: eight bytes in CDF-5, else four.
    pub(super) fn count(&mut self) -> Result<u64> {
        match self.kind {
            FileKind::NetCdf3Data64 => self.long(),
            _ => self.word().map(u64::from),
        }
    }

    /// Where data begin: four bytes in CDF-1, else eight.
    pub(super) fn offset(&mut self) -> Result<u64> {
        match self.kind {
            FileKind::NetCdf3Classic => self.word().map(u64::from),
            _ => self.long(),
        }
    }

    /// A count of things that take `least` bytes each, so that a count alone is not believed.
    pub(super) fn count_of(&mut self, least: usize) -> Result<usize> {
        let count = usize::try_from(self.count()?).unwrap_or(usize::MAX);
        let (needed, available) = (count.saturating_mul(least), self.bytes.len() - self.at);
        if needed > available {
            return Err(HeaderError::End { offset: self.at, needed, available });
        }
        Ok(count)
    }

    /// How many things a list of this tag has, of `least` bytes each; none where it is absent.
    pub(super) fn list(&mut self, tag: u32, least: usize) -> Result<usize> {
        let found = self.word()?;
        if found == 0 {
            self.count()?;
            return Ok(0);
        }
        if found != tag {
            return Err(self.malformed(format!("expected the tag {tag:#x} or 0 of a list, found {found:#x}")));
        }
        self.count_of(least)
    }

    pub(super) fn name(&mut self) -> Result<&'a str> {
        let length = self.count_of(1)?;
        let bytes = self.take_padded(length)?;
        std::str::from_utf8(bytes).map_err(|error| self.malformed(format!("a name that is not UTF-8: {error}")))
    }
}
