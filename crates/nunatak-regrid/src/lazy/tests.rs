//! Lazy arrays: what is read, and with which type results come.

use std::sync::{Arc, Mutex};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, Region, SharedArray, Values};
use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};

use super::RegriddedArray;
use crate::{Method, MissingPolicy, Weights};

fn grid(spacing: f64, length: usize) -> Grid {
    let axis = || Axis::from_centres((0..length).map(|index| spacing * index as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3413").unwrap(), axis(), axis()).unwrap())
}

/// 3 times of 41 x 41 cells, regridded to 81 x 81.
fn weights() -> Arc<Weights> {
    Weights::shared(&grid(2e4, 41), &grid(1e4, 81), Method::Conservative, None).unwrap()
}

fn field() -> Vec<f64> {
    (0..3 * 41 * 41).map(|cell| if cell % 37 == 0 { f64::NAN } else { f64::from(cell * 7 % 1013) }).collect()
}

/// An array that notes the regions it is asked for; its leading axis is stored one step a chunk.
struct Watched {
    inner: MemoryArray,
    regions: Mutex<Vec<Region>>,
}

impl Watched {
    fn new(values: Values) -> Arc<Self> {
        Arc::new(Self { inner: MemoryArray::new(vec![3, 41, 41], values).unwrap(), regions: Mutex::default() })
    }
}

impl Array for Watched {
    fn data_type(&self) -> DataType {
        self.inner.data_type()
    }

    fn shape(&self) -> &[usize] {
        self.inner.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::regular(self.shape(), &[1, 41, 41])
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        self.regions.lock().unwrap().push(region.clone());
        self.inner.read(region)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        self.inner.describe()
    }
}

fn same(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(found == expected || (found.is_nan() && expected.is_nan()), "{found} {expected}");
    }
}

fn read(array: &dyn Array, start: [usize; 3], shape: [usize; 3]) -> Vec<f64> {
    array.read(&Region::new(start.to_vec(), shape.to_vec()).unwrap()).unwrap().to_f64().unwrap()
}

#[test]
fn every_step_is_the_field_through_the_weights() {
    let array = RegriddedArray::new(Watched::new(Values::F64(field())), weights(), MissingPolicy::default()).unwrap();
    assert_eq!(array.shape(), [3, 81, 81]);
    let expected: Vec<f64> =
        field().chunks(41 * 41).flat_map(|step| weights().apply(step, MissingPolicy::default()).unwrap()).collect();
    same(&read(&array, [0, 0, 0], [3, 81, 81]), &expected);
}

#[test]
fn a_region_reads_only_the_block_it_needs() {
    let source = Watched::new(Values::F64(field()));
    let array = RegriddedArray::new(source.clone(), weights(), MissingPolicy::default()).unwrap();
    let whole = read(&array, [0, 0, 0], [3, 81, 81]);
    source.regions.lock().unwrap().clear();
    let part = read(&array, [1, 20, 30], [2, 5, 7]);
    let expected: Vec<f64> = (1..3)
        .flat_map(|step| (20..25).flat_map(move |row| (30..37).map(move |column| (step * 81 + row) * 81 + column)))
        .map(|flat| whole[flat])
        .collect();
    same(&part, &expected);
    let regions = source.regions.lock().unwrap().clone();
    // Rows 20..25 of 10 km lie in rows 10..12 of 20 km, columns 30..37 in columns 15..18.
    assert_eq!(regions, [Region::new(vec![1, 10, 15], vec![2, 3, 4]).unwrap()]);
}

#[test]
fn conservative_results_are_double_unless_told() {
    let values: Vec<f32> = field().iter().map(|&value| value as f32).collect();
    let single = RegriddedArray::new(Watched::new(Values::F32(values)), weights(), MissingPolicy::default()).unwrap();
    assert_eq!(single.data_type(), DataType::F64);
    let single = single.with_data_type(DataType::F32).unwrap();
    assert_eq!(single.data_type(), DataType::F32);
    let whole = Region::whole(single.shape());
    let expected =
        RegriddedArray::new(Watched::new(Values::F64(field())), weights(), MissingPolicy::default()).unwrap();
    let expected: Vec<f64> =
        expected.read(&whole).unwrap().to_f64().unwrap().iter().map(|&value| f64::from(value as f32)).collect();
    same(&single.read(&whole).unwrap().to_f64().unwrap(), &expected);
    let whole_numbers = Values::I16(vec![3; 3 * 41 * 41]);
    let integers = RegriddedArray::new(Watched::new(whole_numbers), weights(), MissingPolicy::default()).unwrap();
    assert_eq!(integers.read(&whole).unwrap().data_type(), DataType::F64);
}

#[test]
fn a_description_is_small_and_brings_back_the_same_values() {
    let mask: Vec<bool> = (0..41 * 41).map(|cell| cell % 5 != 0).collect();
    let masked = Weights::shared(&grid(2e4, 41), &grid(1e4, 81), Method::Conservative, Some(&mask)).unwrap();
    for weights in [weights(), masked] {
        let source = Watched::new(Values::F64(field()));
        let array = RegriddedArray::new(source.clone(), Arc::clone(&weights), MissingPolicy::default()).unwrap();
        let description = array.describe().unwrap();
        assert!(description.parameters.to_string().len() < 1500);
        let rebuilt = crate::rebuild(&description, &[source]).unwrap().unwrap();
        let whole = Region::whole(array.shape());
        same(&rebuilt.read(&whole).unwrap().to_f64().unwrap(), &array.read(&whole).unwrap().to_f64().unwrap());
    }
    let foreign = Description::new("array/cast", &0).unwrap();
    assert!(crate::rebuild(&foreign, &[]).unwrap().is_none());
}

#[test]
fn regions_off_the_source_are_missing_without_a_read() {
    let off = Weights::shared(&grid(2e4, 41), &grid(1e5, 41), Method::Conservative, None).unwrap();
    let source = Watched::new(Values::F64(field()));
    let array = RegriddedArray::new(source.clone(), off, MissingPolicy::default()).unwrap();
    assert!(read(&array, [0, 20, 20], [3, 4, 4]).iter().all(|value| value.is_nan()));
    assert!(source.regions.lock().unwrap().is_empty());
}

#[test]
fn fields_that_do_not_fit_are_refused() {
    let flat: SharedArray = Arc::new(MemoryArray::new(vec![41], Values::F64(vec![0.0; 41])).unwrap());
    assert!(matches!(
        RegriddedArray::new(flat, weights(), MissingPolicy::default()),
        Err(ArrayError::Rank { expected: 2, found: 1 })
    ));
    let other: SharedArray = Arc::new(MemoryArray::new(vec![41, 40], Values::F64(vec![0.0; 1640])).unwrap());
    assert!(matches!(RegriddedArray::new(other, weights(), MissingPolicy::default()), Err(ArrayError::Shape { .. })));
    let text: SharedArray = Arc::new(MemoryArray::new(vec![1, 1], Values::Text(vec!["a".into()])).unwrap());
    assert!(RegriddedArray::new(text, weights(), MissingPolicy::default()).is_err());
}

#[test]
fn fields_side_by_side_are_fields_alone() {
    // Six fields of one chunk: four together and two alone; one of the four has its own missing cells.
    let values: Vec<f64> = (0..6 * 41 * 41)
        .map(|cell| if cell % 1681 % (5 + cell / 1681) == 0 { f64::NAN } else { f64::from(cell as u32 * 31 % 4099) })
        .collect();
    let input: SharedArray = Arc::new(MemoryArray::new(vec![6, 41, 41], Values::F64(values.clone())).unwrap());
    for skipna in [true, false] {
        let missing = MissingPolicy::new(skipna, 0.3).unwrap();
        let array = RegriddedArray::new(Arc::clone(&input), weights(), missing).unwrap();
        let expected: Vec<f64> =
            values.chunks(41 * 41).flat_map(|field| weights().apply(field, missing).unwrap()).collect();
        assert!(expected.iter().any(|value| value.is_nan()) && expected.iter().any(|value| !value.is_nan()));
        same(&read(&array, [0, 0, 0], [6, 81, 81]), &expected);
        let part: Vec<f64> = (0..6).flat_map(|step| expected[(step * 81 + 40) * 81 + 9..][..30].to_vec()).collect();
        same(&read(&array, [0, 40, 9], [6, 1, 30]), &part);
    }
}
