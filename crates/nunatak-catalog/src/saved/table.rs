//! A parquet file as a table of optional texts, bytes and numbers, with named notes.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::footer::check_footer;
use super::pages::{Allowance, check_pages};

/// One column; every value may be absent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Bytes>>),
    Number(Vec<Option<i64>>),
}

/// Columns of one length, by name, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<(String, Column)>,
    pub(crate) notes: BTreeMap<String, String>,
}

impl Table {
    pub(crate) fn with_text(mut self, name: &str, values: Vec<Option<String>>) -> Self {
        self.columns.push((name.into(), Column::Text(values)));
        self
    }

    pub(crate) fn with_bytes(mut self, name: &str, values: Vec<Option<Bytes>>) -> Self {
        self.columns.push((name.into(), Column::Bytes(values)));
        self
    }

    pub(crate) fn with_numbers(mut self, name: &str, values: Vec<Option<i64>>) -> Self {
        self.columns.push((name.into(), Column::Number(values)));
        self
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<Vec<Option<String>>> {
        match self.take(name)? {
            Column::Text(values) => Some(values),
            Column::Bytes(values) => Some(
                values
                    .into_iter()
                    .map(|value| value.and_then(|value| String::from_utf8(value.to_vec()).ok()))
                    .collect(),
            ),
            Column::Number(_) => None,
        }
    }

    pub(crate) fn bytes(&mut self, name: &str) -> Option<Vec<Option<Bytes>>> {
        match self.take(name)? {
            Column::Bytes(values) => Some(values),
            Column::Text(values) => Some(values.into_iter().map(|value| value.map(Bytes::from)).collect()),
            Column::Number(_) => None,
        }
    }

    pub(crate) fn numbers(&mut self, name: &str) -> Option<Vec<Option<i64>>> {
        match self.take(name)? {
            Column::Number(values) => Some(values),
            _ => None,
        }
    }

    fn take(&mut self, name: &str) -> Option<Column> {
        let at = self.columns.iter().position(|(own, _)| own == name)?;
        Some(self.columns.remove(at).1)
    }

    /// Writes the table beside its place first, so that what was there is whole until the new one is.
    ///
    /// # Errors
    /// The system's and parquet's.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let beside = path.with_extension(format!("part-{}", std::process::id()));
        let written = self.write_to(&beside).and_then(|()| Ok(std::fs::rename(&beside, path)?));
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written
    }

    fn write_to(&self, path: &Path) -> Result<()> {
        let fields: Vec<String> = self
            .columns
            .iter()
            .map(|(name, column)| match column {
                Column::Text(_) => format!("optional binary {name} (UTF8);"),
                Column::Bytes(_) => format!("optional binary {name};"),
                Column::Number(_) => format!("optional int64 {name};"),
            })
            .collect();
        let schema = Arc::new(parse_message_type(&format!("message table {{ {} }}", fields.join(" ")))?);
        let notes = self.notes.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_key_value_metadata(Some(notes))
            .build();
        let mut writer = SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties))?;
        let mut rows = writer.next_row_group()?;
        for (_, column) in &self.columns {
            let Some(mut target) = rows.next_column()? else { break };
            match column {
                Column::Text(values) => {
                    let present = values.iter().flatten().map(|value| ByteArray::from(value.as_str())).collect();
                    let present: Vec<ByteArray> = present;
                    target.typed::<ByteArrayType>().write_batch(&present, Some(&levels(values)), None)?;
                }
                Column::Bytes(values) => {
                    let present = values.iter().flatten().map(|value| ByteArray::from(value.clone())).collect();
                    let present: Vec<ByteArray> = present;
                    target.typed::<ByteArrayType>().write_batch(&present, Some(&levels(values)), None)?;
                }
                Column::Number(values) => {
                    let present: Vec<i64> = values.iter().flatten().copied().collect();
                    target.typed::<Int64Type>().write_batch(&present, Some(&levels(values)), None)?;
                }
            }
            target.close()?;
        }
        rows.close()?;
        writer.close()?;
        Ok(())
    }

    /// Reads the columns of texts, bytes and 64-bit numbers that a file has at its top level.
    ///
    /// # Errors
    /// The system's, and parquet's for a file that is none.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        // The parquet reader trusts what a file says of itself, and panics where that is not so.
        let read = std::panic::catch_unwind(|| Self::read_trusting(path));
        read.unwrap_or_else(|_| Err(ParquetError::General("its structure contradicts itself".into())))
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
            return Err(ParquetError::General(format!("columns of different lengths: {lengths:?}")));
        }
        Ok(table)
    }

    fn append(&mut self, name: String, more: Column) -> Result<()> {
        match (self.columns.iter_mut().find(|(own, _)| *own == name), more) {
            (Some((_, Column::Text(values))), Column::Text(more)) => values.extend(more),
            (Some((_, Column::Bytes(values))), Column::Bytes(more)) => values.extend(more),
            (Some((_, Column::Number(values))), Column::Number(more)) => values.extend(more),
            (None, column) => self.columns.push((name, column)),
            _ => return Err(ParquetError::General(format!("column `{name}` changes its type"))),
        }
        Ok(())
    }
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Number(values) => values.len(),
        }
    }
}

fn levels<T>(values: &[Option<T>]) -> Vec<i16> {
    values.iter().map(|value| i16::from(value.is_some())).collect()
}

fn read_column(rows: &dyn RowGroupReader, at: usize, allowance: &mut Allowance) -> Result<Option<(String, Column)>> {
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
            Some((name, if text { Column::Text(as_text(bytes)?) } else { Column::Bytes(bytes) }))
        }
        Type::INT64 => {
            let (levels, values) = read_values::<Int64Type>(rows, at, count, required)?;
            Some((name, Column::Number(spread(&levels, values.into_iter()))))
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
    let text =
        |bytes: Bytes| String::from_utf8(bytes.to_vec()).map_err(|error| ParquetError::General(error.to_string()));
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

    #[test]
    fn other_files_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.parquet");
        std::fs::write(&path, b"PAR1 not at all PAR1").unwrap();
        assert!(Table::read(&path).is_err());
    }
}
