//! The score of a model against altimetry points with their random and correlated errors.

use nunatak_altimetry::{Geolocation, Segments, SharedErrors};
use nunatak_array::Progress;
use nunatak_grid::Crs;
use nunatak_score::{ErrorBudget, ModelDiscrepancy, Score, geocentric, score};
use nunatak_tree::Dataset;

use super::residuals::{Datum, ModelRecords, at_points, difference};
use crate::Result;
use crate::error::argument;

/// Coverage levels that are scored.
pub const COVERAGE_LEVELS: [f64; 4] = [0.5, 0.68, 0.9, 0.95];

/// How a model is compared with points. What is not said is as in `nk.compare`.
///
/// # Examples
///
/// ```
/// use nunatak::{array::NoProgress, compare, scores::CompareOptions};
/// # use std::sync::Arc;
/// # use nunatak::{altimetry::Segments, array::{MemoryArray, Values}, format::Attributes, grids::{Extent, parse_grid}};
/// # use nunatak::tree::Variable;
/// # let extent = Some(Extent { west: 10.0, south: -75.0, east: 12.0, north: -73.0 });
/// # let mut model = parse_grid("EPSG:4326:1", extent, &Default::default())?;
/// # let array = Arc::new(MemoryArray::new(vec![3, 3], Values::F64(vec![1000.0; 9]))?);
/// # model.insert("orog", Variable::new(vec!["lat".into(), "lon".into()], array, Attributes::new())?)?;
/// # let (longitude, latitude, height) = (vec![11.0], vec![-74.0], vec![1030.0]);
/// # let (geoid_height, height_sigma, sigma_geo) = (vec![20.0], vec![0.0], vec![0.0]);
/// # let place = Segments { longitude, latitude, time: vec![0], pass_id: vec![0], ..Segments::default() };
/// # let segments = Segments { height, geoid_height, height_sigma, sigma_geo, ..place };
///
/// // One segment without errors of its own, 10 m above the model, which is wrong by 10 m over 5 km.
/// let options = CompareOptions { discrepancy: "10,5000".parse()?, ..CompareOptions::default() };
/// let found = compare(&segments, &model, "orog", &options, &NoProgress)?;
/// assert!((found.score.chi_square_reduced - 1.0).abs() < 1e-9);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompareOptions {
    /// Coordinate reference system of the model; it wins over its own.
    pub crs: Option<Crs>,
    /// What the model's heights are counted from.
    pub datum: Datum,
    /// Which of its records.
    pub records: ModelRecords,
    /// What the model cannot represent.
    pub discrepancy: ModelDiscrepancy,
    /// Errors that the points of an overpass share.
    pub geolocation: Geolocation,
    /// Standard deviation of an error that all points share, m.
    pub common_sigma: f64,
}

impl Default for CompareOptions {
    /// A model above the geoid without a discrepancy, and the errors of ATL11.
    fn default() -> Self {
        Self {
            crs: None,
            datum: Datum::default(),
            records: ModelRecords::default(),
            discrepancy: ModelDiscrepancy::None,
            geolocation: Geolocation::ATL11,
            common_sigma: 0.0,
        }
    }
}

/// What [`compare`] finds.
///
/// # Examples
///
/// ```
/// use nunatak::{array::NoProgress, compare, scores::CompareOptions};
/// # use std::sync::Arc;
/// # use nunatak::{altimetry::Segments, array::{MemoryArray, Values}, format::Attributes, grids::{Extent, parse_grid}};
/// # use nunatak::tree::Variable;
/// # let extent = Some(Extent { west: 10.0, south: -75.0, east: 12.0, north: -73.0 });
/// # let mut model = parse_grid("EPSG:4326:1", extent, &Default::default())?;
/// # let array = Arc::new(MemoryArray::new(vec![3, 3], Values::F64(vec![1000.0; 9]))?);
/// # model.insert("orog", Variable::new(vec!["lat".into(), "lon".into()], array, Attributes::new())?)?;
/// # let (longitude, latitude, height) = (vec![11.0], vec![-74.0], vec![1030.0]);
/// # let (geoid_height, height_sigma, sigma_geo) = (vec![20.0], vec![0.1], vec![0.3]);
/// # let place = Segments { longitude, latitude, time: vec![0], pass_id: vec![0], ..Segments::default() };
/// # let segments = Segments { height, geoid_height, height_sigma, sigma_geo, ..place };
///
/// // One segment at 1030 m above the ellipsoid, where the geoid is at 20 m and the model at 1000 m above it.
/// let found = compare(&segments, &model, "orog", &CompareOptions::default(), &NoProgress)?;
/// assert!((found.model[0] - 1000.0).abs() < 1e-6);
/// assert!((found.residual[0] - 10.0).abs() < 1e-6);
/// assert_eq!(found.score.agreement.count, 1);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The numbers.
    pub score: Score,
    /// Observation minus model at every point, m.
    pub residual: Vec<f64>,
    /// The model at every point, m.
    pub model: Vec<f64>,
    /// Sentences for the user.
    pub warnings: Vec<String>,
}

/// Scores a variable of a model against segments: random errors per segment, geolocation errors shared within an overpass, and a
/// discrepancy of the model that depends on distance.
///
/// # Errors
/// As [`residuals`](super::residuals()); [`NunatakError::Argument`](crate::NunatakError::Argument) when no segment has a
/// value of the model, and [`ScoreError`](nunatak_score::ScoreError).
pub fn compare(
    segments: &Segments,
    model: &Dataset,
    variable: &str,
    options: &CompareOptions,
    progress: &dyn Progress,
) -> Result<Comparison> {
    let at = at_points(segments, model, variable, options.crs.as_ref(), options.records, progress)?;
    let residual = difference(segments, &at.values, options.datum);
    if !residual.iter().any(|value| value.is_finite()) {
        return Err(argument("model", nowhere(segments, variable), "points and a model of one ice sheet and one time"));
    }
    let random_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
    let pass: Vec<i64> = segments.pass_id.iter().map(|&pass| i64::from(pass)).collect();
    let Segments { pass_id, slope_along, slope_across, sigma_geo, longitude, latitude, .. } = segments;
    let unknown = vec![f32::NAN; pass_id.len()];
    let or_unknown = |slopes: &Vec<f32>| if slopes.is_empty() { unknown.clone() } else { slopes.clone() };
    let (along, across) = (or_unknown(slope_along), or_unknown(slope_across));
    let shared = SharedErrors::new(options.geolocation, pass_id, &along, &across, sigma_geo);
    let places = longitude.iter().zip(latitude).map(|(&longitude, &latitude)| geocentric(longitude, latitude));
    let position: Vec<[f64; 3]> = places.collect();
    let budget = ErrorBudget {
        random_sigma: &random_sigma,
        shared: &shared.parts,
        overpass: &shared.overpass,
        pass: &pass,
        position: &position,
        common_sigma: options.common_sigma,
    };
    let score = score(&residual, &budget, options.discrepancy, &COVERAGE_LEVELS)?;
    Ok(Comparison { score, residual, model: at.values, warnings: at.warnings })
}

/// Where the points are, for a user who sees that this is another place than that of the model.
fn nowhere(segments: &Segments, variable: &str) -> String {
    let extent = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{low:.4} to {high:.4}")
    };
    format!(
        "no value of {variable} at any of {} points, which lie at longitude {}, latitude {}",
        segments.len(),
        extent(&segments.longitude),
        extent(&segments.latitude)
    )
}
