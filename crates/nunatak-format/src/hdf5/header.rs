//! Object headers: the messages of an object, as bytes.
//!
//! `hdf5-reader` parses whole headers and gives up on the first message that it does not know. Here one message that
//! cannot be read (an attribute of a strange type, a virtual layout) leaves the others readable.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use hdf5_reader::Hdf5File;
use hdf5_reader::checksum::jenkins_lookup3;
use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::shared::{self, SharedMessage};
use hdf5_reader::messages::{MSG_CONTINUATION, MSG_NIL};

/// A header is a few KiB; what claims to be larger than this is corrupt.
const MOST_HEADER_BYTES: usize = 64 << 20;
/// The message's content is elsewhere in the file.
const SHARED: u8 = 2;

/// The messages of one object.
pub(super) struct Header {
    blocks: Vec<Vec<u8>>,
    messages: Vec<Message>,
}

struct Message {
    kind: u16,
    flags: u8,
    block: usize,
    bytes: Range<usize>,
}

/// A block of messages that is still to be read.
struct Pending {
    address: u64,
    length: usize,
}

impl Header {
    /// Reads the header at `address` and every block that it continues in.
    pub(super) fn read(parser: &Hdf5File, address: u64) -> Result<Self> {
        let mut header = Self { blocks: Vec::new(), messages: Vec::new() };
        let start = parser.storage().read_range(address, 4)?;
        let is_second = start.as_ref() == b"OHDR";
        let mut pending = Vec::new();
        let envelope = if is_second {
            header.read_second(parser, address, &mut pending)?
        } else {
            header.read_first(parser, address, &mut pending)?;
            Envelope::First
        };
        let (mut seen, mut total) = (HashSet::from([address]), 0);
        while let Some(next) = pending.pop() {
            total += next.length;
            if !seen.insert(next.address) || total > MOST_HEADER_BYTES {
                return Err(Error::InvalidData(format!("object header at {address} continues without end")));
            }
            let block = parser.storage().read_range(next.address, next.length)?.as_ref().to_vec();
            let messages = if is_second { checked(&block, b"OCHK", next.address)? } else { 0..block.len() };
            header.add_block(parser, block, messages, envelope, &mut pending)?;
        }
        Ok(header)
    }

    /// Version 1: a prefix of sixteen bytes, then messages padded to eight bytes.
    fn read_first(&mut self, parser: &Hdf5File, address: u64, pending: &mut Vec<Pending>) -> Result<()> {
        let prefix = parser.storage().read_range(address, 16)?;
        let prefix = prefix.as_ref();
        if prefix[0] != 1 {
            return Err(Error::UnsupportedObjectHeaderVersion(prefix[0]));
        }
        let length = u32::from_le_bytes([prefix[8], prefix[9], prefix[10], prefix[11]]) as usize;
        check_size(length)?;
        let block = parser.storage().read_range(address.saturating_add(16), length)?.as_ref().to_vec();
        self.add_block(parser, block, 0..length, Envelope::First, pending)
    }

    /// Version 2: a prefix whose fields depend on its flags, then packed messages and a checksum.
    fn read_second(&mut self, parser: &Hdf5File, address: u64, pending: &mut Vec<Pending>) -> Result<Envelope> {
        let version_and_flags = parser.storage().read_range(address, 6)?;
        let (version, flags) = (version_and_flags.as_ref()[4], version_and_flags.as_ref()[5]);
        if version != 2 {
            return Err(Error::UnsupportedObjectHeaderVersion(version));
        }
        let times = if flags & 0x20 != 0 { 16 } else { 0 };
        let phase_change = if flags & 0x10 != 0 { 4 } else { 0 };
        let size_at = 6 + times + phase_change;
        let size_bytes = 1 << (flags & 3);
        let prefix = parser.storage().read_range(address, size_at + size_bytes)?;
        let mut cursor = Cursor::new(&prefix.as_ref()[size_at..]);
        let length = usize::try_from(cursor.read_uvar(size_bytes)?).unwrap_or(usize::MAX);
        check_size(length)?;
        let first = size_at + size_bytes;
        let block = parser.storage().read_range(address, first + length + 4)?.as_ref().to_vec();
        let messages = checked(&block, b"OHDR", address)?;
        let envelope = if flags & 4 != 0 { Envelope::SecondOrdered } else { Envelope::Second };
        self.add_block(parser, block, first..messages.end, envelope, pending)?;
        Ok(envelope)
    }

