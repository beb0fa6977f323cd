//! Grids of rows and columns: one-dimensional axes x and y, or longitude and latitude.

use nunatak_cf::AxisRole;

use crate::{Axis, Crs, Grid, RectilinearGrid, Result};

use super::attributes::AttributeValue;
use super::axes::{HorizontalAxes, all_axes_of};
use super::axis_edges::{axis_of, bounds_of};
use super::degrees::check_direction;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::Inventory;
use super::source::CoordinateSource;
use super::systems::find_crs;
use super::units::scaled;
use super::wording::general;

/// The rows and columns of a dataset: along its axes, and along further ones that some of its fields have.
pub(super) fn candidates(inventory: &Inventory) -> Vec<(GridCandidate, HorizontalAxes)> {
    let all = all_axes_of(inventory).into_iter().filter(|axes| axes.dims[0] != axes.dims[1]);
    all.filter_map(|axes| Some((candidate(inventory, &axes)?, axes))).collect()
}

fn candidate(inventory: &Inventory, axes: &HorizontalAxes) -> Option<GridCandidate> {
    let (y, x) = (inventory.get(&axes.y_name)?, inventory.get(&axes.x_name)?);
    let bounds = [y, x].into_iter().filter_map(|axis| axis.attributes.text("bounds"));
    let names: Vec<&str> = [axes.y_name.as_str(), axes.x_name.as_str()].into_iter().chain(bounds).collect();
    Some(GridCandidate::new(GridFamily::Rectilinear, &axes.dims, names, Recipe(axes.clone())))
}

#[derive(Debug)]
struct Recipe(HorizontalAxes);

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let HorizontalAxes { y_name, x_name, dims } = &self.0;
        let inventory = source.inventory();
        let system = find_crs(source, [x_name, y_name], crs, warnings)?;
        let is_geographic = system.crs.is_geographic();
        if is_geographic {
            check_direction(inventory, x_name, AxisRole::Longitude)?;
            check_direction(inventory, y_name, AxisRole::Latitude)?;
        }
        let (x, y) = (scaled(source, x_name, &system)?, scaled(source, y_name, &system)?);
        let x = axis_of(source, x_name, x, &system, is_geographic)?;
        let y = axis_of(source, y_name, y, &system, false)?;
        let grid = RectilinearGrid::new(system.crs, x, y)?;
        if is_geographic {
            check_globe(inventory, x_name, &grid, warnings);
        }
        let bounds = [y_name, x_name].into_iter().filter_map(|name| bounds_of(inventory, inventory.get(name)?));
        let shapes = bounds.map(|bounds| bounds.name.clone()).collect();
        let centres = vec![y_name.clone(), x_name.clone()];
        Ok(HorizontalGrid {
            centres,
            shapes,
            mapping: system.attributes,
            ..HorizontalGrid::new(dims.to_vec(), Grid::Rectilinear(grid), system.mapping)
        })
    }
}

/// Warns of a grid that is called global, or nearly closes, and leaves a gap.
fn check_globe(inventory: &Inventory, x_name: &str, grid: &RectilinearGrid, warnings: &mut Vec<RecognitionWarning>) {
    let span = |axis: &Axis| match axis.bounds() {
        [first, .., last] => (last - first).abs(),
        _ => 0.0,
    };
    let (longitudes, latitudes) = (span(grid.x()), span(grid.y()));
    let widest = grid.x().bounds().windows(2).fold(0.0, |widest: f64, pair| widest.max((pair[1] - pair[0]).abs()));
    let (gap, description) = (360.0 - longitudes, inventory.description());
    if gap > 1e-6 && gap < 1.5 * widest {
        warnings.push(RecognitionWarning::Grid(format!(
            "{description}: the columns of {x_name} nearly close round the globe but leave a gap of {} degrees; is a \
             column missing, or the spacing rounded?",
            general(gap),
        )));
        return;
    }
    for (kind, whole, span) in [("lon", 360.0, longitudes), ("lat", 180.0, latitudes)] {
        let end = |end: &str| match inventory.attributes().get(&format!("geospatial_{kind}_{end}"))? {
            AttributeValue::Numbers(_) => None,
            number => number.as_number(),
        };
        let (Some(low), Some(high)) = (end("min"), end("max")) else { continue };
        if (high - low).abs() >= whole - 1e-6 && span < whole - 1e-6 {
            warnings.push(RecognitionWarning::Grid(format!(
                "{description} is called global (geospatial_{kind}_min and _max), but its cells span {} of {} degrees; \
                 the rest of the globe gets no values",
                general(span),
                general(whole),
            )));
        }
    }
}
