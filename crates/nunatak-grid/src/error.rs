//! Errors of this crate.

/// Examples of coordinate reference systems that are understood, for messages.
pub(crate) const KNOWN_SYSTEMS: [&str; 6] = [
    "EPSG:3031",
    "EPSG:3413",
    "EPSG:4326",
    "other polar, UTM and equal-area EPSG codes",
    "PROJ strings",
    "WKT of a projection of CF",
];

/// Result of a grid operation.
pub type Result<T, E = GridError> = std::result::Result<T, E>;

/// What can be wrong with a coordinate reference system or a grid.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, GridError};
///
/// let error = Axis::from_centres(vec![0.0, 8e3, 8e3]).unwrap_err();
/// assert_eq!(error, GridError::Duplicate { index: 2, value: 8e3 });
/// assert_eq!(error.to_string(), "cell centres repeat: 8000 stands at index 1 and 2; drop one of them");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GridError {
    /// A coordinate reference system that is not known.
    #[error("unknown coordinate reference system `{found}`; known: {}", KNOWN_SYSTEMS.join(", "))]
    UnknownCrs {
        /// The text given.
        found: String,
    },
    /// The text of a coordinate reference system that cannot be read whole.
    #[error("unknown coordinate reference system `{found}`: {problem}")]
    UnreadCrs {
        /// The text given.
        found: String,
        /// What in it is not understood.
        problem: String,
    },
    /// A grid mapping that cannot be understood.
    #[error("grid mapping `{name}`: {attribute}: found {found}, expected {expected}; pass crs= to override it")]
    GridMapping {
        /// Name of the grid mapping variable.
        name: String,
        /// The attribute that is wrong or missing.
        attribute: String,
        /// Its value.
        found: String,
        /// What would be understood.
        expected: String,
    },
    /// A parameter of a projection or an ellipsoid is outside its range.
    #[error("{parameter}: found {found}, expected {expected}")]
    Parameter {
        /// The parameter.
        parameter: &'static str,
        /// Its value.
        found: f64,
        /// Its range.
        expected: &'static str,
    },
    /// A coordinate that no place of the Earth has on the map.
    #[error(
        "{value:e} {unit} is beyond the Earth, expected at most {most:e} {unit} from the origin; is it a fill value, or are \
         the coordinates in other units?"
    )]
    BeyondEarth {
        /// The coordinate.
        value: f64,
        /// `m` or `degrees`.
        unit: &'static str,
        /// The largest that is taken.
        most: f64,
    },
    /// What is computed of every cell takes more memory than there is.
    #[error(
        "the {what} of a grid of {cells} cells take {:.1} GB, which the system does not give; choose a coarser grid, or \
         work on parts of it",
        *bytes as f64 / 1e9
    )]
    Memory {
        /// What is computed.
        what: &'static str,
        /// Number of cells.
        cells: usize,
        /// Bytes that it takes.
        bytes: u128,
    },
    /// More cells than indices can number.
    #[error(
        "a grid of {cells} cells is too large: at most {most} can be numbered; choose a coarser grid, or work on parts of it"
    )]
    TooLarge {
        /// Number of cells.
        cells: usize,
        /// The largest number that is taken.
        most: usize,
    },
    /// Coordinates that neither increase nor decrease all the way.
    #[error(
        "cell centres are not monotonic: {previous} is followed by {found} at index {index}, expected a {expected} value"
    )]
    NotMonotonic {
        /// Index of the first centre out of order.
        index: usize,
        /// The centre before it.
        previous: f64,
        /// The centre found.
        found: f64,
        /// `larger` or `smaller`.
        expected: &'static str,
    },
    /// The same coordinate twice.
    #[error("cell centres repeat: {value} stands at index {} and {index}; drop one of them", index - 1)]
    Duplicate {
        /// Index of the second.
        index: usize,
        /// The value.
        value: f64,
    },
    /// An axis too short to infer the widths of its cells.
    #[error("an axis of {length} cell centres needs bounds: widths cannot be inferred from fewer than 2 centres")]
    TooShort {
        /// Number of centres.
        length: usize,
    },
    /// A coordinate that is NaN or infinite.
    #[error("coordinate {value} at index {index} is not finite")]
    NotFinite {
        /// Its index.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// Bounds that do not belong to the centres.
    #[error("bounds of the axis: {problem}")]
    Bounds {
        /// What is wrong with them.
        problem: String,
    },
    /// Lists that must have the same length do not.
    #[error("{what}: expected {expected} values, found {found}")]
    Length {
        /// What the lists are.
        what: &'static str,
        /// Length of the first.
        expected: usize,
        /// Length of the other.
        found: usize,
    },
    /// A point that the projection cannot map.
    #[error("{crs}: cannot project the point ({first}, {second}): {reason}")]
    Projection {
        /// The projection.
        crs: String,
        /// Longitude or x.
        first: f64,
        /// Latitude or y.
        second: f64,
        /// Why not.
        reason: String,
    },
    /// A HEALPix cell number that its level does not have.
    #[error("HEALPix level {level} has no cell {cell}: expected numbers below {count}")]
    HealpixCell {
        /// The level.
        level: u8,
        /// The number.
        cell: u64,
        /// Number of cells of the level.
        count: u64,
    },
    /// A cell of a mesh that is no polygon.
    #[error("cell {cell}: {problem}")]
    Cell {
        /// Its index, from 0.
        cell: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// What a dataset says of its grid is wrong, missing or contradicts itself.
    #[error("{problem}")]
    Unrecognised {
        /// What was found, in what, and what was looked for.
        problem: String,
    },
    /// Coordinates, or the file they are in, that cannot be read.
    #[error("{variable}: {problem}")]
    Unreadable {
        /// The variable or the file.
        variable: String,
        /// What reading it raised.
        problem: String,
    },
}
