//! Operators against plain index arithmetic on arrays whose value at a place is the place.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

/// An array whose value at flat position `p` is `p`.
fn counting(shape: &[usize]) -> SharedArray {
    let values = (0..shape.iter().product::<usize>()).map(|at| at as f64).collect();
    Arc::new(MemoryArray::new(shape.to_vec(), Values::F64(values)).unwrap())
}

fn rebuild(description: &Description) -> SharedArray {
    let inputs: Vec<SharedArray> = description.inputs.iter().map(rebuild).collect();
    description.rebuild_operator(&inputs).unwrap().unwrap()
}

fn value(array: &SharedArray, index: &[usize]) -> f64 {
    let region = Region::new(index.to_vec(), vec![1; index.len()]).unwrap();
    array.read(&region).unwrap().to_f64().unwrap()[0]
}

fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![Vec::new()], |all, &length| {
        all.into_iter().flat_map(|index| (0..length).map(move |at| [index.clone(), vec![at]].concat())).collect()
    })
}

#[test]
fn transposed_swaps_indices() {
    let input = counting(&[2, 3, 4]);
    let transposed: SharedArray = Arc::new(TransposeArray::new(Arc::clone(&input), vec![2, 0, 1]).unwrap());
    assert_eq!(transposed.shape(), [4, 2, 3]);
    for index in indices(&[4, 2, 3]) {
        assert_eq!(value(&transposed, &index), value(&input, &[index[1], index[2], index[0]]));
    }
    assert!(TransposeArray::new(input, vec![0, 0, 1]).is_err());
}

#[test]
fn take_reorders_repeats_and_pads() {
    let input = counting(&[3, 2]);
    let wanted = vec![Some(2), None, Some(0), Some(0), Some(1)];
    let taken: SharedArray = Arc::new(TakeArray::new(Arc::clone(&input), 0, wanted.clone()).unwrap());
    for index in indices(&[5, 2]) {
        let found = value(&taken, &index);
        match wanted[index[0]] {
            Some(source) => assert_eq!(found, value(&input, &[source, index[1]])),
            None => assert!(found.is_nan()),
        }
    }
    assert!(matches!(TakeArray::new(input, 0, vec![Some(3)]), Err(ArrayError::OutOfBounds { .. })));
}

#[test]
fn index_drops_its_axis() {
    let input = counting(&[2, 3, 4]);
    let picked: SharedArray = Arc::new(IndexArray::new(Arc::clone(&input), 1, 2).unwrap());
    assert_eq!(picked.shape(), [2, 4]);
    for index in indices(&[2, 4]) {
        assert_eq!(value(&picked, &index), value(&input, &[index[0], 2, index[1]]));
    }
    assert!(IndexArray::new(input, 1, 3).is_err());
}

#[test]
fn stacked_and_concatenated_agree_with_their_inputs() {
    let (first, second) = (counting(&[2, 3]), counting(&[2, 3]));
    let stacked: SharedArray = Arc::new(StackArray::new(vec![Arc::clone(&first), Arc::clone(&second)], 1).unwrap());
    assert_eq!(stacked.shape(), [2, 2, 3]);
    for index in indices(&[2, 2, 3]) {
        assert_eq!(value(&stacked, &index), value(&first, &[index[0], index[2]]));
    }
    let joined: SharedArray = Arc::new(ConcatArray::new(vec![first, second], 0).unwrap());
    assert_eq!(joined.read_all().unwrap().to_f64().unwrap()[..], [0., 1., 2., 3., 4., 5., 0., 1., 2., 3., 4., 5.]);
    assert!(StackArray::new(vec![counting(&[2]), counting(&[3])], 0).is_err());
    assert!(StackArray::new(Vec::new(), 0).is_err());
}

#[test]
fn differences_are_of_the_same_places_and_keep_single_precision() {
    let first = counting(&[3, 4]);
    let second: SharedArray = Arc::new(MemoryArray::new(vec![3, 4], Values::I16(vec![2; 12])).unwrap());
    let change: SharedArray = Arc::new(DifferenceArray::new(Arc::clone(&first), second).unwrap());
    for index in indices(&[3, 4]) {
        assert_eq!(value(&change, &index), value(&first, &index) - 2.0);
    }
    let rebuilt = rebuild(&change.describe().unwrap());
    assert_eq!(rebuilt.read_all().unwrap(), change.read_all().unwrap());
    let single: SharedArray = Arc::new(MemoryArray::new(vec![2], Values::F32(vec![1.5, f32::NAN])).unwrap());
    let none = DifferenceArray::new(Arc::clone(&single), Arc::clone(&single)).unwrap();
    let Values::F32(found) = (&none as &dyn Array).read_all().unwrap() else { panic!("not single precision") };
    assert!(found[0] == 0.0 && found[1].is_nan());
    assert!(matches!(DifferenceArray::new(single, first), Err(ArrayError::Shape { .. })));
}

