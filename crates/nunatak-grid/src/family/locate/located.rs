//! A point in its cell.

/// The cell that holds a point, and the offset of the point from the cell's centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocatedPoint {
    /// Flat index of the cell among the values of a field: row by row, or along the list of cells.
    pub cell: usize,
    /// Offset from the centre (m): along x and y of the map, or east and north where the grid has no map.
    pub offset: [f64; 2],
}
