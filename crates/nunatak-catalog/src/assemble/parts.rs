//! Variables that were cut by years, put together.

use std::sync::Arc;

use nunatak_array::{CastArray, ConcatArray, DataType, SharedArray};
use nunatak_tree::Variable;

use crate::assemble::records::on_joined_axis;
use crate::error::Result;
use crate::join::{JoinedTime, Series};

/// What several files hold of one variable.
pub(crate) struct Parts {
    /// Its name in the dataset.
    pub(crate) name: String,
    variable: Variable,
    axis: usize,
    arrays: Vec<SharedArray>,
    /// For each record of the joined axis the part that has it, and where.
    records: Vec<Option<(usize, usize)>>,
}

impl Parts {
    pub(crate) fn new(name: String, variable: Variable, axis: usize, series: &Series, time: &JoinedTime) -> Self {
        let array = variable.array.clone();
        let records = series.places(time).into_iter().map(|at| at.map(|at| (0, at))).collect();
        Self { name, variable, axis, arrays: vec![array], records }
    }

    /// Takes over the attributes that the variable has in the dataset.
    pub(crate) fn describe(&mut self, variable: &Variable) {
        self.variable.attributes = variable.attributes.clone();
    }

    /// Adds what another file has; records that are there stay.
    ///
    /// # Errors
    /// Why it is not the same variable.
    pub(crate) fn add(&mut self, other: &Variable, series: &Series, time: &JoinedTime) -> Result<(), String> {
        let own = &self.variable;
        if own.dimensions != other.dimensions {
            return Err(format!("dimensions ({})", other.dimensions.join(", ")));
        }
        let units = |variable: &Variable| variable.attributes.text("units").unwrap_or_default().to_string();
        if units(own) != units(other) {
            return Err(format!("units `{}`", units(other)));
        }
        if own.array.data_type().is_numeric() != other.array.data_type().is_numeric() {
            return Err(format!("type {}", other.array.data_type()));
        }
        let part = self.arrays.len();
        self.arrays.push(other.array.clone());
        for (record, at) in self.records.iter_mut().zip(series.places(time)) {
            *record = record.or(at.map(|at| (part, at)));
        }
        Ok(())
    }

    /// The variable of all parts; none where there is one alone, which is in the dataset as it is.
    ///
    /// # Errors
    /// Those of its arrays.
    pub(crate) fn into_variable(self) -> Result<Option<(String, Variable)>> {
        if self.arrays.len() < 2 {
            return Ok(None);
        }
        let array = self.array()?;
        Ok(Some((self.name, Variable { array, ..self.variable })))
    }

    fn array(&self) -> Result<SharedArray> {
        let first = self.arrays.first().map(|array| array.data_type());
        let same = self.arrays.iter().all(|array| Some(array.data_type()) == first);
        let as_f64 = |array: &SharedArray| -> Result<SharedArray> {
            Ok(Arc::new(CastArray::new(array.clone(), DataType::F64)?))
        };
        let arrays: Vec<SharedArray> =
            if same { self.arrays.clone() } else { self.arrays.iter().map(as_f64).collect::<Result<_>>()? };
        let length = |array: &SharedArray| array.shape().get(self.axis).copied().unwrap_or(0);
        let starts: Vec<usize> = arrays
            .iter()
            .scan(0, |next, array| {
                let start = *next;
                *next += length(array);
                Some(start)
            })
            .collect();
        let indices: Vec<Option<usize>> =
            self.records.iter().map(|record| record.map(|(part, at)| starts[part] + at)).collect();
        let whole: SharedArray = Arc::new(ConcatArray::new(arrays, self.axis)?);
        let in_order = indices.len() == length(&whole) && indices.iter().enumerate().all(|(at, own)| *own == Some(at));
        on_joined_axis(whole, self.axis, (!in_order).then_some(indices))
    }
}
