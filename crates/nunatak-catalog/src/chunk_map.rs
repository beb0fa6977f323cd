//! Where every chunk of an archive lies, as a flat table for readers of other projects.

use std::path::Path;

use nunatak_array::Progress;
use nunatak_format::{Location, ReferencedBytes, VariableReferences};
use nunatak_parquet::Table;

use crate::catalog::Catalog;
use crate::error::{Result, write_error};
use crate::manifests::Header;

/// Writes one row per chunk: `path`, `dataset`, `chunk_idx`, `elem_start`, `elem_end`, `byte_offset`, `nbytes`,
/// `filter_mask`, `chunk_offset`, `dtype`, `shape`, `chunk_shape`, `gzip`, `shuffle`: the columns of the chunk maps that
/// ICESat-2 readers exchange, with the file beside them.
///
/// `elem_start` and `elem_end` count elements along the first axis; lists are JSON texts.
///
/// # Errors
/// As [`Catalog::save`].
pub fn write_chunk_map(catalog: &Catalog, path: &Path, progress: &dyn Progress) -> Result<usize> {
    let locations: Vec<&Location> = catalog.entries().iter().map(|entry| &entry.path).collect();
    catalog.manifests().locate_chunks(&locations, progress)?;
    let mut rows = ChunkRows::default();
    for location in locations {
        let Some((_, Header::Known(manifest))) = catalog.manifests().get(location) else { continue };
        for variable in manifest.unpack()?.references() {
            rows.add(location, &variable);
        }
    }
    let count = rows.path.len();
    rows.into_table().write(path).map_err(|error| write_error(path, error))?;
    Ok(count)
}

#[derive(Default)]
struct ChunkRows {
    path: Vec<Option<String>>,
    dataset: Vec<Option<String>>,
    numbers: [Vec<Option<i64>>; 8],
    chunk_offset: Vec<Option<String>>,
    dtype: Vec<Option<String>>,
    shape: Vec<Option<String>>,
    chunk_shape: Vec<Option<String>>,
}

const NUMBERS: [&str; 8] =
    ["chunk_idx", "elem_start", "elem_end", "byte_offset", "nbytes", "filter_mask", "gzip", "shuffle"];

impl ChunkRows {
    fn add(&mut self, location: &Location, variable: &VariableReferences) {
        let shape = &variable.shape;
        match &variable.bytes {
            ReferencedBytes::Chunks { chunk_shape, table } => {
                for chunk in table.iter() {
                    let start = variable.chunk_start(chunk.number, chunk_shape);
                    let place = (chunk.number, chunk.offset, chunk.length, chunk.skipped_filters);
                    self.push(location, variable, place, &start, chunk_shape);
                }
            }
            ReferencedBytes::Strided { offset, first_stride } if !shape.is_empty() => {
                let row: usize = shape.iter().skip(1).product::<usize>() * variable.item_size;
                if *first_stride == row as u64 {
                    let length = shape[0] as u64 * first_stride;
                    self.push(location, variable, (0, *offset, length, 0), &vec![0; shape.len()], shape);
                    return;
                }
                let mut record = shape.clone();
                record[0] = 1;
                for at in 0..shape[0] {
                    let mut start = vec![0; shape.len()];
                    start[0] = at;
                    let place = (at as u64, offset + at as u64 * first_stride, row as u64, 0);
                    self.push(location, variable, place, &start, &record);
                }
            }
            _ => {}
        }
    }

    fn push(
        &mut self,
        location: &Location,
        variable: &VariableReferences,
        (number, offset, length, mask): (u64, u64, u64, u32),
        start: &[usize],
        chunk_shape: &[usize],
    ) {
        let number_of = |value: u64| i64::try_from(value).ok();
        let first = start.first().copied().unwrap_or(0) as u64;
        let last = (first + chunk_shape.first().copied().unwrap_or(1) as u64)
            .min(variable.shape.first().copied().unwrap_or(1) as u64);
        let values = [
            number_of(number),
            number_of(first),
            number_of(last),
            number_of(offset),
            number_of(length),
            Some(i64::from(mask)),
            variable.deflate.map(i64::from),
            Some(i64::from(variable.shuffle)),
        ];
        for (column, value) in self.numbers.iter_mut().zip(values) {
            column.push(value);
        }
        let list = |values: &[usize]| Some(serde_json::json!(values).to_string());
        self.path.push(Some(location.to_string()));
        self.dataset.push(Some(variable.path.clone()));
        self.chunk_offset.push(list(start));
        self.dtype.push(Some(variable.dtype.clone()));
        self.shape.push(list(&variable.shape));
        self.chunk_shape.push(list(chunk_shape));
    }

    fn into_table(self) -> Table {
        let table = Table::default().with_text("path", self.path).with_text("dataset", self.dataset);
        let table =
            NUMBERS.iter().zip(self.numbers).fold(table, |table, (name, values)| table.with_numbers(name, values));
        table
            .with_text("chunk_offset", self.chunk_offset)
            .with_text("dtype", self.dtype)
            .with_text("shape", self.shape)
            .with_text("chunk_shape", self.chunk_shape)
    }
}
