//! What of a cell is not a sum.

use super::located::Run;
use crate::points::PointColumns;

/// A point of a cell, and how many of its points were edited.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aside {
    /// Latitude and longitude of the point that lies furthest south (of those, furthest west): the same in any order.
    pub(super) southernmost: [f64; 2],
    /// Points that were edited.
    pub(super) edited: u32,
}

impl Aside {
    /// Of the runs of a cell, of which so many points were edited.
    pub(super) fn of_runs(points: &PointColumns<'_>, runs: &[Run], edited: u32) -> Self {
        let mut aside = Self { southernmost: [f64::INFINITY; 2], edited };
        for at in runs.iter().flat_map(Run::points) {
            let place = [points.latitude[at], points.longitude[at]];
            if place < aside.southernmost {
                aside.southernmost = place;
            }
        }
        aside
    }

    /// Adds that of other points of the cell.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.southernmost < self.southernmost {
            self.southernmost = other.southernmost;
        }
        self.edited += other.edited;
    }
}

impl Default for Aside {
    /// Of no point.
    fn default() -> Self {
        Self { southernmost: [f64::INFINITY; 2], edited: 0 }
    }
}
