//! The fields of a run, bound to the areas and zones of their cells, and their sums.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nunatak_array::{ArrayError, Region};
use nunatak_parallel::{carried, checkpoint};
use rayon::prelude::*;

use crate::blocks::BlockSize;
use crate::cells::Cells;
use crate::error::{Result, ScalarsError};
use crate::field::{BoundField, Field};
use crate::formula::Constants;
use crate::scalar::Scalar;
use crate::sums::{RowBlock, ZoneSums};

/// The sums of all zones by record and scalar.
type KnownSums = HashMap<(usize, Scalar), Arc<[f64]>>;
/// The sums of one record.
type RecordSums = ((usize, Scalar), Arc<[f64]>);

/// The fields of one run on one grid, from which every scalar is summed.
///
/// Sums of a record are kept once they are known: the scalars that need the same fields are found in one reading of them,
/// and so are the sums of all zones.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{Array, MemoryArray, Values};
/// use nunatak_scalars::{BoundField, Cells, Constants, Convention, Field, Integrals, Scalar, ScalarArray};
///
/// // Two cells of 4 m2; the mask of the second goes beyond 1.
/// let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.5, 1.2]))?);
/// let grounded = BoundField { field: Field::GroundedFraction, array, axes: vec![], scale: 1.0 };
/// let constants = Constants::new(917.0, 1028.0, Convention::Greenland)?;
/// let cells = Arc::new(Cells::new(vec![2], vec![4.0; 2], Vec::new())?);
/// let integrals = Integrals::new(vec![grounded], vec![], None, cells, constants)?;
/// let area = ScalarArray::total(Arc::new(integrals), Scalar::GroundedArea)?;
/// assert_eq!((&area as &dyn Array).read_all()?, Values::F64(vec![6.0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Integrals {
    pub(crate) fields: Vec<BoundField>,
    pub(crate) leading: Vec<usize>,
    pub(crate) cells: Arc<Cells>,
    pub(crate) constants: Constants,
    /// The leading axis that is time.
    pub(crate) time: Option<usize>,
    known: Mutex<KnownSums>,
}

impl Integrals {
    /// Fields whose records have the shape `leading` (the leading axis `time` is time, where there is one) on cells.
    ///
    /// # Errors
    /// [`ScalarsError::Shape`] when a field does not fit the cells or the records; [`ScalarsError::Array`] for text.
    pub fn new(
        fields: Vec<BoundField>,
        leading: Vec<usize>,
        time: Option<usize>,
        cells: Arc<Cells>,
        constants: Constants,
    ) -> Result<Self> {
        for bound in &fields {
            check_field(bound, &leading, cells.shape())?;
        }
        let time = time.filter(|&axis| axis < leading.len());
        Ok(Self { fields, leading, cells, constants, time, known: Mutex::default() })
    }

    /// Whether a field runs code that may wait for threads of this process.
    pub(crate) fn blocks(&self) -> bool {
        self.fields.iter().any(|bound| bound.array.blocks())
    }

    /// The fields that a scalar needs.
    ///
    /// # Errors
    /// [`ScalarsError::MissingFields`] when they are not all there, [`ScalarsError::NoTime`] for sea level without time.
    pub(crate) fn check(&self, scalar: Scalar) -> Result<Vec<&BoundField>> {
        let there = self.there();
        let needed = scalar.fields(self.constants.convention(), &there);
        if scalar == Scalar::SeaLevel && self.time.is_none() {
            return Err(ScalarsError::NoTime);
        }
        if !needed.iter().all(|field| there.contains(field)) {
            let names = |fields: &[Field]| fields.iter().map(|field| field.name()).collect();
            let (needed, found) = (names(&needed), names(&there));
            return Err(ScalarsError::MissingFields { scalar: scalar.name(), needed, found });
        }
        Ok(self.fields.iter().filter(|bound| needed.contains(&bound.field)).collect())
    }

    fn there(&self) -> Vec<Field> {
        self.fields.iter().map(|bound| bound.field).collect()
    }

    /// How many records are read at once for a scalar.
    pub(crate) fn records_at_once(&self, scalar: Scalar) -> Result<usize> {
        let fields = self.check(scalar)?;
        let is_in_memory = fields.iter().all(|bound| bound.array.in_memory().is_some());
        let last = self.leading.last().copied().unwrap_or(1);
        Ok(if is_in_memory { last } else { self.block_size(&fields).records.min(last) }.max(1))
    }

