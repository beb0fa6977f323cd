//! Virtual arrays of contiguous and chunked variables.

use std::sync::Arc;

use nunatak_array::{Array, CastArray, DataType, MemoryArray, TakeArray, Values};
use nunatak_format::{ReferencedBytes, VariableReferences};

use super::*;

fn contiguous(shape: Vec<usize>, offset: u64, first_stride: u64) -> VariableReferences {
    VariableReferences {
        path: "lithk".into(),
        shape,
        dtype: "<f4".into(),
        item_size: 4,
        fill: None,
        filters: Vec::new(),
        deflate: None,
        shuffle: false,
        bytes: ReferencedBytes::Strided { offset, first_stride },
    }
}

fn offsets(view: &View, found: &VariableReferences) -> Vec<(Vec<usize>, u64, u64)> {
    let source = SourceChunks::of(found, &found.shape, view.keeps_rows()).unwrap();
    let placed = reference_chunks(view, &source).unwrap();
    placed.references.into_iter().map(|one| (one.index, one.offset, one.length)).collect()
}

#[test]
fn small_contiguous_arrays_are_one_chunk_and_records_are_their_own() {
    let view = View::new(&[3, 2]);
    assert_eq!(offsets(&view, &contiguous(vec![3, 2], 100, 8)), [(vec![0, 0], 100, 24)]);
    let records = [(vec![0, 0], 100, 8), (vec![1, 0], 120, 8), (vec![2, 0], 140, 8)];
    assert_eq!(offsets(&view, &contiguous(vec![3, 2], 100, 20)), records);
}

#[test]
fn missing_records_have_no_reference_and_the_others_move() {
    let mut view = View::new(&[4, 2]);
    view.take(0, &[None, Some(0), Some(1), None]);
    let expected = [(vec![1, 0], 100, 8), (vec![2, 0], 108, 8)];
    assert_eq!(offsets(&view, &contiguous(vec![2, 2], 100, 8)), expected);
}

#[test]
fn two_selections_are_one_and_follow_the_axes() {
    let mut view = View::new(&[2, 5]);
    view.take(0, &[Some(1), None]);
    view.transpose(&[1, 0]);
    view.take(1, &[Some(3), Some(4)]);
    assert_eq!(view.axes[0].source, Some(1));
    assert_eq!(view.axes[0].indices, Some(vec![Some(4), None]));
    assert_eq!(view.stored_order(), [1, 0]);
}

#[test]
fn a_field_repeated_along_time_is_one_range_many_times() {
    let mut view = View::new(&[3, 2, 2]);
    view.take(0, &[Some(0); 3]);
    view.remove_axis(0);
    let found = offsets(&view, &contiguous(vec![2, 2], 40, 8));
    assert_eq!(found, [(vec![0, 0, 0], 40, 16), (vec![1, 0, 0], 40, 16), (vec![2, 0, 0], 40, 16)]);
}

#[test]
fn pieces_of_chunks_are_refused() {
    let mut found = contiguous(vec![5, 2], 0, 8);
    found.bytes = ReferencedBytes::Chunks { chunk_shape: vec![2, 2], table: Arc::default() };
    let refused = |indices: &[Option<usize>]| {
        let mut view = View::new(&[indices.len(), 2]);
        view.take(0, indices);
        let source = SourceChunks::of(&found, &found.shape, false).unwrap();
        reference_chunks(&view, &source).unwrap_err()
    };
    assert_eq!(refused(&[Some(0), None]), NotVirtual::Ragged);
    assert_eq!(refused(&[Some(1), Some(2)]), NotVirtual::Reordered);
    assert_eq!(refused(&[Some(1), Some(0)]), NotVirtual::Reordered);
}

#[test]
fn arrays_without_a_file_say_so() {
    let memory: Arc<dyn Array> = Arc::new(MemoryArray::new(vec![2], Values::I32(vec![1, 2])).unwrap());
    assert_eq!(virtual_array(&*memory).unwrap().unwrap_err(), NotVirtual::InMemory);
    let cast = Arc::new(CastArray::new(memory, DataType::F64).unwrap());
    let taken = TakeArray::new(cast, 0, vec![Some(0), None]).unwrap();
    assert_eq!(virtual_array(&taken).unwrap().unwrap_err(), NotVirtual::PaddedIntegers);
}
