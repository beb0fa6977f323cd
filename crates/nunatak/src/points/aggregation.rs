//! Statistics of cells as a dataset on their grid.

use std::sync::Arc;

use nunatak_altimetry::{
    AggregateOptions, CellStatistics, Crossover, Geolocation, NOT_A_TIME, OccupiedCells, PointColumns, Segments,
    Statistic, aggregate_occupied, calibrate, find_crossovers,
};
use nunatak_array::{MemoryArray, SharedArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::Grid;
use nunatak_tree::{Dataset, Variable};

use crate::Result;
use crate::regridding::RegridTarget;

/// What the error model of the uncertainties is.
const ERROR_MODEL: &str = "height: mean of the cell by block kriging about the slope of its neighbourhood; random: independent; \
                           correlated: one vector per overpass with the signs of the slopes; sampling: kriging variance";

/// Name, meaning and CF cell method of each statistic in metres.
const FIELDS: [(&str, &str, &str); 19] = [
    ("mean", "weighted mean of the points, w = 1/(height_sigma^2 + weight_floor^2)", "area: mean"),
    ("plain_mean", "unweighted mean of the points", "area: mean"),
    ("median", "median", "area: median"),
    ("spread", "standard deviation of the points (population)", "area: standard_deviation"),
    ("nmad", "normalised median absolute deviation of the points, 1.4826 MAD", ""),
    ("height", "predicted mean of the cell", "area: mean"),
    ("slope_x", "slope along x", ""),
    ("slope_y", "slope along y", ""),
    ("sigma_slope_x", "uncertainty of the slope along x", ""),
    ("sigma_slope_y", "uncertainty of the slope along y", ""),
    ("roughness", "standard deviation of the surface about its slope within the cell", ""),
    ("sigma_random", "uncertainty of height from errors independent between segments", ""),
    ("sigma_correlated", "uncertainty of height from errors shared within an overpass", ""),
    ("sigma_sampling", "uncertainty of height from the part of the cell that no track sees", ""),
    ("sigma_total", "total uncertainty of height: root of the sum of the squares", ""),
    ("effective_count", "effective number of independent samples of the surface", ""),
    ("offset_x", "offset of the weighted centroid from the cell centre along x", ""),
    ("offset_y", "offset of the weighted centroid from the cell centre along y", ""),
    ("offset_distance", "distance of the weighted centroid from the cell centre", ""),
];

/// What says how good the height is.
const ANCILLARY: [Statistic; 5] = [
    Statistic::SigmaRandom,
    Statistic::SigmaCorrelated,
    Statistic::SigmaSampling,
    Statistic::SigmaTotal,
    Statistic::Count,
];

/// Unit of a statistic.
fn unit(name: &str) -> &'static str {
    if name == "effective_count" || name.contains("slope") { "1" } else { "m" }
}

/// Columns of segments in double precision, as aggregation takes them: heights, and their random errors (m).
pub fn columns_of<'a>(segments: &'a Segments, height: &'a [f64], height_sigma: &'a [f64]) -> PointColumns<'a> {
    PointColumns {
        slope_along: &segments.slope_along,
        slope_across: &segments.slope_across,
        longitude: &segments.longitude,
        latitude: &segments.latitude,
        time: &segments.time,
        height,
        height_sigma,
        sigma_geo: &segments.sigma_geo,
        pass_id: &segments.pass_id,
    }
}

/// The errors of overpasses of a name; `calibrated` are those that crossovers of the points support.
///
/// # Errors
/// For a name that there is not, and for too few crossovers.
pub fn geolocation(name: &str, points: PointColumns<'_>) -> Result<Geolocation> {
    if name == "calibrated" {
        return Ok(calibrate(&find_crossovers(points, Crossover::LONGEST_LAG)?)?.geolocation());
    }
    Ok(name.parse()?)
}

