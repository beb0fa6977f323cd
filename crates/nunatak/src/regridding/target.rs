//! The grid to go to, and the variables that say so.

use std::sync::Arc;

use nunatak_array::IndexArray;
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::recognition::{HorizontalGrid, RecognitionWarning, find_horizontal};
use nunatak_grid::{Crs, Grid, HealpixGrid, HealpixOrder};
use nunatak_tree::{Dataset, Variable};

use super::cell_coordinates::{describe_centre, describe_shape, places_of_cells};
use crate::grids::{HealpixEllipsoid, grid_mapping_attributes, grid_mapping_variable, healpix_grid};
use crate::{DatasetView, Result, attributes_of};

/// A grid to regrid to, with the coordinates, bounds and grid mapping that results carry.
///
/// # Examples
///
/// ```
/// use nunatak::{grids::parse_grid, regridding::RegridTarget};
///
/// let target = RegridTarget::of(&parse_grid("EPSG:3031:16km", None, &Default::default())?, None, &mut Vec::new())?;
/// assert_eq!((&target.dims[..], target.grid.shape()), (&["y".to_string(), "x".to_string()][..], vec![381, 381]));
/// assert_eq!(target.data_attributes.text("grid_mapping"), Some("crs"));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RegridTarget {
    /// The cells.
    pub grid: Grid,
    /// Horizontal dimensions of results.
    pub dims: Vec<String>,
    /// Coordinates, bounds, connectivity and the grid mapping variable, by name.
    pub coordinates: Vec<(String, Variable)>,
    /// Attributes that regridded variables carry (`grid_mapping`, and those of a mesh).
    pub data_attributes: Attributes,
    /// Attributes that a dataset on the grid carries.
    pub dataset_attributes: Attributes,
}

impl RegridTarget {
    /// The grid that a dataset stands on; its system is `crs`, else its own. What is doubtful about it is added to
    /// `warnings`.
    ///
    /// # Errors
    /// [`GridError`](nunatak_grid::GridError) when the grid or its system cannot be found.
    pub fn of(dataset: &Dataset, crs: Option<&Crs>, warnings: &mut Vec<RecognitionWarning>) -> Result<Arc<Self>> {
        let view = DatasetView::new(dataset);
        let horizontal = find_horizontal(&view, crs, warnings)?;
        let repeats = repeats(dataset, &horizontal);
        let mut coordinates = Vec::new();
        for name in &horizontal.centres {
            let Some(variable) = dataset.get(name) else { continue };
            let mut variable = once(variable.clone(), &repeats)?;
            let bounds = variable.attributes.text("bounds");
            if !bounds.is_some_and(|bounds| horizontal.shapes.iter().any(|shape| shape == bounds)) {
                variable.attributes.remove("bounds");
            }
            describe_centre(name, &mut variable, &horizontal);
            coordinates.push((name.clone(), variable));
        }
        for name in &horizontal.shapes {
            let Some(variable) = dataset.get(name) else { continue };
            let mut variable = once(variable.clone(), &repeats)?;
            // Bounds have the names of what they bound.
            if !coordinates.iter().any(|(_, own): &(String, Variable)| own.attributes.text("bounds") == Some(name)) {
                describe_shape(name, &mut variable);
            }
            coordinates.push((name.clone(), variable));
        }
        let places = places_of_cells(&horizontal, coordinates.iter().map(|(_, variable)| variable))?;
        coordinates.extend(places.into_iter().filter(|(name, _)| dataset.get(name).is_none()));
        let (mapping_name, mapping) = mapping_of(&horizontal);
        coordinates.push((mapping_name.clone(), grid_mapping_variable(mapping)?));
        let mut data_attributes = Attributes::new();
        data_attributes.set("grid_mapping", Attribute::Text(mapping_name));
        for (name, value) in attributes_of(&horizontal.data_attributes).iter() {
            data_attributes.set(name, value.clone());
        }
        let dataset_attributes = attributes_of(&horizontal.dataset_attributes);
        let HorizontalGrid { grid, dims, .. } = horizontal;
        Ok(Arc::new(Self { grid, dims, coordinates, data_attributes, dataset_attributes }))
    }

    /// All HEALPix cells of a level; no list of their numbers is made.
    ///
    /// # Errors
    /// [`NunatakError::Argument`](crate::NunatakError::Argument) for a level above 29.
    pub fn healpix(level: u8, order: HealpixOrder, ellipsoid: HealpixEllipsoid) -> Result<Arc<Self>> {
        let dataset = healpix_grid(level, order, ellipsoid, None)?;
        let coordinates = dataset.coordinates().map(|(name, variable)| (name.to_string(), variable.clone())).collect();
        let grid = Grid::Healpix(HealpixGrid::new(level, order, ellipsoid.ellipsoid()?, None)?);
        let mut data_attributes = Attributes::new();
        data_attributes.set("grid_mapping", Attribute::Text("crs".into()));
        let dataset_attributes = Attributes::new();
        Ok(Arc::new(Self { grid, dims: vec!["cells".into()], coordinates, data_attributes, dataset_attributes }))
    }

    /// Whether it brings a variable of this name.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.coordinates.iter().any(|(own, _)| own == name)
    }
}

/// Dimensions along which the coordinates of a grid are there again, which its cells do not have.
fn repeats(dataset: &Dataset, horizontal: &HorizontalGrid) -> Vec<String> {
    let centres = horizontal.centres.iter().filter_map(|name| dataset.get(name));
    centres.flat_map(|own| &own.dimensions).filter(|dim| !horizontal.dims.contains(dim)).cloned().collect()
}

/// A variable at the first index of these dimensions.
fn once(mut variable: Variable, repeats: &[String]) -> Result<Variable> {
    for dim in repeats {
        if let Some(axis) = variable.axis(dim) {
            variable.array = Arc::new(IndexArray::new(variable.array, axis, 0)?);
            variable.dimensions.remove(axis);
        }
    }
    Ok(variable)
}

/// Name and attributes of the grid mapping variable of results.
fn mapping_of(horizontal: &HorizontalGrid) -> (String, Attributes) {
    let name = horizontal.mapping_name.clone().unwrap_or_else(|| "crs".into());
    let own = attributes_of(&horizontal.mapping);
    (name, if own.is_empty() { grid_mapping_attributes(&horizontal.grid.crs()) } else { own })
}