    fn block_size(&self, fields: &[&BoundField]) -> BlockSize {
        BlockSize::of(fields, self.leading.len(), self.cells.zones().row(), self.rows())
    }

    fn rows(&self) -> usize {
        self.cells.areas().len().div_ceil(self.cells.zones().row())
    }

    /// A scalar of some records: for each of them the whole, and all zones.
    pub(crate) fn read(&self, scalar: Scalar, records: &[usize]) -> Result<Vec<Vec<f64>>> {
        let factor = self.constants.factor(scalar);
        let sums = self.sums(scalar.summed(), records)?;
        if scalar != Scalar::SeaLevel {
            return Ok(sums.iter().map(|sums| sums.iter().map(|sum| sum * factor).collect()).collect());
        }
        let mut references = HashMap::new();
        let mut levels = Vec::with_capacity(records.len());
        for (&record, sums) in records.iter().zip(&sums) {
            let series = self.first_of_series(record);
            let reference = match references.get(&series) {
                Some(reference) => Arc::clone(reference),
                None => self.reference(scalar.summed(), series)?,
            };
            levels.push(sums.iter().zip(&*reference).map(|(sum, first)| (sum - first) * factor).collect());
            references.insert(series, reference);
        }
        Ok(levels)
    }

    /// The record at the first time of the series of a record.
    fn first_of_series(&self, record: usize) -> usize {
        let Some(time) = self.time else { return record };
        let stride: usize = self.leading[time + 1..].iter().product();
        record - record / stride % self.leading[time] * stride
    }

    /// The sums of the first record of a series that has values.
    fn reference(&self, scalar: Scalar, series: usize) -> Result<Arc<[f64]>> {
        let (stride, length) = match self.time {
            Some(time) => (self.leading[time + 1..].iter().product(), self.leading[time]),
            None => (1, 1),
        };
        let mut sums = self.sums(scalar, &[series])?.remove(0);
        for at in 1..length {
            if !sums[0].is_nan() {
                break;
            }
            sums = self.sums(scalar, &[series + at * stride])?.remove(0);
        }
        Ok(sums)
    }

    /// The sums of records: those that are known, and the others from the fields.
    fn sums(&self, scalar: Scalar, records: &[usize]) -> Result<Vec<Arc<[f64]>>> {
        let fields = self.check(scalar)?;
        let size = self.block_size(&fields);
        let last = self.leading.last().copied().unwrap_or(1).max(1);
        let first_of_batch = |&record: &usize| record / last * last + record % last / size.records * size.records;
        let unknown: BTreeSet<usize> = {
            let known = self.known();
            records.iter().filter(|&&record| !known.contains_key(&(record, scalar))).map(first_of_batch).collect()
        };
        let scalars = self.of_the_same_fields(&fields);
        let batch = carried(|first: usize| {
            let count = size.records.min(last - first % last);
            self.sum_batch(&fields, &scalars, first, count, size.rows)
        });
        let unknown: Vec<usize> = unknown.into_iter().collect();
        for first in unknown.chunks(rayon::current_num_threads()) {
            let found: Vec<Vec<RecordSums>> = match self.blocks() {
                true => first.iter().map(|&first| batch(first)).collect::<Result<_>>()?,
                false => first.par_iter().map(|&first| batch(first)).collect::<Result<_>>()?,
            };
            self.known().extend(found.into_iter().flatten());
        }
        let known = self.known();
        let of_record = |record: &usize| known.get(&(*record, scalar)).cloned();
        let sums: Option<Vec<Arc<[f64]>>> = records.iter().map(of_record).collect();
        sums.ok_or_else(|| ArrayError::source("the sums of a record are lost").into())
    }

    fn known(&self) -> MutexGuard<'_, KnownSums> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sums that need no other fields than these.
    fn of_the_same_fields(&self, fields: &[&BoundField]) -> Vec<Scalar> {
        let there = self.there();
        let is_read = |field: &Field| fields.iter().any(|bound| bound.field == *field);
        let needs_no_other = |scalar: &Scalar| scalar.fields(self.constants.convention(), &there).iter().all(is_read);
        Scalar::ALL.into_iter().filter(|scalar| scalar.summed() == *scalar).filter(needs_no_other).collect()
    }

