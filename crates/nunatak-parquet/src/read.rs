//! Reading tables.

use std::path::Path;

use bytes::Bytes;
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArrayType, Int64Type};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

use crate::checksum::check;
use crate::error::{ParquetError, Result};
use crate::footer::check_footer;
use crate::pages::{Allowance, check_pages};
use crate::table::{Table, TableColumn};

impl Table {
    /// Reads the columns of texts, bytes and 64-bit numbers that a file has at its top level.
    ///
    /// # Errors
    /// The system's, parquet's for a file that is none, and [`ParquetError::Contradiction`] for content that is not what
    /// [`Table::write`] wrote.
    pub fn read(path: &Path) -> Result<Self> {
        // The parquet reader trusts what a file says of itself, and panics where that is not so.
        let read = std::panic::catch_unwind(|| Self::read_trusting(path));
        read.unwrap_or_else(|_| Err(ParquetError::contradiction("its structure contradicts itself")))
    }

    fn read_trusting(path: &Path) -> Result<Self> {
        let file = Bytes::from(std::fs::read(path)?);
        check_footer(&file)?;
        let mut allowance = Allowance::of(&file);
        let reader = SerializedFileReader::new(file.clone())?;
        let metadata = reader.metadata().file_metadata();
        let notes = metadata.key_value_metadata().into_iter().flatten();
        let notes = notes.map(|note| (note.key.clone(), note.value.clone().unwrap_or_default())).collect();
        let mut table = Self { columns: Vec::new(), notes };
        for group in 0..reader.num_row_groups() {
            let rows = reader.get_row_group(group)?;
            allowance.take_rows(rows.metadata().num_rows(), rows.num_columns())?;
            for at in 0..rows.num_columns() {
                check_pages(&file, rows.metadata().column(at), &mut allowance)?;
                let Some((name, column)) = read_column(rows.as_ref(), at, &mut allowance)? else { continue };
                table.append(name, column)?;
            }
        }
        let lengths: Vec<usize> = table.columns.iter().map(|(_, column)| column.len()).collect();
        if lengths.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(ParquetError::contradiction(format!("columns of different lengths: {lengths:?}")));
        }
        check(&mut table)?;
        Ok(table)
    }
}

fn read_column(
    rows: &dyn RowGroupReader,
    at: usize,
    allowance: &mut Allowance,
) -> Result<Option<(String, TableColumn)>> {
    use parquet::basic::{ConvertedType, Type};
    let metadata = rows.metadata();
    let count = usize::try_from(metadata.num_rows()).unwrap_or(0);
    let described = metadata.column(at).column_descr_ptr();
    if described.max_rep_level() != 0 || described.max_def_level() > 1 {
        return Ok(None);
    }
    let (name, required) = (described.name().to_string(), described.max_def_level() == 0);
    Ok(match described.physical_type() {
        Type::BYTE_ARRAY => {
            let (levels, values) = read_values::<ByteArrayType>(rows, at, count, required)?;
            // A dictionary gives one long value to many rows, which texts would copy.
            allowance.take_decoded(values.iter().map(|value| value.len() as u64).sum())?;
            // The values are parts of decompressed pages, which are kept as they are.
            let bytes = spread(&levels, values.into_iter().map(Bytes::from_owner));
            let text = described.converted_type() == ConvertedType::UTF8;
            Some((name, if text { TableColumn::Text(as_text(bytes)?) } else { TableColumn::Bytes(bytes) }))
        }
        Type::INT64 => {
            let (levels, values) = read_values::<Int64Type>(rows, at, count, required)?;
            Some((name, TableColumn::Number(spread(&levels, values.into_iter()))))
        }
        _ => None,
    })
}

fn read_values<T: parquet::data_type::DataType>(
    rows: &dyn RowGroupReader,
    at: usize,
    count: usize,
    required: bool,
) -> Result<(Vec<i16>, Vec<T::T>)> {
    let mut reader = get_typed_column_reader::<T>(rows.get_column_reader(at)?);
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < count {
        let definitions = (!required).then_some(&mut levels);
        let (records, ..) = reader.read_records(count - read, definitions, None, &mut values)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    if required {
        levels = vec![1; values.len()];
    }
    Ok((levels, values))
}

fn spread<T>(levels: &[i16], mut present: impl Iterator<Item = T>) -> Vec<Option<T>> {
    levels.iter().map(|&level| if level == 0 { None } else { present.next() }).collect()
}

fn as_text(bytes: Vec<Option<Bytes>>) -> Result<Vec<Option<String>>> {
    let text = |bytes: Bytes| {
        String::from_utf8(bytes.to_vec()).map_err(|error| ParquetError::contradiction(error.to_string()))
    };
    bytes.into_iter().map(|value| value.map(text).transpose()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.parquet");
        let mut table = Table::default()
            .with_text("name", vec![Some("lithk".into()), None, Some("orog".into())])
            .with_bytes("manifest", vec![None, Some(Bytes::from_static(&[0, 255])), Some(Bytes::new())])
            .with_numbers("size", vec![Some(-1), Some(1 << 40), None]);
        table.notes.insert("root".into(), "s3://bucket".into());
        table.write(&path).unwrap();
        let mut found = Table::read(&path).unwrap();
        found.notes.retain(|name, _| name == "root");
        assert_eq!(found, table);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    /// Whatever bit of a file is turned, it is refused, or read as what was written.
    #[test]
    fn damage_is_never_read_as_something_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.parquet");
        let mut table = Table::default()
            .with_text("path", vec![Some("a/lithk.nc".into()), None])
            .with_bytes("manifest", vec![Some(Bytes::from_static(b"headers and places of chunks")), None])
            .with_numbers("size", vec![Some(12_345_678), Some(-1)]);
        table.notes.insert("root".into(), "s3://bucket".into());
        table.write(&path).unwrap();
        let sound = std::fs::read(&path).unwrap();
        let mut refused = 0;
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, damaged).unwrap();
            match Table::read(&path) {
                Err(_) => refused += 1,
                Ok(found) => assert_eq!(found.columns, table.columns, "a bit of byte {at}"),
            }
        }
        assert!(refused > 100, "{refused} of {}", sound.len());
    }

    #[test]
    fn other_files_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.parquet");
        std::fs::write(&path, b"PAR1 not at all PAR1").unwrap();
        assert!(Table::read(&path).is_err());
    }
}
