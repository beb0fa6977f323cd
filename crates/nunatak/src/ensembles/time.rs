//! When the records of a variable are.

use nunatak_cf::{TimeEncoding, nominal_year};
use nunatak_tree::{Dataset, Variable};

use crate::Result;
use crate::error::argument;

/// The dimension that holds a variable's records in time: one named `time` or `year`, or whose coordinate says that it
/// is time (`axis: T`, `standard_name: time`, units since a date).
pub(crate) fn time_dimension<'a>(dataset: &Dataset, variable: &'a Variable) -> Option<&'a str> {
    variable.dimensions.iter().map(String::as_str).find(|dim| {
        matches!(dim.to_lowercase().as_str(), "time" | "year")
            || dataset.get(dim).is_some_and(|coordinate| {
                let attributes = &coordinate.attributes;
                attributes.text("axis") == Some("T")
                    || attributes.text("standard_name") == Some("time")
                    || attributes.text("units").is_some_and(|units| units.contains(" since "))
            })
    })
}

/// The times of a coordinate: what they count, and the numbers.
pub(crate) fn encoded_times(dataset: &Dataset, dim: &str, of: &str) -> Result<(TimeEncoding, Vec<f64>)> {
    let unusable = |found: String| argument("time", found, format!("a coordinate `{dim}` of dates in {of}"));
    let coordinate = dataset.get(dim).ok_or_else(|| unusable("no coordinate".into()))?;
    let units = coordinate.attributes.text("units").ok_or_else(|| unusable("numbers without units".into()))?;
    let encoding = TimeEncoding::parse(units, coordinate.attributes.text("calendar"))?;
    Ok((encoding, coordinate.array.read_all()?.into_f64()?))
}

/// The year that each record stands for: that of its date, or the year before for one in January; whole numbers of a
/// coordinate `year` are years as they are.
pub(crate) fn nominal_years(dataset: &Dataset, dim: &str, of: &str) -> Result<Vec<i64>> {
    let coordinate = dataset.get(dim);
    let is_year = matches!(dim.to_lowercase().as_str(), "year" | "nominal_year");
    if let Some(coordinate) =
        coordinate.filter(|own| is_year && !own.attributes.text("units").is_some_and(|u| u.contains("since")))
    {
        return Ok(coordinate.array.read_all()?.into_f64()?.into_iter().map(|year| year as i64).collect());
    }
    let (encoding, numbers) = encoded_times(dataset, dim, of)?;
    let year = |number: f64| {
        let moment = encoding.decode(number);
        moment
            .map(nominal_year)
            .ok_or_else(|| argument("time", number, format!("a date in coordinate `{dim}` of {of}")))
    };
    numbers.into_iter().map(year).collect()
}
