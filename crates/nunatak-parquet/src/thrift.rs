//! Structures in thrift's compact protocol, walked before a reader that believes their counts is given them.

use crate::error::{ParquetError, Result};

/// What a field holds.
pub(crate) enum Type {
    Boolean,
    Byte,
    Integer,
    Double,
    Binary,
    List(&'static Type),
    Structure(&'static Structure),
}

/// A structure's fields by number, as far as the reader knows them. It steps over others by the type that they declare,
/// and reads these whatever they declare; so these must declare what they are.
pub(crate) struct Structure {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(i16, Type)],
}

/// Structures, lists and maps inside each other; a footer has seven.
const MOST_DEPTH: usize = 32;

const FALSE: u8 = 2;
const LIST: u8 = 9;
const STRUCTURE: u8 = 12;

impl Type {
    fn is(&self, declared: u8) -> bool {
        match self {
            Self::Boolean => matches!(declared, 1 | FALSE),
            Self::Byte => declared == 3,
            Self::Integer => matches!(declared, 4..=6),
            Self::Double => declared == 7,
            Self::Binary => declared == 8,
            Self::List(_) => declared == LIST,
            Self::Structure(_) => declared == STRUCTURE,
        }
    }
}

/// Walks the structure that `bytes` begin with, and tells `seen` every known number in it: structure, field, value.
///
/// The length of the structure. No count is believed that the bytes left cannot hold.
///
/// # Errors
/// For bytes that are no such structure.
pub(crate) fn walk(
    bytes: &[u8],
    root: &'static Structure,
    seen: &mut dyn FnMut(&'static Structure, i16, i64),
) -> Result<usize> {
    let mut walk = Walk { bytes, at: 0, open: vec![Open::Structure { known: Some(root), field: 0 }] };
    while let Some(top) = walk.open.pop() {
        match top {
            Open::Structure { known, field } => walk.next_field(known, field, seen)?,
            Open::Elements { left: 0, .. } => {}
            Open::Elements { left, declared, known } => {
                walk.open.push(Open::Elements { left: left - 1, declared, known });
                walk.step_over(declared[left % 2], known)?;
            }
        }
    }
    Ok(walk.at)
}

/// What was entered and has not ended.
enum Open {
    /// The number of its last field.
    Structure { known: Option<&'static Structure>, field: i16 },
    /// A list, a set or a map, whose keys and values take turns.
    Elements { left: usize, declared: [u8; 2], known: Option<&'static Type> },
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
}

impl Walk<'_> {
    fn next_field(
        &mut self,
        known: Option<&'static Structure>,
        last: i16,
        seen: &mut dyn FnMut(&'static Structure, i16, i64),
    ) -> Result<()> {
        let header = self.byte()?;
        let declared = header & 15;
        if declared == 0 {
            return Ok(());
        }
        let field = match i16::from(header >> 4) {
            0 => signed(self.varint()?) as i16,
            step => last.checked_add(step).ok_or_else(|| bad("a field's number is too large"))?,
        };
        self.open.push(Open::Structure { known, field });
        let Some((structure, (_, expected))) =
            known.and_then(|known| Some((known, known.fields.iter().find(|(number, _)| *number == field)?)))
        else {
            return if matches!(declared, 1 | FALSE) { Ok(()) } else { self.step_over(declared, None) };
        };
        if !expected.is(declared) {
            return Err(bad(format!("field {field} of its {} is of type {declared}", structure.name)));
        }
        match expected {
            Type::Boolean => {}
            Type::Integer => seen(structure, field, signed(self.varint()?)),
            expected => self.step_over(declared, Some(expected))?,
        }
        Ok(())
    }

    /// Steps over a value, or into it.
    fn step_over(&mut self, declared: u8, known: Option<&'static Type>) -> Result<()> {
        if known.is_some_and(|known| !known.is(declared)) {
            return Err(bad(format!("an element of a list is of type {declared}")));
        }
        match declared {
            3 => self.skip(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = self.count(1)?;
                self.skip(length)
            }
            LIST | 10 => self.enter_list(known),
            11 => self.enter_map(),
            STRUCTURE => {
                let known = match known {
                    Some(Type::Structure(known)) => Some(*known),
                    _ => None,
                };
                self.enter(Open::Structure { known, field: 0 })
            }
            13 => self.skip(16),
            // Readers do not agree on the bytes of a boolean that is no field; no known structure has one.
            1 | FALSE => Err(bad("a list of booleans")),
            _ => Err(bad(format!("a value of the unknown type {declared}"))),
        }
    }

    fn enter_list(&mut self, known: Option<&'static Type>) -> Result<()> {
        let header = self.byte()?;
        if header == 0 {
            return Ok(());
        }
        let left = match header >> 4 {
            15 => self.count(1)?,
            short => self.checked(u64::from(short), 1)?,
        };
        let known = match known {
            Some(Type::List(element)) => Some(*element),
            _ => None,
        };
        self.enter(Open::Elements { left, declared: [header & 15; 2], known })
    }

    fn enter_map(&mut self) -> Result<()> {
        let pairs = self.count(2)?;
        if pairs == 0 {
            return Ok(());
        }
        let declared = self.byte()?;
        self.enter(Open::Elements { left: 2 * pairs, declared: [declared >> 4, declared & 15], known: None })
    }

    fn enter(&mut self, inner: Open) -> Result<()> {
        if self.open.len() == MOST_DEPTH {
            return Err(bad(format!("more than {MOST_DEPTH} structures inside each other")));
        }
        self.open.push(inner);
        Ok(())
    }

    /// A count of what takes at least `least` bytes each.
    fn count(&mut self, least: usize) -> Result<usize> {
        let count = self.varint()?;
        self.checked(count, least)
    }

    fn checked(&self, count: u64, least: usize) -> Result<usize> {
        let left = self.bytes.len() - self.at;
        let counted = usize::try_from(count).ok().filter(|count| *count <= left / least);
        counted.ok_or_else(|| bad(format!("a count of {count} in the {left} bytes that are left")))
    }

    fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(bad("a number of more than 64 bits"))
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).ok_or_else(|| bad("it is cut off"))?;
        self.at += 1;
        Ok(*byte)
    }

    fn skip(&mut self, length: usize) -> Result<()> {
        self.at += self.checked(length as u64, 1)?;
        Ok(())
    }
}

/// Undoes the zigzag of signed numbers.
fn signed(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn bad(problem: impl Into<String>) -> ParquetError {
    ParquetError::contradiction(problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INNER: Structure = Structure { name: "inner", fields: &[(1, Type::Integer), (2, Type::Boolean)] };
    const OUTER: Structure = Structure {
        name: "outer",
        fields: &[(1, Type::Integer), (2, Type::List(&Type::Structure(&INNER))), (3, Type::Binary)],
    };

    /// The length of the structure, and the numbers in it.
    type Walked = (usize, Vec<(&'static str, i16, i64)>);

    fn walked(bytes: &[u8]) -> Result<Walked> {
        let mut numbers = Vec::new();
        let length = walk(bytes, &OUTER, &mut |structure, field, value| numbers.push((structure.name, field, value)))?;
        Ok((length, numbers))
    }

    fn refused(bytes: &[u8]) -> String {
        walked(bytes).unwrap_err().to_string()
    }

    /// Field 1 = -3; field 2 = two structures, the second with an unknown map of one pair; field 3 = "ab".
    const SOUND: &[u8] =
        &[0x15, 5, 0x19, 0x2c, 0x15, 2, 0x11, 0, 0x15, 4, 0x8b, 1, 0x58, 1, 1, b'x', 0, 0x18, 2, b'a', b'b', 0, 99];

    #[test]
    fn known_numbers_are_told_and_the_length_is_found() {
        let (length, numbers) = walked(SOUND).unwrap();
        assert_eq!(length, SOUND.len() - 1);
        assert_eq!(numbers, [("outer", 1, -3), ("inner", 1, 1), ("inner", 1, 2)]);
    }

    #[test]
    fn counts_that_the_bytes_cannot_hold_are_refused() {
        let many = [0xff, 0xff, 0xff, 0xff, 7];
        for (kind, element) in [(0x99, 0xfc), (0x9a, 0xf5), (0x99, 0xf2)] {
            assert!(refused(&[&[kind, element], &many[..], &[0; 40]].concat()).contains("a count of 2147483647"));
        }
        assert!(refused(&[&[0x9b], &many[..], &[0x55], &[0; 40]].concat()).contains("a count of 2147483647"));
        assert!(refused(&[&[0x98], &many[..], &[0; 40]].concat()).contains("a count of 2147483647"));
        assert!(refused(&[0x99, 0x95, 0, 0]).contains("a count of 9"), "short counts too");
        assert!(refused(&[0x99, 0x12, 1, 0]).contains("booleans"));
        assert!(refused(&[0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0]).contains("64 bits"));
    }

    /// The reader reads known fields by what they should be, and would go astray.
    #[test]
    fn known_fields_are_of_their_types() {
        assert!(refused(&[0x18, 0, 0]).contains("field 1 of its outer"));
        assert!(refused(&[0x29, 0x15, 0, 0]).contains("an element of a list is of type 5"));
    }

    #[test]
    fn depth_is_limited() {
        assert!(refused(&[0x9c; 100]).contains("inside each other"));
        assert!(refused(&[&[0x99][..], &[0x19; 100]].concat()).contains("inside each other"));
        let mut sound = vec![0x9c; 20];
        sound.extend([0; 21]);
        assert_eq!(walked(&sound).unwrap().0, 41);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_walked_in_bounds(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok((length, _)) = walked(&bytes) {
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
