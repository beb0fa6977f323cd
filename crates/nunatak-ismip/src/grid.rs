//! The grids of ISMIP6 and ISMIP7: which spacings there are, and which a protocol accepts.

use crate::ice_sheet::IceSheet;
use crate::protocol::Protocol;

/// A grid of the ISMIP family: nodes every `spacing` metres from one corner of the ice sheet's domain to the other.
///
/// # Examples
/// ```
/// use nunatak_ismip::{IceSheet, IsmipGrid};
///
/// let grid = IsmipGrid { ice_sheet: IceSheet::Antarctica, spacing: 8000 };
/// assert_eq!((grid.rows(), grid.columns(), grid.kilometres()), (761, 761, 8.0));
/// assert_eq!(grid.x()[..2], [-3_040_000.0, -3_032_000.0]);
/// assert_eq!(IsmipGrid::of_size(761, 761, None), Some(grid));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsmipGrid {
    /// The ice sheet, which fixes the domain.
    pub ice_sheet: IceSheet,
    /// Distance between nodes, m.
    pub spacing: u32,
}

/// Who accepts submissions on a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AcceptedBy {
    Both,
    Ismip6,
    Ismip7,
    /// A grid of forcing and observations, which models do not submit on.
    Neither,
}

/// Every spacing that a grid description or a protocol names, in metres, and who accepts it.
///
/// Whether a grid exists and whether a protocol accepts it are two questions. A grid exists when a description of it
/// was published: those of ISMIP7 (`gdf_ISMIP7_*.txt`) have 0.5 to 32 km for Antarctica and 0.25, 0.5, 1, 2, 4, 5, 8 and
/// 16 km for Greenland, and the grids of ISMIP6 add 10 and 20 km for Greenland. So forcing of ISMIP6 for Greenland on 8
/// and 16 km is on a grid. A protocol accepts fewer: the checkers' lists are 1, 2, 4, 8, 16, 32 (Antarctica) and 1, 2,
/// 4, 5, 10, 20 km (Greenland) in ISMIP6, 2, 4, 8, 16, 32 (Antarctica) and 1, 2, 4, 8, 16, 32 km (Greenland) in ISMIP7.
///
/// The 32 km of the last list are no grid: Greenland's 1680 km in x are 52.5 times as wide, and no description has them.
/// They are accepted as the checker does; a file on them departs from the domain instead.
const SPACINGS: [(IceSheet, u32, AcceptedBy); 18] = [
    (IceSheet::Antarctica, 500, AcceptedBy::Neither),
    (IceSheet::Antarctica, 1000, AcceptedBy::Ismip6),
    (IceSheet::Antarctica, 2000, AcceptedBy::Both),
    (IceSheet::Antarctica, 4000, AcceptedBy::Both),
    (IceSheet::Antarctica, 8000, AcceptedBy::Both),
    (IceSheet::Antarctica, 16_000, AcceptedBy::Both),
    (IceSheet::Antarctica, 32_000, AcceptedBy::Both),
    (IceSheet::Greenland, 250, AcceptedBy::Neither),
    (IceSheet::Greenland, 500, AcceptedBy::Neither),
    (IceSheet::Greenland, 1000, AcceptedBy::Both),
    (IceSheet::Greenland, 2000, AcceptedBy::Both),
    (IceSheet::Greenland, 4000, AcceptedBy::Both),
    (IceSheet::Greenland, 5000, AcceptedBy::Ismip6),
    (IceSheet::Greenland, 8000, AcceptedBy::Ismip7),
    (IceSheet::Greenland, 10_000, AcceptedBy::Ismip6),
    (IceSheet::Greenland, 16_000, AcceptedBy::Ismip7),
    (IceSheet::Greenland, 20_000, AcceptedBy::Ismip6),
    (IceSheet::Greenland, 32_000, AcceptedBy::Ismip7),
];

