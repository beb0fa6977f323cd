//! Units of coordinates: names and sizes of lengths, angles and times.

use crate::time::TimeUnit;

/// What a unit measures.
///
/// # Examples
/// ```
/// use nunatak_cf::{Quantity, Unit};
///
/// let quantity = |unit| Unit::parse(unit).map(Unit::quantity);
/// assert_eq!(quantity("km"), Some(Quantity::Length));
/// assert_eq!(quantity("degrees_east"), Some(Quantity::Angle));
/// assert_eq!(quantity("days"), Some(Quantity::Time));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// A length; sizes are in metres.
    Length,
    /// An angle; sizes are in degrees.
    Angle,
    /// A duration; sizes are in seconds.
    Time,
}

/// A unit that a coordinate can have, known by its name.
///
/// # Examples
/// ```
/// use nunatak_cf::Unit;
///
/// assert_eq!(Unit::metres("km"), Some(1000.0));
/// assert_eq!(Unit::degrees("degrees_west"), Some(-1.0));
/// assert_eq!(Unit::metres("degrees"), None);
/// assert_eq!(Unit::parse("hours").map(Unit::size), Some(3600.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    quantity: Quantity,
    size: f64,
}

impl Unit {
    /// The unit of this name, in any case, singular or plural, spelled out or abbreviated as UDUNITS has it; `None`
    /// for any other.
    ///
    /// `degrees_east`, `degree_N` and the like are degrees; `degrees_west` and `degrees_south` are degrees of the
    /// other sign.
    ///
    /// ```
    /// use nunatak_cf::{Quantity, Unit};
    ///
    /// let kilometre = Unit::parse("Kilometres").unwrap();
    /// assert_eq!((kilometre.quantity(), kilometre.size()), (Quantity::Length, 1000.0));
    /// assert_eq!(Unit::parse("degrees_north").unwrap().quantity(), Quantity::Angle);
    /// assert!(Unit::parse("furlong").is_none());
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let length = metres(&name).map(|size| Self { quantity: Quantity::Length, size });
        let angle = || degrees(&name).map(|size| Self { quantity: Quantity::Angle, size });
        let time = || TimeUnit::parse(&name).map(|unit| Self { quantity: Quantity::Time, size: unit.seconds() });
        length.or_else(angle).or_else(time)
    }

    /// What it measures.
    pub fn quantity(self) -> Quantity {
        self.quantity
    }

    /// Its size in metres, degrees or seconds.
    pub fn size(self) -> f64 {
        self.size
    }

    /// Metres in the length of this name; `None` when it names no length.
    pub fn metres(name: &str) -> Option<f64> {
        Self::size_of(name, Quantity::Length)
    }

    /// Degrees in the angle of this name; `None` when it names no angle.
    pub fn degrees(name: &str) -> Option<f64> {
        Self::size_of(name, Quantity::Angle)
    }

    fn size_of(name: &str, quantity: Quantity) -> Option<f64> {
        Self::parse(name).filter(|unit| unit.quantity == quantity).map(Self::size)
    }
}

/// Metres in a length, by its name in small letters.
fn metres(name: &str) -> Option<f64> {
    Some(match name {
        "m" | "metre" | "metres" | "meter" | "meters" => 1.0,
        "km" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => 1e3,
        "cm" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => 1e-2,
        "mm" | "millimetre" | "millimetres" | "millimeter" | "millimeters" => 1e-3,
        "ft" | "foot" | "feet" | "international_foot" | "international_feet" => 0.3048,
        "us_survey_foot" | "us_survey_feet" | "us survey foot" | "us survey feet" | "us-ft" | "us_ft" | "ftus" => {
            1200.0 / 3937.0
        }
        _ => return None,
    })
}

/// Degrees in an angle, by its name in small letters.
fn degrees(name: &str) -> Option<f64> {
    if matches!(name, "rad" | "radian" | "radians") {
        return Some(1_f64.to_degrees());
    }
    let rest = name.strip_prefix("degree").map(|rest| rest.strip_prefix('s').unwrap_or(rest));
    let direction = rest.or((name == "deg").then_some(""))?.trim_start_matches(['_', ' ', '-']);
    match direction {
        "" | "east" | "e" | "north" | "n" | "true" | "t" => Some(1.0),
        "west" | "w" | "south" | "s" => Some(-1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One list said `kilometres` were metres, another that `kilometre` of a mesh were degrees.
    #[test]
    fn every_spelling_of_a_kilometre_is_one() {
        for name in ["km", "KM", " km ", "kilometre", "kilometres", "kilometer", "kilometers", "Kilometers"] {
            assert_eq!(Unit::metres(name), Some(1000.0), "{name}");
        }
        for name in ["m", "metre", "metres", "meter", "Meters"] {
            assert_eq!(Unit::metres(name), Some(1.0), "{name}");
        }
        assert_eq!((Unit::metres("ft"), Unit::metres("Feet")), (Some(0.3048), Some(0.3048)));
        assert_eq!((Unit::metres("degrees"), Unit::metres(""), Unit::metres("kmh")), (None, None, None));
    }

    /// Ten kilometres are 2 cm longer in feet of surveys than in feet.
    #[test]
    fn feet_of_surveys_are_not_feet() {
        assert_eq!(
            (Unit::metres("ft"), Unit::metres("Foot"), Unit::metres("feet")),
            (Some(0.3048), Some(0.3048), Some(0.3048))
        );
        for name in ["US_survey_foot", "US survey foot", "us-ft", "us_survey_feet"] {
            assert_eq!(Unit::metres(name), Some(1200.0 / 3937.0), "{name}");
        }
    }

    /// CF conventions, sections 4.1 and 4.2, list these spellings.
    #[test]
    fn degrees_of_every_direction() {
        for plural in ["", "s"] {
            for direction in ["", "_north", "_N", "N", "_east", "_E", "E"] {
                let name = format!("degree{plural}{direction}");
                assert_eq!(Unit::degrees(&name), Some(1.0), "{name}");
            }
        }
        assert_eq!((Unit::degrees("deg"), Unit::degrees("degrees_west")), (Some(1.0), Some(-1.0)));
        assert_eq!(Unit::degrees("radians"), Some(180.0 / std::f64::consts::PI));
        // One list took whatever begins with these letters for an angle.
        assert_eq!(
            (Unit::degrees("degrees Celsius"), Unit::degrees("degree_C"), Unit::degrees("degK")),
            (None, None, None)
        );
    }

    #[test]
    fn durations_are_times() {
        let hour = Unit::parse("hours").unwrap();
        assert_eq!((hour.quantity(), hour.size()), (Quantity::Time, 3600.0));
        assert_eq!(Unit::metres("s"), None);
    }
}
