//! Beams of ICESat-2, and how the spacecraft flew.

use crate::error::{AltimetryError, Result};

/// One of the six ground tracks of ICESat-2.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Beam, Side};
///
/// let beam = Beam::parse("gt2r")?;
/// assert_eq!((beam.number(), beam.pair(), beam.side()), (4, 2, Side::Right));
/// assert_eq!(beam.left().name(), "gt2l");
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Beam {
    /// Pair 1, left.
    Gt1l,
    /// Pair 1, right.
    Gt1r,
    /// Pair 2, left.
    Gt2l,
    /// Pair 2, right.
    Gt2r,
    /// Pair 3, left.
    Gt3l,
    /// Pair 3, right.
    Gt3r,
}

/// Which beam of a pair, seen along the direction of flight.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Beam, Orientation, Side};
///
/// assert_eq!(Beam::Gt1l.side(), Side::Left);
/// let strong = Beam::ALL.into_iter().filter(|beam| Orientation::Forward.strong(beam.side()) == Some(true));
/// assert_eq!(strong.map(Beam::name).collect::<Vec<_>>(), ["gt1r", "gt2r", "gt3r"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// `gt?l`.
    Left,
    /// `gt?r`.
    Right,
}

impl Beam {
    /// All beams, left to right.
    pub const ALL: [Self; 6] = [Self::Gt1l, Self::Gt1r, Self::Gt2l, Self::Gt2r, Self::Gt3l, Self::Gt3r];

    /// Name of its group in a granule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gt1l => "gt1l",
            Self::Gt1r => "gt1r",
            Self::Gt2l => "gt2l",
            Self::Gt2r => "gt2r",
            Self::Gt3l => "gt3l",
            Self::Gt3r => "gt3r",
        }
    }

    /// The beam of a group name.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] for any other text.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|beam| beam.name() == name).ok_or_else(|| AltimetryError::Argument {
            argument: "beams",
            found: format!("`{name}`"),
            expected: "gt1l, gt1r, gt2l, gt2r, gt3l or gt3r".into(),
        })
    }

    /// 1 for `gt1l` to 6 for `gt3r`.
    pub fn number(self) -> i8 {
        self as i8 + 1
    }

    /// 1, 2 or 3.
    pub fn pair(self) -> i8 {
        self as i8 / 2 + 1
    }

    /// Left or right beam of its pair.
    pub fn side(self) -> Side {
        if self as i8 % 2 == 0 { Side::Left } else { Side::Right }
    }

    /// The left beam of the same pair.
    pub fn left(self) -> Self {
        match self {
            Self::Gt1l | Self::Gt1r => Self::Gt1l,
            Self::Gt2l | Self::Gt2r => Self::Gt2l,
            Self::Gt3l | Self::Gt3r => Self::Gt3l,
        }
    }
}

/// How the spacecraft flew: `orbit_info/sc_orient`. It decides which beam of each pair is the strong one.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Orientation, Side};
///
/// let flown = Orientation::from_code(Some(0.0));
/// assert_eq!((flown, flown.strong(Side::Left)), (Orientation::Backward, Some(true)));
/// assert_eq!(Orientation::Transition.strong(Side::Left), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// Left beams are strong.
    Backward,
    /// Right beams are strong.
    Forward,
    /// The spacecraft was turning: strong and weak cannot be told.
    Transition,
    /// Not in the file.
    Unknown,
}

impl Orientation {
    /// The orientation of a `sc_orient` value: 0 backward, 1 forward, 2 transition.
    pub fn from_code(code: Option<f64>) -> Self {
        match code {
            Some(0.0) => Self::Backward,
            Some(1.0) => Self::Forward,
            Some(2.0) => Self::Transition,
            _ => Self::Unknown,
        }
    }

    /// 0 backward, 1 forward, 2 transition, -1 unknown.
    pub fn code(self) -> i8 {
        match self {
            Self::Backward => 0,
            Self::Forward => 1,
            Self::Transition => 2,
            Self::Unknown => -1,
        }
    }

    /// The spot of the laser that makes a beam, 1 to 6 (odd ones are strong); 0 when it cannot be told.
    pub fn spot(self, beam: Beam) -> i8 {
        match self {
            Self::Backward => beam.number(),
            Self::Forward => 7 - beam.number(),
            Self::Transition | Self::Unknown => 0,
        }
    }

    /// Whether the beam on this side is strong; `None` when it cannot be told.
    pub fn strong(self, side: Side) -> Option<bool> {
        match self {
            Self::Backward => Some(side == Side::Left),
            Self::Forward => Some(side == Side::Right),
            Self::Transition | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_pairs_follow_the_names() {
        for (beam, (name, number, pair, side)) in Beam::ALL.into_iter().zip([
            ("gt1l", 1, 1, Side::Left),
            ("gt1r", 2, 1, Side::Right),
            ("gt2l", 3, 2, Side::Left),
            ("gt2r", 4, 2, Side::Right),
            ("gt3l", 5, 3, Side::Left),
            ("gt3r", 6, 3, Side::Right),
        ]) {
            assert_eq!((beam.name(), beam.number(), beam.pair(), beam.side()), (name, number, pair, side));
            assert_eq!(Beam::parse(name).unwrap(), beam);
            assert_eq!((beam.left().pair(), beam.left().side()), (pair, Side::Left));
        }
        assert!(Beam::parse("gt4l").unwrap_err().to_string().contains("gt4l"));
    }

    #[test]
    fn odd_spots_are_strong() {
        for orientation in [Orientation::Backward, Orientation::Forward] {
            for beam in Beam::ALL {
                assert_eq!(orientation.spot(beam) % 2 == 1, orientation.strong(beam.side()) == Some(true));
            }
        }
        assert_eq!(Orientation::Forward.spot(Beam::Gt1l), 6);
        assert_eq!((Orientation::Transition.spot(Beam::Gt1l), Orientation::Unknown.spot(Beam::Gt3r)), (0, 0));
    }

    #[test]
    fn strong_beam_depends_on_the_orientation() {
        assert_eq!(Orientation::from_code(Some(1.0)).strong(Side::Right), Some(true));
        assert_eq!(Orientation::from_code(Some(1.0)).strong(Side::Left), Some(false));
        assert_eq!(Orientation::from_code(Some(0.0)).strong(Side::Left), Some(true));
        assert_eq!(Orientation::from_code(Some(2.0)).strong(Side::Left), None);
        assert_eq!(Orientation::from_code(None).strong(Side::Left), None);
    }
}