/// Spacings on which a protocol accepts an ice sheet's files, m, the finest first.
pub fn accepted_spacings(protocol: Protocol, ice_sheet: IceSheet) -> impl Iterator<Item = u32> {
    let accepts = move |accepted: AcceptedBy| match accepted {
        AcceptedBy::Both => true,
        AcceptedBy::Ismip6 => protocol == Protocol::Ismip6,
        AcceptedBy::Ismip7 => protocol == Protocol::Ismip7,
        AcceptedBy::Neither => false,
    };
    SPACINGS.into_iter().filter(move |(own, _, accepted)| *own == ice_sheet && accepts(*accepted)).map(|row| row.1)
}

impl IsmipGrid {
    /// Every grid, by ice sheet, the finest first.
    pub fn all() -> impl Iterator<Item = Self> {
        let grids = SPACINGS.into_iter().map(|(ice_sheet, spacing, _)| Self { ice_sheet, spacing });
        grids.filter(Self::reaches_corners)
    }

    /// The grid of this size for the ice sheet of a file name (`AIS`, `GIS`, `GrIS`), of either when it names none.
    pub fn of_size(rows: usize, columns: usize, ice_sheet: Option<&str>) -> Option<Self> {
        let named = |own: IceSheet| ice_sheet.is_none_or(|name| IceSheet::parse(name) == Some(own));
        Self::all().find(|grid| named(grid.ice_sheet) && grid.columns() == columns && grid.rows() == rows)
    }

    /// Number of nodes in y.
    pub fn rows(&self) -> usize {
        self.steps(self.ice_sheet.extent().1) as usize + 1
    }

    /// Number of nodes in x.
    pub fn columns(&self) -> usize {
        self.steps(self.ice_sheet.extent().0) as usize + 1
    }

    /// Nodes in x, m, from west to east.
    pub fn x(&self) -> Vec<f64> {
        self.nodes(self.ice_sheet.extent().0)
    }

    /// Nodes in y, m, from south to north.
    pub fn y(&self) -> Vec<f64> {
        self.nodes(self.ice_sheet.extent().1)
    }

    /// Distance between nodes, km.
    pub fn kilometres(&self) -> f64 {
        f64::from(self.spacing) / 1000.0
    }

    /// Whether its nodes are on all corners of the domain.
    fn reaches_corners(&self) -> bool {
        let (x, y) = self.ice_sheet.extent();
        [x, y].into_iter().all(|ends| ends[0] + f64::from(self.steps(ends)) * f64::from(self.spacing) == ends[1])
    }

    fn steps(&self, [first, last]: [f64; 2]) -> u32 {
        ((last - first) / f64::from(self.spacing)) as u32
    }

