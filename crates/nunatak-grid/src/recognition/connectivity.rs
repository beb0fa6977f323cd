//! Connectivity: the numbers of the nodes of faces, as files count them.

use crate::Result;

use super::axis_order::in_order;
use super::polygons::{Faces, NONE};
use super::source::{CoordinateSource, entry, unrecognised, whole_numbers};

/// Numbers of nodes from 0 in the shape of their variable; negative where there is none.
#[derive(Debug)]
pub(super) struct NodeNumbers {
    pub(super) numbers: Vec<i64>,
    pub(super) shape: Vec<usize>,
}

impl NodeNumbers {
    /// The numbers as nodes of faces (face, corner).
    ///
    /// # Errors
    /// [`crate::GridError::Unrecognised`] unless they have two dimensions.
    pub(super) fn into_faces(self, what: &str) -> Result<Faces> {
        match self.shape[..] {
            [_, corners] => Ok(Faces { nodes: self.numbers, corners }),
            _ => Err(unrecognised(format!(
                "{what}: expected nodes of faces in two dimensions, found {}",
                self.shape.len()
            ))),
        }
    }
}

/// Connectivity (face, corner) that counts nodes from 0, with the dimension `first` first.
///
/// `start` is the number of the first node when the variable does not say (`start_index`).
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for a number that no node has.
pub(super) fn node_numbers(
    source: &dyn CoordinateSource,
    name: &str,
    first: &[String],
    nodes: usize,
    start: i64,
) -> Result<NodeNumbers> {
    let entry = entry(source.inventory(), name)?;
    let fill = entry.metadata("_FillValue").and_then(|fill| fill.as_number());
    let start = entry.attributes.number("start_index").map_or(start, |start| start as i64);
    let (values, shape) = in_order(entry, whole_numbers(source, name)?, first);
    let count = |value: Option<i64>| match value {
        Some(value) if fill != Some(value as f64) && value >= start => value - start,
        _ => NONE,
    };
    let mut numbers: Vec<i64> = values.into_iter().map(count).collect();
    let nodes = i64::try_from(nodes).unwrap_or(i64::MAX);
    let (least, most) = numbers
        .iter()
        .filter(|number| **number >= 0)
        .fold((i64::MAX, NONE), |(least, most), &number| (least.min(number), most.max(number)));
    // Numbers from 1 where from 0 was said.
    if start == 0 && most == nodes && least >= 1 {
        numbers.iter_mut().filter(|number| **number >= 0).for_each(|number| *number -= 1);
    } else if most >= nodes {
        let found = most.saturating_add(start);
        let problem = format!("{name}: names node {found}, there are {nodes} (the first is number {start})");
        return Err(unrecognised(problem));
    }
    Ok(NodeNumbers { numbers, shape })
}
