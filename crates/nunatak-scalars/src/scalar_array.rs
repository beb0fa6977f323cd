//! One scalar as a lazy array.

use std::ops::Range;
use std::sync::Arc;

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, SharedArray, Values};
use serde::{Deserialize, Serialize};

use crate::cells::Cells;
use crate::error::{Result, ScalarsError};
use crate::field::{BoundField, Field};
use crate::formula::Constants;
use crate::integrals::Integrals;
use crate::scalar::Scalar;
use crate::zones::Layer;

/// A scalar of every record, of the whole ice sheet or of some of the zones, in double precision.
///
/// Nothing is read before a region is asked for, and then the fields of its records alone, some records and rows at a
/// time. A record of which no cell has a value is NaN.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{Array, MemoryArray, Values};
/// use nunatak_scalars::{BoundField, Cells, Constants, Convention, Field, Integrals, Layer, Scalar, ScalarArray};
///
/// // Two years of three cells of 4 m2, of which the second is half ice; the third is in another basin.
/// let bind = |field, axes: &[usize], shape: &[usize], values: &[f64]| -> Result<BoundField, nunatak_array::ArrayError> {
///     let array = Arc::new(MemoryArray::new(shape.to_vec(), Values::F64(values.to_vec()))?);
///     Ok(BoundField { field, array, axes: axes.to_vec(), scale: 1.0 })
/// };
/// let thickness = bind(Field::Thickness, &[0], &[2, 3], &[10.0, 20.0, 1.0, 5.0, 20.0, f64::NAN])?;
/// let ice = bind(Field::IceFraction, &[], &[3], &[1.0, 0.5, 1.0])?;
/// let cells = Arc::new(Cells::new(vec![3], vec![4.0; 3], vec![Layer { zones: vec![0, 0, 1], count: 2 }])?);
/// let constants = Constants::new(917.0, 1028.0, Convention::Antarctica)?;
/// let integrals = Integrals::new(vec![thickness, ice], vec![2], Some(0), cells, constants)?;
/// let integrals = Arc::new(integrals);
/// let volume = ScalarArray::total(Arc::clone(&integrals), Scalar::Volume)?;
/// assert_eq!((&volume as &dyn Array).read_all()?, Values::F64(vec![84.0, 60.0]));
/// let by_basin = ScalarArray::zones(integrals, Scalar::Volume, 1..3)?;
/// assert_eq!((&by_basin as &dyn Array).read_all()?, Values::F64(vec![80.0, 4.0, 60.0, 0.0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ScalarArray {
    integrals: Arc<Integrals>,
    scalar: Scalar,
    /// The zones along the last axis; none for the whole ice sheet, which has no such axis.
    zones: Option<Range<usize>>,
    shape: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    scalar: Scalar,
    zones: Option<Range<usize>>,
    /// Field, axes and scale of each input.
    fields: Vec<(Field, Vec<usize>, f64)>,
    leading: Vec<usize>,
    cells: Vec<usize>,
    time: Option<usize>,
    constants: Constants,
    counts: Vec<usize>,
}

impl ScalarArray {
    pub(crate) const KIND: &'static str = "scalars/scalar";

    /// A scalar of the whole ice sheet: its axes are those of the records.
    ///
    /// # Errors
    /// [`ScalarsError::MissingFields`] when it needs others than there are, [`ScalarsError::NoTime`] for sea level
    /// without time.
    pub fn total(integrals: Arc<Integrals>, scalar: Scalar) -> Result<Self> {
        Self::new(integrals, scalar, None)
    }

    /// A scalar of some zones, which are the last axis; zone 0 is the whole ice sheet.
    ///
    /// # Errors
    /// As [`ScalarArray::total`], and [`ScalarsError::Shape`] when there are not as many zones.
    pub fn zones(integrals: Arc<Integrals>, scalar: Scalar, zones: Range<usize>) -> Result<Self> {
        Self::new(integrals, scalar, Some(zones))
    }

    fn new(integrals: Arc<Integrals>, scalar: Scalar, zones: Option<Range<usize>>) -> Result<Self> {
        integrals.check(scalar)?;
        let mut shape = integrals.leading.clone();
        if let Some(zones) = &zones {
            if zones.start > zones.end || zones.end > integrals.cells.zone_count() {
                let (found, expected) = (vec![zones.start, zones.end], vec![0, integrals.cells.zone_count()]);
                return Err(ScalarsError::Shape { what: "zones".into(), found, expected });
            }
            shape.push(zones.len());
        }
        Ok(Self { integrals, scalar, zones, shape })
    }