#[test]
fn a_described_operator_tree_rebuilds_to_the_same_values() {
    let input = counting(&[3, 4]);
    let taken: SharedArray = Arc::new(TakeArray::new(input, 1, vec![Some(3), None, Some(1)]).unwrap());
    let transposed: SharedArray = Arc::new(TransposeArray::new(taken, vec![1, 0]).unwrap());
    let cast: SharedArray = Arc::new(CastArray::new(transposed, DataType::F32).unwrap());
    let again = rebuild(&cast.describe().unwrap());
    let (before, after) = (cast.read_all().unwrap(), again.read_all().unwrap());
    assert_eq!(before.data_type(), DataType::F32);
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

#[test]
fn errors_say_what_was_found_and_expected() {
    let array = counting(&[2, 3]);
    let outside = Region::new(vec![1, 2], vec![1, 2]).unwrap();
    assert_eq!(
        array.read(&outside).unwrap_err().to_string(),
        "region [1:2, 2:4] is not inside an array of shape [2, 3]"
    );
    assert_eq!(array.read(&Region::whole(&[2])).unwrap_err().to_string(), "expected 2 axes, found 1");
}

/// Counts how often each chunk is touched.
struct Counting {
    inner: SharedArray,
    grid: ChunkGrid,
    reads: std::sync::Mutex<Vec<Region>>,
}

impl Array for Counting {
    fn data_type(&self) -> DataType {
        self.inner.data_type()
    }
    fn shape(&self) -> &[usize] {
        self.inner.shape()
    }
    fn chunk_grid(&self) -> ChunkGrid {
        self.grid.clone()
    }
    fn read(&self, region: &Region) -> Result<Values> {
        self.reads.lock().unwrap().extend(self.grid.chunks_touching(region));
        self.inner.read(region)
    }
    fn describe(&self) -> Result<Description> {
        self.inner.describe()
    }
}

fn selection(length: usize) -> impl Strategy<Value = AxisSelection> {
    prop_oneof![
        (0..length).prop_map(AxisSelection::Index),
        prop::collection::vec(0..length, 0..8).prop_map(AxisSelection::Indices),
        (0..length, 0..=length)
            .prop_map(move |(start, count)| AxisSelection::Range { start, length: count.min(length - start) }),
    ]
}

proptest! {
    /// An outer read gives what indexing one by one gives, and touches no chunk twice.
    #[test]
    fn outer_reads_equal_single_reads(
        rows in selection(7), columns in selection(9), row_chunk in 1_usize..8, column_chunk in 1_usize..10,
    ) {
        let shape = [7, 9];
        let counted = Counting {
            inner: counting(&shape),
            grid: ChunkGrid::regular(&shape, &[row_chunk, column_chunk]),
            reads: std::sync::Mutex::default(),
        };
        let list = |selection: &AxisSelection| match selection {
            AxisSelection::Index(index) => vec![*index],
            AxisSelection::Indices(indices) => indices.clone(),
            AxisSelection::Range { start, length } => (*start..start + length).collect(),
        };
        let expected: Vec<f64> = list(&rows)
            .iter()
            .flat_map(|row| list(&columns).into_iter().map(move |column| (row * 9 + column) as f64))
            .collect();
        let found = read_outer(&counted, &[rows, columns]).unwrap().to_f64().unwrap();
        prop_assert_eq!(found, expected);
        let mut reads: Vec<String> = counted.reads.lock().unwrap().iter().map(Region::to_string).collect();
        let touched = reads.len();
        reads.sort();
        reads.dedup();
        prop_assert_eq!(reads.len(), touched, "a chunk was read twice");
    }

    /// The chunks that touch a region cover it without overlap.
    #[test]
    fn chunks_tile_a_region(start in (0_usize..6, 0_usize..6), chunk in (1_usize..5, 1_usize..5)) {
        let shape = [8, 8];
        let region = Region::new(vec![start.0, start.1], vec![8 - start.0, 8 - start.1]).unwrap();
        let grid = ChunkGrid::regular(&shape, &[chunk.0, chunk.1]);
        let covered: usize = grid
            .chunks_touching(&region)
            .iter()
            .filter_map(|chunk| chunk.intersection(&region))
            .map(|part| part.len())
            .sum();
        prop_assert_eq!(covered, region.len());
    }
}
