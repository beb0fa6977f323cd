//! Record times of a model and times of points, as numbers on one axis.

use nunatak_altimetry::NOT_A_TIME;
use nunatak_cf::{Calendar, Moment, TimeEncoding};
use nunatak_tree::{Dataset, Variable};

use crate::Result;
use crate::ensembles::{encoded_times, nominal_years};
use crate::error::argument;

const INSTANTS: &str = "microseconds since 1970-01-01";

/// Times of the records of a variable along a dimension, and of points (ns since 1970 UTC).
///
/// Dates of the standard calendar become seconds. Dates of another calendar become decimal years of their own calendar,
/// and the points' times decimal years of the standard one, so that 1 July is 1 July in both. Nominal years N stand for
/// the end of year N, 1 January N+1, or for 2 July N where `cell_methods` speak of a mean.
pub(super) fn record_times(
    dataset: &Dataset,
    variable: &Variable,
    dim: &str,
    of: &str,
    points: &[i64],
) -> Result<(Vec<f64>, Vec<f64>)> {
    let standard = TimeEncoding::parse(INSTANTS, Some("standard"))?;
    let seconds = |instant: &i64| match *instant {
        NOT_A_TIME => f64::NAN,
        instant => instant.div_euclid(1000) as f64 / 1e6,
    };
    let has_dates =
        dataset.get(dim).is_some_and(|own| own.attributes.text("units").is_some_and(|u| u.contains("since")));
    if !has_dates {
        let is_mean = is_time_mean(variable.attributes.text("cell_methods").unwrap_or_default(), dim);
        let stamp = |year: i64| match is_mean {
            true => Moment::midnight(year, 7, 2),
            false => Moment::midnight(year + 1, 1, 1),
        };
        let years = nominal_years(dataset, dim, of)?;
        let records = years.into_iter().map(|year| standard.encode(stamp(year)) / 1e6).collect();
        return Ok((records, points.iter().map(seconds).collect()));
    }
    let (encoding, numbers) = encoded_times(dataset, dim, of)?;
    let moments: Vec<Moment> = numbers
        .iter()
        .map(|&number| {
            encoding.decode(number).ok_or_else(|| argument("time", number, format!("a date in {dim} of {of}")))
        })
        .collect::<Result<_>>()?;
    if matches!(encoding.calendar, Calendar::Standard | Calendar::ProlepticGregorian) {
        let records = moments.into_iter().map(|moment| standard.encode(moment) / 1e6).collect();
        return Ok((records, points.iter().map(seconds).collect()));
    }
    let own = TimeEncoding::parse(INSTANTS, Some(encoding.calendar.name()))?;
    let records = moments.into_iter().map(|moment| decimal_year(&own, moment)).collect();
    let of_point = |instant: &i64| match *instant {
        NOT_A_TIME => f64::NAN,
        instant => standard.decode(instant.div_euclid(1000) as f64).map_or(f64::NAN, |at| decimal_year(&standard, at)),
    };
    Ok((records, points.iter().map(of_point).collect()))
}

/// Whether `cell_methods` (CF 1.11, section 7.3) speak of a mean over a time dimension: not over areas or models.
fn is_time_mean(cell_methods: &str, dim: &str) -> bool {
    let mut names: Vec<String> = Vec::new();
    for word in cell_methods.to_lowercase().split_whitespace() {
        match word.strip_suffix(':') {
            Some(name) => names.push(name.to_owned()),
            None if word == "mean" && names.iter().any(|name| name == "time" || *name == dim.to_lowercase()) => {
                return true;
            }
            None => names.clear(),
        }
    }
    false
}

/// Year plus the fraction of the year that has passed, in the calendar of an encoding.
fn decimal_year(encoding: &TimeEncoding, moment: Moment) -> f64 {
    let begin = encoding.encode(Moment::midnight(moment.year, 1, 1));
    let end = encoding.encode(Moment::midnight(moment.year + 1, 1, 1));
    moment.year as f64 + (encoding.encode(moment) - begin) / (end - begin)
}
