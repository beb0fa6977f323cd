//! Points of axes, and axes of one experiment that run in opposite directions.

use std::sync::Arc;

use nunatak_array::{DataType, SharedArray, TakeArray};
use nunatak_repair::{Draft, Report, Severity};

use crate::assemble::file_sets::DatedDraft;
use crate::error::Result;

/// The points of an axis in metres, or in the unit it has when that is no length.
pub(crate) struct AxisPoints {
    values: Vec<f64>,
    /// How far the numbers of the file may be off.
    rounding: f64,
}

impl AxisPoints {
    pub(crate) fn read(array: &SharedArray, metres: f64) -> Result<Self> {
        let values: Vec<f64> = array.read_all()?.into_f64()?.into_iter().map(|value| value * metres).collect();
        let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let rounding = if array.data_type() == DataType::F32 { largest * f64::from(f32::EPSILON) } else { 0.0 };
        Ok(Self { values, rounding })
    }

    /// Whether two axes have the same points, to a millionth of their spacing and what single precision leaves.
    pub(crate) fn agree(&self, other: &Self) -> bool {
        self.agree_with(other, other.values.iter())
    }

    fn is_reverse_of(&self, other: &Self) -> bool {
        self.agree_with(other, other.values.iter().rev())
    }

    fn agree_with<'a>(&self, other: &Self, values: impl Iterator<Item = &'a f64>) -> bool {
        let spacing = self.values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
        let tolerance = if spacing.is_finite() { spacing * 1e-6 } else { 0.0 };
        let tolerance = tolerance.max(self.rounding).max(other.rounding);
        self.values.len() == other.values.len()
            && self.values.iter().zip(values).all(|(one, other)| (one - other).abs() <= tolerance)
    }

    fn descends(&self) -> bool {
        self.values.len() > 1 && self.values.windows(2).all(|pair| pair[1] < pair[0])
    }
}

/// Reverses axes that descend where another file of the experiment has the same points ascending.
///
/// # Errors
/// When an axis cannot be read.
pub(crate) fn align_directions(files: &mut [DatedDraft], report: &mut Report) -> Result<()> {
    let mut reversed: Vec<(usize, String)> = Vec::new();
    let axes = files.iter().map(|(draft, _)| numeric_axes(draft)).collect::<Result<Vec<_>>>()?;
    for (at, own) in axes.iter().enumerate() {
        for (name, points) in own.iter().filter(|(_, points)| points.descends()) {
            let ascends = |others: &Vec<(String, AxisPoints)>| {
                others.iter().any(|(other, theirs)| other == name && points.is_reverse_of(theirs))
            };
            if axes.iter().any(ascends) {
                reversed.push((at, name.clone()));
            }
        }
    }
    for (at, name) in reversed {
        let Some((draft, _)) = files.get_mut(at) else { continue };
        reverse(draft, &name)?;
        let path = &draft.entry.path;
        let message = format!("{}: {name} descends; reversed, as the experiment's other files have it", path.display());
        report.add(Severity::Info, path, None, message);
    }
    Ok(())
}

fn numeric_axes(draft: &Draft) -> Result<Vec<(String, AxisPoints)>> {
    let time = draft.time.as_ref().map(|column| column.dimension.as_str());
    let axes = draft.variables.iter().filter_map(|variable| {
        let name = variable.raw.name.as_str();
        let is_axis = variable.raw.dimensions == [name] && Some(name) != time;
        let is_numeric = variable.raw.array.data_type().is_numeric();
        draft.axis(name).filter(|_| is_axis && is_numeric).map(|axis| (name.to_string(), axis))
    });
    axes.map(|(name, axis)| Ok((name, AxisPoints::read(&axis.raw.array, axis.metres_per_unit())?))).collect()
}

fn reverse(draft: &mut Draft, dimension: &str) -> Result<()> {
    for variable in &mut draft.variables {
        let Some(axis) = variable.raw.dimensions.iter().position(|name| name == dimension) else { continue };
        variable.raw.array = reversed(&variable.raw.array, axis)?;
        if let Some(stored) = &variable.stored {
            variable.stored = Some(reversed(stored, axis)?);
        }
    }
    Ok(())
}

fn reversed(array: &SharedArray, axis: usize) -> Result<SharedArray> {
    let length = array.shape().get(axis).copied().unwrap_or(0);
    Ok(Arc::new(TakeArray::new(array.clone(), axis, (0..length).rev().map(Some).collect())?))
}
