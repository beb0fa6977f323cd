//! The unit of length that a system's text states for x and y.

/// A unit of length of a map: x and y of its data are in it, where they do not say otherwise.
///
/// # Examples
/// ```
/// use nunatak_grid::{GridMapping, GridMappingValue};
///
/// let text = "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +units=km";
/// let mapping = GridMapping::new("crs", [("proj4".into(), GridMappingValue::Text(text.into()))]);
/// let unit = mapping.map_unit().unwrap();
/// assert_eq!((unit.name(), unit.metres()), ("km", 1000.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MapUnit {
    name: String,
    metres: f64,
}

/// Lengths by their names in PROJ.
const NAMES: [(&str, f64); 10] = [
    ("m", 1.0),
    ("km", 1000.0),
    ("dm", 0.1),
    ("cm", 0.01),
    ("mm", 0.001),
    ("ft", 0.3048),
    ("us-ft", 1200.0 / 3937.0),
    ("yd", 0.9144),
    ("us-yd", 3600.0 / 3937.0),
    ("kmi", 1852.0),
];

impl MapUnit {
    /// A unit of this name and length in metres; none unless the length is positive.
    pub(crate) fn new(name: &str, metres: f64) -> Option<Self> {
        (metres.is_finite() && metres > 0.0).then(|| Self { name: name.to_string(), metres })
    }

    /// The unit of this name in PROJ.
    pub(crate) fn of_proj(name: &str) -> Option<Self> {
        let &(name, metres) = NAMES.iter().find(|(known, _)| *known == name)?;
        Self::new(name, metres)
    }

    /// What the text calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its length in metres.
    pub fn metres(&self) -> f64 {
        self.metres
    }

    /// Whether it is the metre.
    pub fn is_metre(&self) -> bool {
        (self.metres - 1.0).abs() < 1e-12
    }

    /// Whether it is a power of ten of the metre.
    pub fn is_metric(&self) -> bool {
        let power = self.metres.log10();
        (power - power.round()).abs() < 1e-12
    }

    /// Whether this is a name of it: in any case, with blanks, dashes or underscores between its words.
    pub fn is_called(&self, name: &str) -> bool {
        let letters = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
        letters(&self.name) == letters(name.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feet_of_surveys_are_told_from_feet() {
        let (foot, survey) = (MapUnit::of_proj("ft").unwrap(), MapUnit::of_proj("us-ft").unwrap());
        assert!((survey.metres() / foot.metres() - 1.000_002).abs() < 1e-9);
        assert!(!foot.is_metric() && MapUnit::of_proj("km").unwrap().is_metric());
        let named = MapUnit::new("US survey foot", survey.metres()).unwrap();
        assert!(named.is_called("US_survey_foot") && !named.is_called("foot"));
        assert!(MapUnit::new("nothing", 0.0).is_none() && MapUnit::of_proj("furlong").is_none());
    }
}