    fn add_block(
        &mut self,
        parser: &Hdf5File,
        block: Vec<u8>,
        within: Range<usize>,
        envelope: Envelope,
        pending: &mut Vec<Pending>,
    ) -> Result<()> {
        let mut at = within.start;
        // What is left behind the last message is a gap shorter than a message's envelope.
        while at + envelope.size() <= within.end {
            let (kind, length, flags) = envelope.parse(&block[at..]);
            let start = at + envelope.size();
            let bytes = start..start + length;
            if bytes.end > within.end {
                return Err(Error::UnexpectedEof {
                    offset: start as u64,
                    needed: length as u64,
                    available: (within.end - start) as u64,
                });
            }
            at = bytes.end;
            match kind {
                MSG_NIL => {}
                MSG_CONTINUATION => pending.push(continuation(parser, &block[bytes])?),
                _ => self.messages.push(Message { kind, flags, block: self.blocks.len(), bytes }),
            }
        }
        self.blocks.push(block);
        Ok(())
    }

    /// Whether there is a message of this kind.
    pub(super) fn has(&self, kind: u16) -> bool {
        self.messages.iter().any(|message| message.kind == kind)
    }

    /// The bytes of every message of this kind, those that are kept elsewhere fetched.
    pub(super) fn messages<'a>(&'a self, parser: &'a Hdf5File, kind: u16) -> impl Iterator<Item = Result<Bytes<'a>>> {
        self.messages.iter().filter(move |message| message.kind == kind).map(move |message| {
            let bytes = &self.blocks[message.block][message.bytes.clone()];
            if message.flags & SHARED == 0 {
                return Ok(Cow::Borrowed(bytes));
            }
            shared_bytes(parser, kind, bytes).map(Cow::Owned)
        })
    }

    /// The bytes of the only message of this kind.
    pub(super) fn message<'a>(&'a self, parser: &'a Hdf5File, kind: u16) -> Result<Option<Bytes<'a>>> {
        self.messages(parser, kind).next().transpose()
    }
}

type Bytes<'a> = Cow<'a, [u8]>;

/// The bytes of a message behind a reference to the object that holds it, such as a committed type.
pub(super) fn shared_bytes(parser: &Hdf5File, kind: u16, reference: &[u8]) -> Result<Vec<u8>> {
    let superblock = parser.superblock();
    let mut cursor = Cursor::new(reference);
    let place = shared::parse(&mut cursor, kind, superblock.offset_size, superblock.length_size, reference.len())?;
    let SharedMessage::SharedInOhdr { address, .. } = place else {
        return Err(Error::UnsupportedEncoding("messages in the file's shared-message heap".into()));
    };
    let owner = Header::read(parser, address)?;
    let found = owner.messages.iter().find(|message| message.kind == kind && message.flags & SHARED == 0);
    found
        .map(|message| owner.blocks[message.block][message.bytes.clone()].to_vec())
        .ok_or_else(|| Error::InvalidData(format!("object at {address} does not hold the message it shares")))
}

/// What stands before each message.
#[derive(Clone, Copy)]
enum Envelope {
    First,
    Second,
    SecondOrdered,
}

impl Envelope {
    fn size(self) -> usize {
        match self {
            Self::First => 8,
            Self::Second => 4,
            Self::SecondOrdered => 6,
        }
    }

    /// Kind, length and flags.
    fn parse(self, bytes: &[u8]) -> (u16, usize, u8) {
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        match self {
            Self::First => (word(0), usize::from(word(2)), bytes[4]),
            Self::Second | Self::SecondOrdered => (u16::from(bytes[0]), usize::from(word(1)), bytes[3]),
        }
    }
}

fn check_size(length: usize) -> Result<()> {
    if length > MOST_HEADER_BYTES {
        return Err(Error::InvalidData(format!("an object header of {length} bytes")));
    }
    Ok(())
}

fn continuation(parser: &Hdf5File, bytes: &[u8]) -> Result<Pending> {
    let superblock = parser.superblock();
    let mut cursor = Cursor::new(bytes);
    let address = cursor.read_offset(superblock.offset_size)?;
    let length = usize::try_from(cursor.read_length(superblock.length_size)?).unwrap_or(usize::MAX);
    check_size(length)?;
    Ok(Pending { address, length })
}

/// The messages of a block of version 2, between its signature and its checksum, once the checksum is found right.
fn checked(block: &[u8], signature: &[u8; 4], address: u64) -> Result<Range<usize>> {
    let (Some(found), Some((content, stored))) = (block.first_chunk::<4>(), block.split_last_chunk::<4>()) else {
        return Err(Error::OffsetOutOfBounds(address));
    };
    if found != signature {
        return Err(Error::InvalidObjectHeaderSignature);
    }
    let (expected, actual) = (u32::from_le_bytes(*stored), jenkins_lookup3(content));
    if expected != actual {
        return Err(Error::ChecksumMismatch { expected, actual });
    }
    Ok(4..content.len().max(4))
}
