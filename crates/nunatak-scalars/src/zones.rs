//! Zones: which cells belong together, in one or several layers (basins, regions).

use crate::error::{Result, ScalarsError};

/// Cells of a run, where no row ends sooner: enough for the sum of a run to cost nothing, few enough to lose no digit.
const LONGEST_ROW: usize = 4096;

/// The zones of the cells of a grid: first the whole, then those of each layer, one after the other.
#[derive(Debug)]
pub(crate) struct Zones {
    layers: Vec<Layer>,
    /// The first zone of each layer, counted from the whole.
    first_zones: Vec<usize>,
    runs: Vec<Run>,
    row: usize,
    count: usize,
}

/// Zones of which a cell is in one or in none: the drainage basins of an ice sheet, say.
///
/// # Examples
/// ```
/// use nunatak_scalars::{Cells, Layer};
///
/// let beyond = Layer { zones: vec![0, 2], count: 2 };
/// let error = Cells::new(vec![2], vec![1.0; 2], vec![beyond]).unwrap_err();
/// assert_eq!(error.to_string(), "zones of layer 0: found [2], expected [2]");
/// ```
#[derive(Debug, Clone)]
pub struct Layer {
    /// The number of the zone of each cell, from 0; [`Layer::NONE`] for none.
    pub zones: Vec<u32>,
    /// How many zones there are.
    pub count: usize,
}

impl Layer {
    /// The number of a cell that is in no zone.
    pub const NONE: u32 = u32::MAX;
}

/// Neighbouring cells of one row that are in the same zones.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) first: usize,
    pub(crate) end: usize,
}

impl Zones {
    /// Zones of a grid whose cells have this shape; [`Cells::new`](crate::Cells::new) has the errors.
    pub(crate) fn new(cells: &[usize], layers: Vec<Layer>) -> Result<Self> {
        let all: usize = cells.iter().product();
        let mut first_zones = vec![1];
        for (at, layer) in layers.iter().enumerate() {
            if layer.zones.len() != all {
                let (found, expected) = (vec![layer.zones.len()], vec![all]);
                return Err(ScalarsError::Shape { what: format!("cells of layer {at}"), found, expected });
            }
            if let Some(&zone) = layer.zones.iter().find(|&&zone| zone != Layer::NONE && zone as usize >= layer.count) {
                let (found, expected) = (vec![zone as usize], vec![layer.count]);
                return Err(ScalarsError::Shape { what: format!("zones of layer {at}"), found, expected });
            }
            first_zones.push(first_zones[at] + layer.count);
        }
        let row = match cells {
            [_, .., columns] => (*columns).max(1),
            _ => LONGEST_ROW,
        };
        let runs =
            (0..all.div_ceil(row)).flat_map(|at| runs_of_row(&layers, at * row, ((at + 1) * row).min(all))).collect();
        Ok(Self { count: first_zones[layers.len()], layers, first_zones, runs, row })
    }

    /// Number of zones, the whole among them.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Length of a row, at multiples of which blocks begin.
    pub(crate) fn row(&self) -> usize {
        self.row
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The zones of a cell: the whole, and one of each layer in which it has one.
    pub(crate) fn of_cell(&self, cell: usize) -> impl Iterator<Item = usize> {
        let of_layer = move |(layer, first): (&Layer, &usize)| match layer.zones[cell] {
            Layer::NONE => None,
            zone => Some(first + zone as usize),
        };
        std::iter::once(0).chain(self.layers.iter().zip(&self.first_zones).filter_map(of_layer))
    }

    /// The runs of the cells from one row to another.
    pub(crate) fn runs(&self, first: usize, end: usize) -> &[Run] {
        let [first, end] = [first, end].map(|cell| self.runs.partition_point(|run| run.first < cell));
        &self.runs[first..end]
    }
}

fn runs_of_row(layers: &[Layer], first: usize, end: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = first;
    while at < end {
        let is_same = |cell: usize| layers.iter().all(|layer| layer.zones[cell] == layer.zones[at]);
        let run_end = (at + 1..end).find(|&cell| !is_same(cell)).unwrap_or(end);
        runs.push(Run { first: at, end: run_end });
        at = run_end;
    }
    runs
}
