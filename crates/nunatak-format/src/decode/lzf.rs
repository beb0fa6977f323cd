//! LibLZF and BloscLZ: two relatives of LZ77 without entropy coding.

use super::error::{DecodeError, corrupt};

/// Undoes h5py's LZF filter; the number of bytes written.
pub(super) fn decompress(input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
    let mut reader = Reader { input, filter: "lzf" };
    let mut writer = Writer { out, length: 0, filter: "lzf" };
    while !reader.input.is_empty() {
        let control = usize::from(reader.byte()?);
        if control < 32 {
            writer.literals(reader.bytes(control + 1)?)?;
            continue;
        }
        let mut length = control >> 5;
        if length == 7 {
            length += usize::from(reader.byte()?);
        }
        let distance = ((control & 31) << 8) + usize::from(reader.byte()?) + 1;
        writer.repeat(distance, length + 2)?;
    }
    Ok(writer.length)
}

/// Distances from here on take two bytes more.
const FAR: usize = 8191;

/// Undoes BloscLZ, the codec of Blosc's own; the number of bytes written.
pub(super) fn decompress_blosclz(input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
    let mut reader = Reader { input, filter: "blosclz" };
    let mut writer = Writer { out, length: 0, filter: "blosclz" };
    // The first instruction is a run of literals whatever its upper bits, which hold the format's version.
    let mut control = usize::from(reader.byte()?) & 31;
    loop {
        if control < 32 {
            writer.literals(reader.bytes(control + 1)?)?;
        } else {
            let (distance, length) = blosclz_match(control, &mut reader)?;
            writer.repeat(distance, length)?;
        }
        if reader.input.is_empty() {
            return Ok(writer.length);
        }
        control = usize::from(reader.byte()?);
    }
}

fn blosclz_match(control: usize, reader: &mut Reader<'_>) -> Result<(usize, usize), DecodeError> {
    let mut length = (control >> 5) + 2;
    if length == 9 {
        loop {
            let more = reader.byte()?;
            length += usize::from(more);
            if more != 255 {
                break;
            }
        }
    }
    let (high, low) = ((control & 31) << 8, usize::from(reader.byte()?));
    if low == 255 && high == 31 << 8 {
        let far = (usize::from(reader.byte()?) << 8) + usize::from(reader.byte()?);
        return Ok((far + FAR + 1, length));
    }
    Ok((high + low + 1, length))
}

struct Reader<'a> {
    input: &'a [u8],
    filter: &'static str,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.bytes(1)?[0])
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self.input.split_at_checked(count).ok_or_else(|| corrupt(self.filter, "it is cut off"))?;
        self.input = rest;
        Ok(bytes)
    }
}

struct Writer<'a> {
    out: &'a mut [u8],
    length: usize,
    filter: &'static str,
}

impl Writer<'_> {
    fn literals(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.room(bytes.len())?;
        self.out[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
        Ok(())
    }

    /// Repeats `count` bytes from `distance` before the end; they may overlap what they write.
    fn repeat(&mut self, distance: usize, count: usize) -> Result<(), DecodeError> {
        self.room(count)?;
        let Some(from) = self.length.checked_sub(distance) else {
            return Err(corrupt(self.filter, "a match begins before the chunk"));
        };
        if distance >= count {
            self.out.copy_within(from..from + count, self.length);
        } else {
            for at in 0..count {
                self.out[self.length + at] = self.out[from + at];
            }
        }
        self.length += count;
        Ok(())
    }

    fn room(&self, count: usize) -> Result<(), DecodeError> {
        if count > self.out.len() - self.length {
            return Err(corrupt(self.filter, format!("it is longer than the chunk's {} bytes", self.out.len())));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_matches_repeat_what_they_write() {
        let mut out = [0; 9];
        // One literal, then seven bytes from one back (length 5 + 2), then one literal.
        let stream = [0, b'x', (5 << 5), 0, 0, b'y'];
        assert_eq!(decompress(&stream, &mut out), Ok(9));
        assert_eq!(&out, b"xxxxxxxxy");
        assert!(decompress(&stream, &mut out[..8]).is_err());
        assert!(decompress(&[0, b'x', (1 << 5), 1], &mut out).is_err(), "a match before the first byte");
    }

    #[test]
    fn far_matches_of_blosclz() {
        let mut stream = Vec::new();
        let text: Vec<u8> = (0..9000_u32).map(|at| ((at * 7919) >> 3) as u8).collect();
        for run in text.chunks(32) {
            stream.push(run.len() as u8 - 1);
            stream.extend(run);
        }
        // Three bytes from 9000 back: 9000 = 8191 + 1 + 808.
        stream.extend([(1 << 5) | 31, 255, (808_u16 >> 8) as u8, (808_u16 & 255) as u8, 0, b'.']);
        let mut out = vec![0; 9004];
        assert_eq!(decompress_blosclz(&stream, &mut out), Ok(9004));
        assert_eq!(out[9000..9003], text[..3]);
    }
}
