//! A model variable with the grid it lies on, found from its file's own coordinates and grid mapping.

use std::sync::Arc;

use nunatak_array::{IndexArray, SharedArray, TransposeArray, Values};
use nunatak_format::{Attribute, Attributes, File, Group, Location, open};
use nunatak_grid::{Axis, Crs, Grid, GridMapping, GridMappingValue, GridMappingWarning, RectilinearGrid};
use nunatak_tree::{DecodeOptions, decode_variable};

use crate::{NunatakError, Result};

const X_NAMES: [&str; 6] = ["x", "xc", "x1", "lon", "longitude", "projection_x_coordinate"];
const Y_NAMES: [&str; 6] = ["y", "yc", "y1", "lat", "latitude", "projection_y_coordinate"];

/// A two-dimensional model variable, `(y, x)`, lazy, with its grid.
pub struct Surface {
    /// Name of the variable.
    pub name: String,
    /// Its values, `(y, x)`.
    pub array: SharedArray,
    /// Its cells.
    pub grid: Grid,
    /// What was wrong with the file's grid mapping, and what was assumed.
    pub warnings: Vec<GridMappingWarning>,
}

/// One of the two horizontal axes of a variable.
struct Horizontal {
    position: usize,
    axis: Axis,
}

impl Surface {
    /// Opens `variable` of a file. Of any other dimension (time, for one) index `record` is taken.
    ///
    /// Coordinates may be in km, descending, and in either order; `crs` overrides the file's grid mapping.
    ///
    /// # Errors
    /// The file's, [`NunatakError::Surface`] without horizontal coordinates or with `record` outside, and
    /// [`NunatakError::Grid`] when coordinates or grid mapping cannot be used.
    pub fn open(path: impl Into<Location>, variable: &str, record: usize, crs: Option<Crs>) -> Result<Self> {
        let file = open(path)?;
        let raw = file.variable(variable)?;
        let decoded = decode_variable(raw, &DecodeOptions::default())?;
        let at = Place { path: file.location().clone(), variable: variable.to_string() };
        let x = at.horizontal(file.root(), &raw.dimensions, "projection_x_coordinate", &X_NAMES)?;
        let y = at.horizontal(file.root(), &raw.dimensions, "projection_y_coordinate", &Y_NAMES)?;
        let (crs, warnings) = match crs {
            Some(crs) => (crs, Vec::new()),
            None => at.grid_mapping(&file, &raw.attributes)?,
        };
        let array = at.plane(decoded.array, &y, &x, record)?;
        let grid = Grid::Rectilinear(RectilinearGrid::new(crs, x.axis, y.axis)?);
        Ok(Self { name: variable.to_string(), array, grid, warnings })
    }
}

/// Where in which file, for errors.
struct Place {
    path: Location,
    variable: String,
}

impl Place {
    fn error(&self, expected: &'static str, found: impl Into<String>) -> NunatakError {
        NunatakError::Surface {
            path: self.path.clone(),
            variable: self.variable.clone(),
            expected,
            found: found.into(),
        }
    }

    /// The coordinate variable of a dimension that says, by attribute or by name, that it is this axis.
    fn horizontal(
        &self,
        group: &Group,
        dimensions: &[String],
        standard_name: &str,
        names: &[&str],
    ) -> Result<Horizontal> {
        for (position, dimension) in dimensions.iter().enumerate() {
            let Some(coordinate) = group.variable(dimension) else { continue };
            let stated = coordinate
                .attributes
                .text("standard_name")
                .is_some_and(|name| name == standard_name || names.contains(&name));
            if stated || names.contains(&dimension.to_lowercase().as_str()) {
                let scale = match coordinate.attributes.text("units") {
                    Some("km" | "kilometers" | "kilometres" | "kilometer" | "kilometre") => 1000.0,
                    _ => 1.0,
                };
                let values = coordinate.array.read_all().and_then(Values::into_f64)?;
                let axis = Axis::from_centres(values.into_iter().map(|value| value * scale).collect())?;
                return Ok(Horizontal { position, axis });
            }
        }
        Err(self.error(
            "dimensions with coordinate variables named x, xc, lon … and y, yc, lat …",
            format!("dimensions {dimensions:?}"),
        ))
    }

    fn grid_mapping(&self, file: &File, attributes: &Attributes) -> Result<(Crs, Vec<GridMappingWarning>)> {
        // Some files name a grid mapping that is not there, or name none beside the one they have.
        let named = attributes.text("grid_mapping").and_then(|name| file.root().variable(name));
        let own = || file.root().variables.iter().find(|other| other.attributes.get("grid_mapping_name").is_some());
        let Some(mapping) = named.or_else(own) else {
            return Err(self.error("a grid mapping in the file, or a CRS given by the caller", "no grid mapping"));
        };
        let values = mapping.attributes.iter().filter_map(|(name, attribute)| {
            let value = match attribute {
                Attribute::Text(text) => GridMappingValue::Text(text.clone()),
                other => GridMappingValue::Number(other.as_f64()?),
            };
            Some((name.to_string(), value))
        });
        Ok(Crs::from_grid_mapping(&GridMapping::new(&mapping.name, values))?)
    }

    /// The array as `(y, x)`: one record of every other axis.
    fn plane(&self, mut array: SharedArray, y: &Horizontal, x: &Horizontal, record: usize) -> Result<SharedArray> {
        for position in (0..array.shape().len()).rev() {
            if position == y.position || position == x.position {
                continue;
            }
            let length = array.shape()[position];
            if record >= length {
                return Err(self.error("a record inside the variable", format!("record {record} of {length}")));
            }
            array = Arc::new(IndexArray::new(array, position, record)?);
        }
        if x.position < y.position {
            array = Arc::new(TransposeArray::new(array, vec![1, 0])?);
        }
        Ok(array)
    }
}