/// Mean height per cell with a random, a correlated and a sampling uncertainty, as a dataset on the target:
/// `count`, `edited`, `passes`, the fields of [`CellStatistics`], `first_time` and `last_time`, those of them that the options ask
/// for. Of a HEALPix grid only the cells that hold a point, with the coordinate of their numbers, so that memory
/// goes with them however fine the level. The attribute `points_outside_grid` counts points with a height that no cell holds.
///
/// # Errors
/// Those of [`nunatak_altimetry::aggregate`].
pub fn aggregate(points: PointColumns<'_>, target: &RegridTarget, options: AggregateOptions) -> Result<Dataset> {
    let (cells, listed) = match &target.grid {
        Grid::Healpix(healpix) => {
            let OccupiedCells { cells, statistics, .. } = aggregate_occupied(points, &target.grid, options)?;
            let number = |cell: u64| healpix.cells().map_or(cell, |listed| listed[cell as usize]) as i64;
            (statistics, Some(cells.into_iter().map(number).collect::<Vec<_>>()))
        }
        _ => (nunatak_altimetry::aggregate(points, &target.grid, options)?, None),
    };
    let with_height = points.height.iter().filter(|height| height.is_finite()).count();
    let inside: i64 = cells.count.iter().map(|&count| i64::from(count)).sum();
    let mut dataset = Dataset::new(provenance(&cells, options, with_height as i64 - inside));
    for (name, variable) in &target.coordinates {
        let mut variable = variable.clone();
        if let (Some(numbers), [_]) = (&listed, &variable.dimensions[..]) {
            variable.array = Arc::new(MemoryArray::new(vec![numbers.len()], Values::I64(numbers.clone()))?);
        }
        dataset.insert_coordinate(name, variable)?;
    }
    let shape = listed.as_ref().map_or_else(|| target.grid.shape(), |numbers| vec![numbers.len()]);
    let mut insert = |name: &str, values: Values, attributes: &[(&str, &str)]| -> Result<()> {
        let array: SharedArray = Arc::new(MemoryArray::new(shape.clone(), values)?);
        let mut all: Attributes =
            attributes.iter().map(|(key, text)| (key.to_string(), Attribute::Text(text.to_string()))).collect();
        for (key, value) in target.data_attributes.iter() {
            all.set(key, value.clone());
        }
        Ok(dataset.insert(name, Variable::new(target.dims.clone(), array, all)?)?)
    };
    let asked = cells.asked;
    for (statistic, values, meaning) in [
        (Statistic::Count, cells.count, "number of points"),
        (Statistic::Edited, cells.edited, "number of these points left out by editing"),
        (Statistic::Passes, cells.passes, "number of distinct passes"),
    ] {
        if asked.contains(statistic) {
            insert(statistic.name(), Values::I32(values), &[("long_name", meaning), ("units", "1")])?;
        }
    }
    let beside = ANCILLARY.into_iter().filter(|&own| asked.contains(own)).map(Statistic::name);
    let beside = beside.collect::<Vec<_>>().join(" ");
    for (name, values) in cells.fields {
        let Some((_, meaning, method)) = FIELDS.iter().find(|(own, ..)| *own == name) else { continue };
        let meaning = match name.starts_with("offset") || name.starts_with("effective") {
            true => meaning.to_string(),
            false => format!("surface height: {meaning}"),
        };
        let mut attributes = vec![("long_name", meaning.as_str()), ("units", unit(name))];
        if !method.is_empty() {
            attributes.push(("cell_methods", method));
        }
        if name == "height" && !beside.is_empty() {
            attributes.push(("ancillary_variables", &beside));
        }
        insert(name, Values::F64(values), &attributes)?;
    }
    for (statistic, instants, which) in
        [(Statistic::FirstTime, cells.first_time, "first"), (Statistic::LastTime, cells.last_time, "last")]
    {
        if !asked.contains(statistic) {
            continue;
        }
        let long_name = format!("time of the {which} segment");
        let units =
            [("long_name", long_name.as_str()), ("units", "seconds since 1970-01-01"), ("calendar", "standard")];
        insert(statistic.name(), Values::F64(instants.into_iter().map(seconds).collect()), &units)?;
    }
    Ok(dataset)
}

/// Seconds since 1970 of an instant in nanoseconds; NaN for a missing one.
fn seconds(instant: i64) -> f64 {
    if instant == NOT_A_TIME { f64::NAN } else { instant as f64 / 1e9 }
}

fn provenance(cells: &CellStatistics, options: AggregateOptions, outside: i64) -> Attributes {
    let text = |text: &str| Attribute::Text(text.into());
    let number = |value: Option<f64>| Attribute::number(value.unwrap_or(f64::NAN));
    let of_surface = match cells.asked.need_surface() {
        true => vec![
            ("error_model", text(ERROR_MODEL)),
            ("geolocation", Attribute::Text(options.geolocation.to_string())),
            ("geolocation_of_pairs", Attribute::number(options.pair)),
            ("sigma_common", Attribute::number(options.common)),
            ("correlation_length", number(cells.model.correlation_length)),
            ("correlation_length_note", text(cells.model.correlation_length_note())),
            ("variogram_exponent", number(cells.model.exponent)),
            ("typical_spread", number(cells.model.typical_spread)),
            ("typical_slope", number(cells.model.typical_slope)),
            ("ratio_across_tracks", number(cells.model.ratio_across_tracks)),
        ],
        false => Vec::new(),
    };
    [
        ("Conventions", text("CF-1.11")),
        ("title", text("altimetry aggregated to cells")),
        ("reference", text("none")),
        ("weight_floor", Attribute::number(options.weight_floor)),
        ("editing", Attribute::number(i64::from(options.editing))),
    ]
    .into_iter()
    .chain(of_surface)
    .chain([("points_outside_grid", Attribute::number(outside)), ("nunatak_version", text(env!("CARGO_PKG_VERSION")))])
    .map(|(name, value)| (name.to_string(), value))
    .collect()
}
