//! One variable on another grid: a field by itself, or a component of a vector with the other beside it.

use std::sync::Arc;

use nunatak_array::{CastArray, SharedArray, TransposeArray};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::VectorAxes;
use nunatak_grid::recognition::HorizontalGrid;
use nunatak_regrid::{Component, RegriddedArray, RotatedArray, StreamedArray, Weights};
use nunatak_tree::Variable;

use super::request::RegridRequest;
use super::vectors::{VectorComponent, vector_role};
use crate::Result;

/// Attributes of data that name the grid they stood on.
const OLD_GRID: [&str; 3] = ["coordinates", "mesh", "location"];

/// A grid that data stand on, and the weights from it once they are needed.
pub(super) struct SourceGrid {
    pub(super) horizontal: HorizontalGrid,
    weights: Option<Arc<Weights>>,
}

impl SourceGrid {
    pub(super) fn new(horizontal: HorizontalGrid) -> Self {
        Self { horizontal, weights: None }
    }

    fn weights(&mut self, request: &RegridRequest, warnings: &mut Vec<String>) -> Result<Arc<Weights>> {
        match &self.weights {
            Some(weights) => Ok(Arc::clone(weights)),
            None => Ok(Arc::clone(self.weights.insert(request.weights(&self.horizontal.grid, warnings)?))),
        }
    }
}

/// A component of a vector, and the variable of the other one.
pub(super) struct Vector<'a> {
    pub(super) component: &'a VectorComponent,
    pub(super) partner: &'a Variable,
}

/// A variable on the target, lazily; as a component of a vector along the axes there.
pub(super) fn regrid_variable(
    variable: &Variable,
    source: &mut SourceGrid,
    request: &RegridRequest,
    vector: Option<&Vector<'_>>,
    warnings: &mut Vec<String>,
) -> Result<Variable> {
    let own = source.horizontal.dims.clone();
    let leading: Vec<String> = variable.dimensions.iter().filter(|dim| !own.contains(dim)).cloned().collect();
    let order: Vec<String> = leading.iter().chain(&own).cloned().collect();
    let array = in_order(variable, &order)?;
    let plan = if vector.is_none() { request.stream_plan(&source.horizontal.grid) } else { None };
    let array: SharedArray = match (plan, vector) {
        (Some(plan), _) => {
            let streamed: SharedArray = Arc::new(StreamedArray::new(array, plan, request.options.missing())?);
            match request.data_type {
                Some(data_type) => Arc::new(CastArray::new(streamed, data_type)?),
                None => streamed,
            }
        }
        (None, None) => {
            let weights = source.weights(request, warnings)?;
            let regridded = RegriddedArray::new(array, weights, request.options)?;
            match request.data_type {
                Some(data_type) => Arc::new(regridded.with_data_type(data_type)?),
                None => Arc::new(regridded),
            }
        }
        (None, Some(Vector { component, partner })) => {
            let weights = source.weights(request, warnings)?;
            let other = in_order(partner, &order)?;
            let pair = match component.component {
                Component::X => [array, other],
                Component::Y => [other, array],
            };
            let rotated = RotatedArray::new(pair, component.component, component.axes, weights, request.options)?;
            match request.data_type {
                Some(data_type) => Arc::new(rotated.with_data_type(data_type)?),
                None => Arc::new(rotated),
            }
        }
    };
    let dimensions = leading.into_iter().chain(request.target.dims.iter().cloned()).collect();
    let attributes = attributes(variable, source, request, vector.map(|vector| vector.component));
    Ok(Variable::new(dimensions, array, attributes)?)
}

/// The array under a variable with its dimensions in this order.
pub(crate) fn in_order(variable: &Variable, order: &[String]) -> Result<SharedArray> {
    let axes: Vec<usize> = order.iter().filter_map(|dim| variable.axis(dim)).collect();
    if axes.is_sorted() {
        return Ok(Arc::clone(&variable.array));
    }
    Ok(Arc::new(TransposeArray::new(Arc::clone(&variable.array), axes)?))
}

fn attributes(
    variable: &Variable,
    source: &SourceGrid,
    request: &RegridRequest,
    component: Option<&VectorComponent>,
) -> Attributes {
    let mut attributes = variable.attributes.clone();
    for name in OLD_GRID {
        attributes.remove(name);
    }
    for (name, value) in request.target.data_attributes.iter() {
        attributes.set(name, value.clone());
    }
    let record = request.record(&source.horizontal.grid, component);
    attributes.set("nunatak_regrid", Attribute::Text(record));
    if request.is_conservative() {
        let methods = cell_methods(attributes.text("cell_methods").unwrap_or_default(), &request.cell_method());
        attributes.set("cell_methods", Attribute::Text(methods));
    }
    attributes
}

/// CF's cell methods with what was done over the area.
fn cell_methods(before: &str, method: &str) -> String {
    let text = before.trim();
    if text.ends_with(&format!("area: {method}")) || (method == "mean" && text.contains("area: mean")) {
        return text.into();
    }
    format!("{text} area: {method}").trim().into()
}

/// Whether vectors along these axes have others on the target. East here is not east there, so that those of longitudes
/// and latitudes turn, too: near the poles by any angle.
pub(super) fn turns(source: &HorizontalGrid, request: &RegridRequest, axes: VectorAxes) -> bool {
    let (from, to) = (&source.grid, &request.target.grid);
    if axes == VectorAxes::Geographic || from.crs().is_geographic() {
        return from != to;
    }
    !from.crs().has_axes_of(&to.crs())
}

/// That values stay along the axes of their old grid, when they do.
pub(super) fn warn_of_lone_component(
    name: &str,
    variable: &Variable,
    source: &HorizontalGrid,
    request: &RegridRequest,
    reason: &str,
    warnings: &mut Vec<String>,
) {
    let Some(role) = vector_role(name, &variable.attributes) else { return };
    let (from, to) = (source.grid.crs(), request.target.grid.crs());
    let grids = [&source.grid, &request.target.grid];
    let is_east = grids.iter().all(|grid| grid.crs().is_geographic() && grid.curvilinear_shape().is_none());
    if role.axes == VectorAxes::Geographic || is_east || from.has_axes_of(&to) {
        return;
    }
    let axis = if role.component == Component::X { "x" } else { "y" };
    warnings.push(format!(
        "{name} is a vector component along {axis} of {}, and was not turned to the axes of {}: {reason}",
        from.name(),
        to.name()
    ));
}
