use super::finding::Level;
use crate::Entry;
use crate::ismip7_name::Ismip7Name;

/// Whose conventions files are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// ISMIP6: the projections to 2100 and 2300 that are published.
    Ismip6,
    /// ISMIP7: ten-field names, one calendar, a fill policy for every variable.
    Ismip7,
}

impl Protocol {
    /// The protocol of this name: `ismip6` or `ismip7`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "ismip6" => Some(Self::Ismip6),
            "ismip7" => Some(Self::Ismip7),
            _ => None,
        }
    }

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ismip6 => "ismip6",
            Self::Ismip7 => "ismip7",
        }
    }

    /// The protocol that a file's name shows; none for products computed from model output.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        match entry.prefix {
            Some(_) => None,
            None if Ismip7Name::is_meant(&entry.stem()) => Some(Self::Ismip7),
            None => Some(Self::Ismip6),
        }
    }

    /// How much a departure matters that leaves the file usable: ISMIP6 is closed and its files are what they are, a
    /// submission to ISMIP7 can still be put right.
    pub(super) fn departure(self) -> Level {
        match self {
            Self::Ismip6 => Level::Warning,
            Self::Ismip7 => Level::Error,
        }
    }
}