    /// The sums of consecutive records along the last leading axis.
    fn sum_batch(
        &self,
        fields: &[&BoundField],
        scalars: &[Scalar],
        first: usize,
        count: usize,
        rows: usize,
    ) -> Result<Vec<RecordSums>> {
        let new = |_| scalars.iter().map(|_| ZoneSums::new(self.cells.zones().count())).collect();
        let mut sums: Vec<Vec<ZoneSums>> = (0..count).map(new).collect();
        let step = rows * self.cells.zones().row();
        for start in (0..self.cells.areas().len()).step_by(step) {
            checkpoint();
            let cells = start..(start + step).min(self.cells.areas().len());
            let read = |bound: &&BoundField| Ok((bound.field, self.read_block(bound, first, count, &cells)?));
            let values: Vec<(Field, Vec<f64>)> = fields.iter().map(read).collect::<Result<_>>()?;
            for (record, sums) in sums.iter_mut().enumerate() {
                let fields: Vec<(Field, &[f64])> =
                    values.iter().map(|(field, values)| (*field, of_record(values, record, cells.len()))).collect();
                let zones = self.cells.zones();
                let block = RowBlock {
                    cells: cells.clone(),
                    zones,
                    areas: &self.cells.areas()[cells.clone()],
                    fields: &fields,
                };
                for (sums, &scalar) in sums.iter_mut().zip(scalars) {
                    self.constants.add(scalar, &block, sums);
                }
            }
        }
        let mut found = Vec::with_capacity(count * scalars.len());
        for (at, sums) in sums.into_iter().enumerate() {
            found.extend(sums.into_iter().zip(scalars).map(|(sums, &own)| ((first + at, own), sums.finish().into())));
        }
        Ok(found)
    }

    /// The values of a field in some records and cells, in its unit.
    fn read_block(
        &self,
        bound: &BoundField,
        first: usize,
        count: usize,
        cells: &std::ops::Range<usize>,
    ) -> Result<Vec<f64>> {
        let (mut start, mut shape) = (Vec::new(), Vec::new());
        for &axis in &bound.axes {
            let stride: usize = self.leading[axis + 1..].iter().product();
            start.push(first / stride % self.leading[axis]);
            shape.push(if axis + 1 == self.leading.len() { count } else { 1 });
        }
        match *self.cells.shape() {
            [_, columns] => {
                start.extend([cells.start / columns, 0]);
                shape.extend([cells.len() / columns, columns]);
            }
            _ => {
                start.push(cells.start);
                shape.push(cells.len());
            }
        }
        let mut values = bound.array.read(&Region::new(start, shape)?)?.into_f64()?;
        if bound.scale != 1.0 {
            values.iter_mut().for_each(|value| *value *= bound.scale);
        }
        Ok(values)
    }
}

/// The values of one record of a block; all of them when the field is the same in every record.
fn of_record(values: &[f64], record: usize, cells: usize) -> &[f64] {
    if values.len() == cells { values } else { &values[record * cells..(record + 1) * cells] }
}

fn check_shape(what: &str, found: Vec<usize>, expected: Vec<usize>) -> Result<()> {
    if found == expected { Ok(()) } else { Err(ScalarsError::Shape { what: what.into(), found, expected }) }
}

fn check_field(bound: &BoundField, leading: &[usize], cells: &[usize]) -> Result<()> {
    let name = bound.field.name();
    let fits = bound.axes.is_sorted_by(|one, next| one < next) && bound.axes.iter().all(|&axis| axis < leading.len());
    if !fits {
        let expected = (0..leading.len()).collect();
        return Err(ScalarsError::Shape { what: format!("{name}: its axes"), found: bound.axes.clone(), expected });
    }
    let expected = bound.axes.iter().map(|&axis| leading[axis]).chain(cells.iter().copied()).collect();
    check_shape(&format!("{name}: its shape"), bound.array.shape().to_vec(), expected)?;
    let found = bound.array.data_type();
    if !found.is_numeric() {
        return Err(ArrayError::Type { what: name.into(), expected: "numbers".into(), found }.into());
    }
    Ok(())
}