    fn nodes(&self, ends: [f64; 2]) -> Vec<f64> {
        (0..=self.steps(ends)).map(|at| ends[0] + f64::from(at) * f64::from(self.spacing)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes (rows, columns) of the ISMIP6 grid files.
    #[test]
    fn sizes_are_those_of_the_published_grids() {
        let cases = [
            (191, 191, "AIS", 32),
            (761, 761, "AIS", 8),
            (6081, 6081, "AIS", 1),
            (145, 85, "GIS", 20),
            (577, 337, "GIS", 5),
            (2881, 1681, "GIS", 1),
        ];
        for (rows, columns, ice_sheet, kilometres) in cases {
            let grid = IsmipGrid::of_size(rows, columns, Some(ice_sheet)).unwrap();
            assert_eq!((grid.ice_sheet.name(), grid.kilometres()), (ice_sheet, f64::from(kilometres)));
            assert_eq!(IsmipGrid::of_size(rows, columns, None).unwrap().ice_sheet.name(), ice_sheet);
        }
        let nodes = IsmipGrid::of_size(577, 337, Some("GrIS")).unwrap().y();
        assert_eq!((nodes[0], nodes[1], nodes[576]), (-3_450_000.0, -3_445_000.0, -570_000.0));
    }

    #[test]
    fn other_sizes_and_other_ice_sheets_are_no_ismip6_grid() {
        assert!(IsmipGrid::of_size(190, 191, Some("AIS")).is_none());
        assert!(IsmipGrid::of_size(337, 577, Some("GIS")).is_none(), "x and y are not interchangeable");
        assert!(IsmipGrid::of_size(577, 337, Some("AIS")).is_none());
        assert!(IsmipGrid::of_size(577, 337, Some("ANT")).is_none(), "a name of no ice sheet is not Greenland's");
    }

    /// `xsize`, `ysize` and `xinc` of the grid descriptions of ISMIP7 (`gdf_ISMIP7_*.txt`).
    #[test]
    fn grids_are_those_of_the_grid_descriptions() {
        let antarctica =
            [(12161, 500), (6081, 1000), (3041, 2000), (1521, 4000), (761, 8000), (381, 16_000), (191, 32_000)];
        let greenland = [
            (6721, 11521, 250),
            (3361, 5761, 500),
            (1681, 2881, 1000),
            (841, 1441, 2000),
            (421, 721, 4000),
            (337, 577, 5000),
            (211, 361, 8000),
            (106, 181, 16_000),
        ];
        for (size, spacing) in antarctica {
            let expected = IsmipGrid { ice_sheet: IceSheet::Antarctica, spacing };
            assert_eq!(IsmipGrid::of_size(size, size, None), Some(expected));
        }
        for (columns, rows, spacing) in greenland {
            let expected = IsmipGrid { ice_sheet: IceSheet::Greenland, spacing };
            assert_eq!(IsmipGrid::of_size(rows, columns, None), Some(expected));
        }
        // Those and the two of ISMIP6.
        assert_eq!(IsmipGrid::all().count(), antarctica.len() + greenland.len() + 2);
    }

    #[test]
    fn nodes_reach_both_corners_of_every_grid() {
        for grid in IsmipGrid::all() {
            let (x, y) = grid.ice_sheet.extent();
            for (nodes, ends, length) in [(grid.x(), x, grid.columns()), (grid.y(), y, grid.rows())] {
                assert_eq!((nodes[0], nodes[nodes.len() - 1], nodes.len()), (ends[0], ends[1], length), "{grid:?}");
            }
        }
    }

    /// Two lists disagreed on Greenland: that of the rules had 16 and 8 km but not 32, that of the check 32 km in ISMIP7
    /// and neither 8 nor 16 in ISMIP6.
    #[test]
    fn grids_that_exist_are_not_those_that_a_protocol_accepts() {
        let accepted = |protocol, ice_sheet| accepted_spacings(protocol, ice_sheet).collect::<Vec<_>>();
        let exists =
            |spacing| IsmipGrid::all().any(|grid| grid == IsmipGrid { ice_sheet: IceSheet::Greenland, spacing });
        let ismip6 = accepted(Protocol::Ismip6, IceSheet::Greenland);
        assert_eq!(ismip6, [1000, 2000, 4000, 5000, 10_000, 20_000]);
        assert!(exists(16_000) && exists(8000) && !ismip6.contains(&16_000) && !ismip6.contains(&8000));
        let ismip7 = accepted(Protocol::Ismip7, IceSheet::Greenland);
        assert_eq!(ismip7, [1000, 2000, 4000, 8000, 16_000, 32_000]);
        assert!(!exists(32_000), "1680 km are no multiple of 32 km");
        assert!(ismip6.iter().chain(&ismip7).all(|spacing| exists(*spacing) || *spacing == 32_000));
        assert_eq!(accepted(Protocol::Ismip6, IceSheet::Antarctica), [1000, 2000, 4000, 8000, 16_000, 32_000]);
        assert_eq!(accepted(Protocol::Ismip7, IceSheet::Antarctica), [2000, 4000, 8000, 16_000, 32_000]);
    }
}
