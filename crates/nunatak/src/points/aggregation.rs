//! Statistics of cells as a dataset on their grid.

use std::sync::Arc;

use nunatak_altimetry::{
    AggregateOptions, CellStatistics, NOT_A_TIME, OccupiedCells, PointColumns, Segments, aggregate_occupied,
};
use nunatak_array::{MemoryArray, SharedArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::Grid;
use nunatak_tree::{Dataset, Variable};

use crate::Result;
use crate::regridding::RegridTarget;

/// What the error model of the uncertainties is.
const ERROR_MODEL: &str = "random: independent; correlated: fully shared within (rgt, cycle, pair), independent between; \
                           sampling: extension variance of an exp(-d/L) surface about a plane, shrunk towards pooled values";

/// Name, meaning and CF cell method of each statistic.
const FIELDS: [(&str, &str, &str); 13] = [
    ("mean", "weighted mean, w = 1/(height_sigma^2 + weight_floor^2)", "area: mean"),
    ("plain_mean", "unweighted mean", "area: mean"),
    ("median", "median", "area: median"),
    ("spread", "standard deviation of the points (population)", "area: standard_deviation"),
    ("nmad", "normalised median absolute deviation of the points, 1.4826 MAD", ""),
    ("sigma_random", "uncertainty of the mean from errors independent between segments", ""),
    ("sigma_correlated", "uncertainty of the mean from errors shared within a pass", ""),
    ("sigma_sampling", "uncertainty of the mean from the part of the cell that no track sees", ""),
    ("sigma_total", "total uncertainty of the mean: root of the sum of the three squares", ""),
    ("effective_count", "effective number of independent samples of the surface", ""),
    ("offset_x", "offset of the weighted centroid from the cell centre along x", ""),
    ("offset_y", "offset of the weighted centroid from the cell centre along y", ""),
    ("offset_distance", "distance of the weighted centroid from the cell centre", ""),
];

/// Columns of segments in double precision, as aggregation takes them: heights, and their random errors (m).
pub fn columns_of<'a>(segments: &'a Segments, height: &'a [f64], height_sigma: &'a [f64]) -> PointColumns<'a> {
    PointColumns {
        longitude: &segments.longitude,
        latitude: &segments.latitude,
        time: &segments.time,
        height,
        height_sigma,
        sigma_geo: &segments.sigma_geo,
        pass_id: &segments.pass_id,
    }
}

/// Mean height per cell with a random, a correlated and a sampling uncertainty, as a dataset on the target:
/// `count`, `passes`, `mean`, `plain_mean`, `median`, `spread`, `nmad`, `sigma_random`, `sigma_correlated`,
/// `sigma_sampling`, `sigma_total` (m), `effective_count`, `offset_x`, `offset_y`, `offset_distance` (m), `first_time`
/// and `last_time`. Of a HEALPix grid only the cells that hold a point, with the coordinate of their numbers, so that memory
/// goes with them however fine the level. The attribute `points_outside_grid` counts points with a height that no cell holds.
///
/// # Errors
/// Those of [`nunatak_altimetry::aggregate`].
pub fn aggregate(points: PointColumns<'_>, target: &RegridTarget, options: AggregateOptions) -> Result<Dataset> {
    let (cells, listed) = match &target.grid {
        Grid::Healpix(healpix) => {
            let OccupiedCells { cells, statistics } = aggregate_occupied(points, &target.grid, options)?;
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
    insert("count", Values::I32(cells.count), &[("long_name", "number of points"), ("units", "1")])?;
    insert("passes", Values::I32(cells.passes), &[("long_name", "number of distinct passes"), ("units", "1")])?;
    for (name, values) in cells.fields {
        let Some((_, meaning, method)) = FIELDS.iter().find(|(own, ..)| *own == name) else { continue };
        let is_count = name == "effective_count";
        let meaning = match name.starts_with("offset") || is_count {
            true => meaning.to_string(),
            false => format!("surface height: {meaning}"),
        };
        let mut attributes = vec![("long_name", meaning.as_str()), ("units", if is_count { "1" } else { "m" })];
        if !method.is_empty() {
            attributes.push(("cell_methods", method));
        }
        if name == "mean" {
            attributes.push(("ancillary_variables", "sigma_random sigma_correlated sigma_sampling sigma_total count"));
        }
        insert(name, Values::F64(values), &attributes)?;
    }
    for (name, instants, which) in [("first_time", cells.first_time, "first"), ("last_time", cells.last_time, "last")] {
        let long_name = format!("time of the {which} segment");
        let units =
            [("long_name", long_name.as_str()), ("units", "seconds since 1970-01-01"), ("calendar", "standard")];
        insert(name, Values::F64(instants.into_iter().map(seconds).collect()), &units)?;
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
    [
        ("Conventions", text("CF-1.11")),
        ("title", text("altimetry aggregated to cells")),
        ("reference", text("none")),
        ("error_model", text(ERROR_MODEL)),
        ("weight_floor", Attribute::number(options.weight_floor)),
        ("correlation_length", number(cells.model.correlation_length)),
        ("correlation_length_note", text(cells.model.correlation_length_note())),
        ("typical_spread", number(cells.model.typical_spread)),
        ("typical_slope", number(cells.model.typical_slope)),
        ("points_outside_grid", Attribute::number(outside)),
        ("nunatak_version", text(env!("CARGO_PKG_VERSION"))),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_string(), value))
    .collect()
}
