//! Coordinate reference systems from text: codes, PROJ strings and well-known text.

use super::epsg;
use super::map_unit::MapUnit;
use super::proj_string::ProjString;
use super::system::Crs;
use super::wkt_system::{self, Described};
use crate::error::{GridError, Result};

/// What a text says about a coordinate reference system.
#[derive(Debug, Clone)]
pub(super) struct SystemText {
    pub(super) crs: Crs,
    /// Its parameters: metres, degrees, longitudes from Greenwich.
    pub(super) parameters: ProjString,
    /// Whether the text itself is in metres and degrees.
    pub(super) is_plain: bool,
}

impl Crs {
    /// The system of this name: an EPSG code (`EPSG:3031`, `epsg:6932`, `4326`), `OGC:CRS84`, a PROJ string
    /// (`+proj=laea +lat_0=90`), or well-known text. x and y are in metres.
    ///
    /// # Errors
    /// [`GridError::UnknownCrs`] for anything else, [`GridError::UnreadCrs`] for a text that says something which is
    /// not read here, and for one whose x and y are not in metres.
    pub fn parse(text: &str) -> Result<Self> {
        let read = SystemText::parse(text)?;
        match read.unit() {
            Some(unit) if !unit.is_metre() => Err(GridError::UnreadCrs {
                found: abbreviated(text),
                problem: format!("x and y are in {}, expected metres", unit.name()),
            }),
            _ => Ok(read.crs),
        }
    }
}

impl SystemText {
    /// What a text says.
    ///
    /// # Errors
    /// As [`Crs::parse`], but for the unit.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let unknown = || GridError::UnknownCrs { found: abbreviated(text) };
        if let Some(described) = wkt_system::parse(text) {
            let described = described.map_err(|problem| GridError::UnreadCrs { found: abbreviated(text), problem })?;
            return Self::of_wkt(described)?.ok_or_else(unknown);
        }
        if text.contains('[') {
            return Err(unknown());
        }
        if text.contains("proj=") {
            let parameters = ProjString::parse(text)?;
            let is_plain = parameters.unit().is_none_or(MapUnit::is_metre);
            return Self::of_parameters(parameters, is_plain);
        }
        epsg::code_in(text).and_then(Self::of_code).ok_or_else(unknown)
    }

    /// The unit of x and y, where the text states it.
    pub(super) fn unit(&self) -> Option<&MapUnit> {
        self.parameters.unit()
    }

    fn of_code(code: u32) -> Option<Self> {
        let parameters = ProjString::parse(epsg::proj_string(code)?).ok()?;
        let crs = Crs::from_epsg(code).ok()??;
        Some(Self { crs, parameters, is_plain: true })
    }

    fn of_parameters(parameters: ProjString, is_plain: bool) -> Result<Self> {
        Ok(Self { crs: Crs::from_parameters(&parameters)?.snapped(), parameters, is_plain })
    }

    /// The system by its parameters, under the code of its authority where that is the same; by the code alone where
    /// the parameters are not known here.
    fn of_wkt(described: Described) -> Result<Option<Self>> {
        let known = described.code.and_then(Self::of_code);
        let Some(parameters) = described.parameters else { return Ok(known) };
        match (Self::of_parameters(parameters, described.is_plain), known) {
            (Ok(own), Some(known)) if own.crs.is_same(&known.crs) => Ok(Some(Self { crs: known.crs, ..own })),
            (Err(_), Some(known)) if described.is_plain => Ok(Some(known)),
            (own, _) => own.map(Some),
        }
    }
}

pub(super) fn abbreviated(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
