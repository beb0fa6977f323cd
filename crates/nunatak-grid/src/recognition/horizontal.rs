//! Where data stand: what is known of a grid before and after it is built.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use crate::{Crs, Grid, Result};

use super::attributes::AttributeList;
use super::inventory::{Inventory, VariableEntry};
use super::source::CoordinateSource;

/// Something about a grid that is doubtful, and what was made of it.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, CoordinateSource, Inventory, VariableEntry, find_horizontal};
/// # use nunatak_grid::{Result, recognition::CoordinateValues};
///
/// # struct Dataset(Inventory);
/// # impl CoordinateSource for Dataset {
/// #     fn inventory(&self) -> &Inventory {
/// #         &self.0
/// #     }
/// #     fn values(&self, _: &str) -> Result<CoordinateValues> {
/// #         Ok(CoordinateValues::Counting(3))
/// #     }
/// # }
/// # let sizes = vec![("lat".to_string(), 3), ("lon".to_string(), 3)];
/// # let coordinates = ["lat", "lon"].map(|name| VariableEntry::new(name, &[name], &[3])).to_vec();
/// // A dataset that says it is global has the longitudes and latitudes 0, 1 and 2 degrees.
/// let attributes = [("geospatial_lon_min", -180.0), ("geospatial_lon_max", 180.0)].into_iter().collect();
/// let dataset = Dataset(Inventory::of_dataset(sizes, attributes, coordinates, vec![]));
/// let mut warnings = Vec::new();
/// find_horizontal(&dataset, None, &mut warnings)?;
/// assert!(warnings[0].to_string().contains("its cells span 3 of 360 degrees"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecognitionWarning {
    /// A grid mapping that is wrong or incomplete.
    GridMapping(String),
    /// Cells that are missing, or are no polygons.
    Grid(String),
}

impl std::fmt::Display for RecognitionWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::GridMapping(text) | Self::Grid(text) => f.write_str(text),
        }
    }
}

/// Conventions by which datasets describe their grids.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, GridFamily, Inventory, VariableEntry, recognise};
///
/// let sizes = vec![("lat".to_string(), 2), ("lon".to_string(), 4)];
/// let coordinates = vec![VariableEntry::new("lat", &["lat"], &[2]), VariableEntry::new("lon", &["lon"], &[4])];
/// let found = recognise(&Inventory::of_dataset(sizes, AttributeList::new(), coordinates, vec![]))?;
/// assert_eq!(found[0].family(), GridFamily::Rectilinear);
/// assert_eq!(found[0].family().name(), "rectilinear");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GridFamily {
    /// Rows and columns along one-dimensional axes.
    Rectilinear,
    /// Two-dimensional coordinates.
    Curvilinear,
    /// Cells along one dimension: with bounds, or the rows of a reduced Gaussian grid.
    Cells,
    /// HEALPix cells of CF, easygems or xdggs.
    Healpix,
    /// UGRID meshes.
    Ugrid,
    /// Meshes of MPAS and MALI.
    Mpas,
    /// Meshes of ISSM.
    Issm,
    /// SCRIP grid files.
    Scrip,
    /// ESMF mesh files.
    EsmfMesh,
}

impl GridFamily {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rectilinear => "rectilinear",
            Self::Curvilinear => "curvilinear",
            Self::Cells => "cells",
            Self::Healpix => "healpix",
            Self::Ugrid => "ugrid",
            Self::Mpas => "mpas",
            Self::Issm => "issm",
            Self::Scrip => "scrip",
            Self::EsmfMesh => "esmf mesh",
        }
    }
}

/// The grid of data that was found and built: their horizontal dimensions, the cells these make, and the variables that
/// say so.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, CoordinateSource, Inventory, VariableEntry, find_horizontal};
/// # use nunatak_grid::{Crs, Result, recognition::CoordinateValues};
///
/// # struct Dataset(Inventory);
/// # impl CoordinateSource for Dataset {
/// #     fn inventory(&self) -> &Inventory {
/// #         &self.0
/// #     }
/// #     fn values(&self, _: &str) -> Result<CoordinateValues> {
/// #         Ok(CoordinateValues::Counting(3))
/// #     }
/// # }
/// // A dataset whose x and y are 0, 1 and 2 km.
/// let sizes = vec![("y".to_string(), 3), ("x".to_string(), 3)];
/// let coordinates = ["y", "x"].map(|name| VariableEntry::new(name, &[name], &[3]).with("units", "km")).to_vec();
/// let dataset = Dataset(Inventory::of_dataset(sizes, AttributeList::new(), coordinates, vec![]));
/// let found = find_horizontal(&dataset, Some(&Crs::parse("EPSG:3413")?), &mut Vec::new())?;
/// assert_eq!(found.dims, ["y", "x"]);
/// assert_eq!(found.grid.rectilinear().map(|grid| grid.x().extent()), Some((-500.0, 2500.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HorizontalGrid {
    /// Horizontal dimensions of data, in the order of the grid's cells.
    pub dims: Vec<String>,
    /// The cells.
    pub grid: Grid,
    /// Name of the grid mapping variable that gives the grid's system.
    pub mapping_name: Option<String>,
    /// Coordinates that run along `dims` alone.
    pub centres: Vec<String>,
    /// Variables with dimensions of their own: bounds, nodes, connectivity.
    pub shapes: Vec<String>,
    /// Attributes of the grid mapping variable, where they are not those of the grid's system.
    pub mapping: AttributeList,
    /// Attributes that data on the grid carry.
    pub data_attributes: AttributeList,
    /// Attributes that a dataset on the grid carries.
    pub dataset_attributes: AttributeList,
    /// Rows and columns of data that are not flat, where a file of cells along one dimension says them: the cells of a
    /// row come one after the other.
    pub rows: Option<[usize; 2]>,
}

