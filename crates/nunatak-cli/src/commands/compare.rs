use clap::{Args, ValueEnum};
use nunatak::array::NoProgress;
use nunatak::grid::Crs;
use nunatak::score::Score;
use nunatak::{Datum, Result, Surface};
use serde_json::json;

use super::granules::Granules;
use crate::output::{self, Format, number};

/// Score a model surface against ICESat-2 granules.
#[derive(Args)]
#[command(after_help = "Example: nunatak compare ATL06_*.h5 --model orog.nc --variable orog --crs EPSG:3413")]
pub(crate) struct Arguments {
    #[command(flatten)]
    granules: Granules,
    /// The model's file.
    #[arg(long)]
    model: nunatak::format::Location,
    /// Its surface elevation, m.
    #[arg(long, default_value = "orog")]
    variable: String,
    /// Record of the model's time to compare.
    #[arg(long, default_value_t = 0)]
    record: usize,
    /// Coordinate reference system of the model, when the file's own is wrong or missing.
    #[arg(long)]
    crs: Option<String>,
    /// What the model's elevations are counted from.
    #[arg(long, value_enum, default_value_t = DatumName::Geoid)]
    datum: DatumName,
    /// Standard deviation of what the model cannot resolve, m.
    #[arg(long, default_value_t = 0.0)]
    discrepancy: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum DatumName {
    Geoid,
    Ellipsoid,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let crs = arguments.crs.as_deref().map(Crs::parse).transpose()?;
    let surface = Surface::open(&arguments.model, &arguments.variable, arguments.record, crs)?;
    for warning in &surface.warnings {
        eprintln!("nunatak: warning: {warning}");
    }
    let segments = arguments.granules.read()?;
    let datum = match arguments.datum {
        DatumName::Geoid => Datum::Geoid,
        DatumName::Ellipsoid => Datum::Ellipsoid,
    };
    let score = nunatak::compare(&segments, &surface, datum, arguments.discrepancy, &NoProgress)?;
    match format {
        Format::Json => output::json(&describe(&score)),
        Format::Text => print(&score),
    }
    Ok(())
}

fn describe(score: &Score) -> serde_json::Value {
    json!({
        "count": score.agreement.count,
        "skipped": score.agreement.skipped,
        "passes": score.passes.len(),
        "effective_sample_size": score.effective_sample_size,
        "bias": score.agreement.bias,
        "bias_sigma": score.bias_sigma,
        "median": score.median,
        "nmad": score.nmad,
        "rmse": score.agreement.rmse,
        "chi_square_reduced": score.chi_square_reduced,
        "log_likelihood": score.log_likelihood,
        "crps": score.crps,
        "coverage": score.coverage.iter().map(|coverage| json!({
            "level": coverage.level,
            "fraction": coverage.fraction,
        })).collect::<Vec<_>>(),
    })
}

fn print(score: &Score) {
    let agreement = &score.agreement;
    output::line(format_args!("segments           {} ({} outside the model)", agreement.count, agreement.skipped));
    output::line(format_args!("passes             {}", score.passes.len()));
    output::line(format_args!("effective sample   {}", number(score.effective_sample_size, 1)));
    output::line(format_args!("bias               {} ± {} m", number(agreement.bias, 3), number(score.bias_sigma, 3)));
    output::line(format_args!("median             {} m", number(score.median, 3)));
    output::line(format_args!("NMAD               {} m", number(score.nmad, 3)));
    output::line(format_args!("RMSE               {} m", number(agreement.rmse, 3)));
    output::line(format_args!("reduced chi-square {}", number(score.chi_square_reduced, 2)));
    output::line(format_args!("log-likelihood     {}", number(score.log_likelihood, 1)));
    output::line(format_args!("CRPS               {} m", number(score.crps, 3)));
    for coverage in &score.coverage {
        let (level, found) = (number(100.0 * coverage.level, 0), number(100.0 * coverage.fraction, 1));
        output::line(format_args!("coverage at {level:>3} %  {found} %"));
    }
}
