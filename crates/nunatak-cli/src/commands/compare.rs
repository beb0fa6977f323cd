//! `nunatak compare`: the score of a model against granules.

use clap::{Args, ValueEnum};
use nunatak::altimetry::{Geolocation, Segments};
use nunatak::format::Location;
use nunatak::grid::Crs;
use nunatak::points::{columns_of, geolocation};
use nunatak::score::{ModelDiscrepancy, OutsideTime, Score, TimeInterpolation};
use nunatak::scores::{CompareOptions, Datum, ModelRecords, compare};
use nunatak::{Result, open_dataset};
use serde_json::json;

use super::granules::Granules;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Score a model's surface, on a grid of any family, against ICESat-2 granules.
#[derive(Args)]
#[command(after_help = "Example: nunatak compare ATL06_*.h5 --model orog.nc --variable orog --crs EPSG:3413")]
pub(crate) struct Arguments {
    #[command(flatten)]
    granules: Granules,
    /// The model's file, or its URL.
    #[arg(long)]
    model: Location,
    /// Its surface elevation, m.
    #[arg(long, default_value = "orog")]
    variable: String,
    /// Between the model's records: linear, or the nearest; missing outside its time.
    #[arg(long, value_enum, default_value_t = TimeName::Linear)]
    time: TimeName,
    /// Before the first and after the last record, take that record.
    #[arg(long)]
    clamp_time: bool,
    /// Compare all points with this record of the model's time, from 0.
    #[arg(long, conflicts_with_all = ["time", "clamp_time"])]
    record: Option<usize>,
    /// Coordinate reference system of the model, when the file's own is wrong or missing.
    #[arg(long)]
    crs: Option<String>,
    /// What the model's elevations are counted from.
    #[arg(long, value_enum, default_value_t = DatumName::Geoid)]
    datum: DatumName,
    /// What the model cannot represent: `estimate`, its standard deviation (m), or
    /// `sigma,length[,smoothness[,compensation[,smoothing]]]` (m, m); length 0 is independent from point to point.
    #[arg(long, default_value = "0")]
    discrepancy: ModelDiscrepancy,
    /// Errors that the points of an overpass share: `atl11`, `atl15`, `product` or `calibrated`, as in `aggregate`.
    #[arg(long, default_value = "atl11")]
    geolocation: String,
    /// Standard deviation of an error that all points share, m.
    #[arg(long, default_value_t = 0.0)]
    common: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum TimeName {
    Linear,
    Nearest,
}

#[derive(Clone, Copy, ValueEnum)]
enum DatumName {
    Geoid,
    Ellipsoid,
}

impl Arguments {
    fn options(&self) -> Result<CompareOptions> {
        let between = match self.time {
            TimeName::Linear => TimeInterpolation::Linear,
            TimeName::Nearest => TimeInterpolation::Nearest,
        };
        let outside = if self.clamp_time { OutsideTime::Clamp } else { OutsideTime::Missing };
        Ok(CompareOptions {
            crs: self.crs.as_deref().map(Crs::parse).transpose()?,
            datum: match self.datum {
                DatumName::Geoid => Datum::Geoid,
                DatumName::Ellipsoid => Datum::Ellipsoid,
            },
            records: self.record.map_or(ModelRecords::AtTime(between, outside), ModelRecords::One),
            discrepancy: self.discrepancy,
            common_sigma: self.common,
            ..CompareOptions::default()
        })
    }

    /// What the segments share; by their crossovers where that is asked for.
    fn geolocation(&self, segments: &Segments) -> Result<Geolocation> {
        let height: Vec<f64> = segments.height.iter().map(|&height| f64::from(height)).collect();
        let height_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
        geolocation(&self.geolocation, columns_of(segments, &height, &height_sigma))
    }
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let options = arguments.options()?;
    let model = open_dataset(&arguments.model, &Default::default())?;
    let segments = arguments.granules.read()?;
    let options = CompareOptions { geolocation: arguments.geolocation(&segments)?, ..options };
    let found = compare(&segments, &model, &arguments.variable, &options, &Bar::new("records"))?;
    output::warn(&found.warnings);
    output::warn(&contradiction(&found.score));
    match format {
        Format::Json => output::json(&describe(&found.score)),
        Format::Text => print(&found.score),
    }
    Ok(())
}

/// A sentence where the residuals' own correlation contradicts the covariance that was used.
fn contradiction(score: &Score) -> Vec<String> {
    let neighbours = score.neighbours;
    let text = || {
        format!(
            "neighbouring residuals correlate by {:.2}, the error budget says {:.2}: intervals and likelihoods are too narrow; \
             --discrepancy estimate takes the correlation from the residuals",
            neighbours.found, neighbours.expected
        )
    };
    neighbours.is_contradiction().then(text).into_iter().collect()
}

/// The numbers by the names of Python's `Comparison.summary()`.
fn describe(score: &Score) -> serde_json::Value {
    let number = |value: f64, is_count| if is_count { json!(value as u64) } else { json!(value) };
    let mut all: serde_json::Map<String, serde_json::Value> =
        score.summary().iter().map(|own| (own.name.to_string(), number(own.value, own.is_count))).collect();
    let coverage: serde_json::Map<String, serde_json::Value> =
        score.coverage.iter().map(|own| (own.level.to_string(), json!(own.fraction))).collect();
    all.insert("coverage".into(), coverage.into());
    let field = score.discrepancy;
    if field.sigma > 0.0 {
        let numbers = json!({
            "sigma": field.sigma, "length": field.length, "smoothness": field.smoothness,
            "compensation": field.compensation, "smoothing": field.smoothing,
        });
        all.insert("fitted_discrepancy".into(), numbers);
    }
    all.into()
}

fn print(score: &Score) {
    for own in score.summary() {
        let value = if own.is_count { format!("{}", own.value as u64) } else { output::significant(own.value) };
        output::line(format_args!("{:<20}{value:>14}  {}", own.name, own.meaning));
    }
    if score.discrepancy.sigma > 0.0 {
        output::line(format_args!("{:<20}{}", "discrepancy", score.discrepancy));
    }
    for own in &score.coverage {
        let (level, share) = (output::number(100.0 * own.level, 0), output::number(100.0 * own.fraction, 1));
        output::line(format_args!("{:<20}{share:>12} %  of residuals", format!("within {level}%")));
    }
}