impl HorizontalGrid {
    /// A grid of these dimensions, without attributes of its own.
    pub(super) fn new(dims: Vec<String>, grid: Grid, mapping_name: Option<String>) -> Self {
        Self {
            dims,
            grid,
            mapping_name,
            centres: Vec::new(),
            shapes: Vec::new(),
            mapping: AttributeList::new(),
            data_attributes: AttributeList::new(),
            dataset_attributes: AttributeList::new(),
            rows: None,
        }
    }

    /// The same with the rows and columns that a file says, when they are as many cells as the grid has.
    pub(super) fn in_rows(self, rows: Option<[usize; 2]>) -> Self {
        let fitting = rows.filter(|rows| rows[0].checked_mul(rows[1]) == Some(self.grid.len()));
        Self { rows: fitting, ..self }
    }

    /// Cells along one dimension. The variables carried are centres where they have no other dimension, and shapes else;
    /// those that are not there, or come again, are passed over.
    pub(super) fn of_cells(
        dim: &str,
        grid: Grid,
        mapping_name: Option<String>,
        carried: &[&str],
        inventory: &Inventory,
    ) -> Self {
        let mut own = Self::new(vec![dim.to_string()], grid, mapping_name);
        for entry in carried.iter().filter_map(|name| inventory.get(name)) {
            let list = if entry.dims.iter().all(|own| own == dim) { &mut own.centres } else { &mut own.shapes };
            if !list.contains(&entry.name) {
                list.push(entry.name.clone());
            }
        }
        own
    }
}

/// How the grid of a candidate is built; each family has its own.
pub(super) trait BuildGrid: Debug + Send + Sync {
    /// The grid, with the system given or else its own.
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid>;

    /// The same as places that need no cells.
    fn build_places(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        self.build(source, crs, warnings)
    }
}

/// A grid that has been recognised and is built when it is needed.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, Inventory, VariableEntry, recognise};
///
/// let sizes = vec![("time".to_string(), 5), ("y".to_string(), 2), ("x".to_string(), 4)];
/// let coordinates = vec![VariableEntry::new("y", &["y"], &[2]), VariableEntry::new("x", &["x"], &[4])];
/// let thickness = VariableEntry::new("lithk", &["time", "y", "x"], &[5, 2, 4]);
/// let found = recognise(&Inventory::of_dataset(sizes, AttributeList::new(), coordinates, vec![thickness.clone()]))?;
/// assert_eq!(found[0].dims(), ["y", "x"]);
/// assert!(found[0].holds(&thickness.dims));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct GridCandidate {
    family: GridFamily,
    dims: Vec<String>,
    names: BTreeSet<String>,
    recipe: Arc<dyn BuildGrid>,
}

impl GridCandidate {
    /// A grid along these dimensions, which these variables describe.
    pub(super) fn new(
        family: GridFamily,
        dims: &[String],
        names: impl IntoIterator<Item = impl Into<String>>,
        recipe: impl BuildGrid + 'static,
    ) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Self { family, dims: dims.to_vec(), names, recipe: Arc::new(recipe) }
    }

    /// The conventions that describe it.
    pub fn family(&self) -> GridFamily {
        self.family
    }

    /// Horizontal dimensions of data on it.
    pub fn dims(&self) -> &[String] {
        &self.dims
    }

    /// The variables that describe the grid, which are no data.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether data of these dimensions stand on it.
    pub fn holds(&self, dims: &[String]) -> bool {
        self.dims.iter().all(|dim| dims.contains(dim))
    }

    /// The grid, read from the source in whose inventory it was found. Its system is `crs`, else the grid mapping, else
    /// degrees say EPSG:4326. What is doubtful about it is added to `warnings`, also when an error follows.
    ///
    /// # Errors
    /// [`crate::GridError`] when coordinates or system cannot be found or read; the message says what was looked for.
    pub fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        self.recipe.build(source, crs, warnings)
    }

    /// As [`Self::build`], for values at the places alone: points along one dimension without cells are nodes of a mesh
    /// without faces.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub fn build_places(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        self.recipe.build_places(source, crs, warnings)
    }
}

/// Candidates on which there are data, then the others.
pub(super) fn data_first(inventory: &Inventory, mut candidates: Vec<GridCandidate>) -> Vec<GridCandidate> {
    let data: Vec<&VariableEntry> = inventory
        .fields()
        .iter()
        .filter(|field| !candidates.iter().any(|candidate| candidate.names.contains(&field.name)))
        .collect();
    candidates.sort_by_key(|candidate| !data.iter().any(|field| candidate.holds(&field.dims)));
    candidates
}
