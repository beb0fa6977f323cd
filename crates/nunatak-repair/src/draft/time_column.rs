//! The time axis of a file, in memory.

use nunatak_cf::{Moment, TimeEncoding};
use nunatak_format::Variable;

use crate::error::Result;

/// The time axis of a file as its numbers and attributes state it: what the rules of time look at and change.
///
/// # Examples
/// ```
/// use nunatak_repair::TimeColumn;
///
/// let (name, units) = ("time".to_string(), "days since 2015-01-01".to_string());
/// let calendar = Some("noleap".to_string());
/// let time = TimeColumn { dimension: name.clone(), name, units, calendar, values: vec![365.0, 730.0] };
/// let (_, moments) = time.moments()?;
/// assert_eq!(moments[1].to_string(), "2017-01-01");
/// assert_eq!(time.span(), "values 365 to 730");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TimeColumn {
    /// Name of the time variable.
    pub name: String,
    /// Name of its dimension.
    pub dimension: String,
    /// The attribute `units`; nothing when it is missing.
    pub units: String,
    /// The attribute `calendar`.
    pub calendar: Option<String>,
    /// The numbers.
    pub values: Vec<f64>,
}

impl TimeColumn {
    /// Whether a variable is a file's time axis.
    pub fn is_time(variable: &Variable) -> bool {
        let named = matches!(variable.name.as_str(), "time" | "t" | "Time");
        let meant = variable.attributes.text("standard_name") == Some("time");
        variable.dimensions.len() == 1 && variable.array.data_type().is_numeric() && (named || meant)
    }

    /// Reads the time axis.
    ///
    /// # Errors
    /// The file's, when its values cannot be read.
    pub fn read(variable: &Variable) -> Result<Self> {
        let text = |name: &str| variable.attributes.text(name).map(str::to_string);
        Ok(Self {
            name: variable.name.clone(),
            dimension: variable.dimensions.first().cloned().unwrap_or_default(),
            units: text("units").unwrap_or_default(),
            calendar: text("calendar"),
            values: variable.array.read_all()?.into_f64()?,
        })
    }

    /// Units, reference and calendar, when they are valid CF.
    pub fn encoding(&self) -> Option<TimeEncoding> {
        TimeEncoding::parse(&self.units, self.calendar.as_deref()).ok()
    }

    /// Units, reference and the moment of every record.
    ///
    /// # Errors
    /// What is wrong, as text: the attributes, or a value that is no time.
    pub fn moments(&self) -> Result<(TimeEncoding, Vec<Moment>), String> {
        let encoding = TimeEncoding::parse(&self.units, self.calendar.as_deref()).map_err(|error| error.to_string())?;
        let moments = self.values.iter().enumerate().map(|(at, value)| {
            encoding.decode(*value).ok_or_else(|| format!("record {at} has time {value}, which is no date"))
        });
        Ok((encoding, moments.collect::<Result<_, _>>()?))
    }

    /// What differs from another state of the same axis, as `before` and `after`.
    pub fn difference(&self, after: &Self) -> (String, String) {
        let mut parts: Vec<(String, String)> = Vec::new();
        if self.units != after.units {
            parts.push((format!("units `{}`", self.units), format!("units `{}`", after.units)));
        }
        if self.calendar != after.calendar {
            let text = |calendar: &Option<String>| match calendar {
                Some(name) => format!("calendar `{name}`"),
                None => "no calendar".to_string(),
            };
            parts.push((text(&self.calendar), text(&after.calendar)));
        }
        if self.values != after.values {
            parts.push((self.span(), after.span()));
        }
        let (before, after): (Vec<String>, Vec<String>) = parts.into_iter().unzip();
        (before.join(", "), after.join(", "))
    }

    /// First and last value as text.
    pub fn span(&self) -> String {
        match (self.values.first(), self.values.last()) {
            (Some(first), Some(last)) => format!("values {first} to {last}"),
            _ => "no values".into(),
        }
    }
}