    pub(crate) fn rebuild(description: &Description, inputs: &[SharedArray]) -> Result<Self, ArrayError> {
        let broken = |error: ScalarsError| description.broken(error.to_string());
        let own: Parameters = description.parameters()?;
        if own.fields.len() != inputs.len() {
            return Err(description.broken("its inputs are not as many as its fields"));
        }
        let bind = |((field, axes, scale), array): ((Field, Vec<usize>, f64), &SharedArray)| BoundField {
            field,
            array: Arc::clone(array),
            axes,
            scale,
        };
        let fields = own.fields.into_iter().zip(inputs).map(bind).collect();
        let areas = numbers(description.blob(0)?, f64::from_le_bytes);
        let layer = |(at, &count): (usize, &usize)| -> Result<Layer, ArrayError> {
            Ok(Layer { zones: numbers(description.blob(at + 1)?, u32::from_le_bytes), count })
        };
        let layers = own.counts.iter().enumerate().map(layer).collect::<Result<_, _>>()?;
        let cells = Arc::new(Cells::new(own.cells, areas, layers).map_err(broken)?);
        let integrals = Integrals::new(fields, own.leading, own.time, cells, own.constants).map_err(broken)?;
        Self::new(Arc::new(integrals), own.scalar, own.zones).map_err(broken)
    }

    /// The records of a region, in its order.
    fn records(&self, region: &Region) -> Vec<usize> {
        let mut records = vec![0];
        for (axis, &length) in self.integrals.leading.iter().enumerate() {
            let indices = region.start()[axis]..region.end(axis);
            records = records.iter().flat_map(|&own| indices.clone().map(move |at| own * length + at)).collect();
        }
        records
    }
}

impl Array for ScalarArray {
    fn data_type(&self) -> DataType {
        DataType::F64
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        let mut chunk = vec![1; self.integrals.leading.len()];
        if let Some(last) = chunk.last_mut() {
            *last = self.integrals.records_at_once(self.scalar).unwrap_or(1);
        }
        chunk.extend(self.zones.iter().map(|zones| zones.len().max(1)));
        ChunkGrid::regular(&self.shape, &chunk)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        if region.is_empty() {
            return Ok(Values::F64(Vec::new()));
        }
        let found = self.integrals.read(self.scalar, &self.records(region)).map_err(|error| match error {
            ScalarsError::Array(error) => error,
            other => ArrayError::source(other),
        })?;
        let axis = self.integrals.leading.len();
        let range = match &self.zones {
            Some(zones) => zones.start + region.start()[axis]..zones.start + region.end(axis),
            None => 0..1,
        };
        Ok(Values::F64(found.iter().flat_map(|sums| &sums[range.clone()]).copied().collect()))
    }

    fn blocks(&self) -> bool {
        self.integrals.blocks()
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let own = &self.integrals;
        // Fields of other scalars stay behind.
        let needed = own.check(self.scalar).map_err(ArrayError::source)?;
        let parameters = Parameters {
            scalar: self.scalar,
            zones: self.zones.clone(),
            fields: needed.iter().map(|bound| (bound.field, bound.axes.clone(), bound.scale)).collect(),
            leading: own.leading.clone(),
            cells: own.cells.shape().to_vec(),
            time: own.time,
            constants: own.constants,
            counts: own.cells.zones().layers().iter().map(|layer| layer.count).collect(),
        };
        let inputs = needed.iter().map(|bound| bound.array.describe()).collect::<Result<_, _>>()?;
        let mut description = Description::new(Self::KIND, &parameters)?
            .with_inputs(inputs)
            .with_blob(own.cells.areas().iter().flat_map(|area| area.to_le_bytes()).collect());
        for layer in own.cells.zones().layers() {
            description = description.with_blob(layer.zones.iter().flat_map(|zone| zone.to_le_bytes()).collect());
        }
        Ok(description)
    }
}

/// The numbers of a binary part.
fn numbers<T, const SIZE: usize>(bytes: &[u8], number: impl Fn([u8; SIZE]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}
