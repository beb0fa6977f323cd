//! Writing tables.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::checksum::{CHECKSUM, checksum};
use crate::error::{ParquetError, Result};
use crate::table::{Table, TableColumn};

impl Table {
    /// Writes the table as a parquet file with a checksum of its content, which [`Table::read`] checks. What was at `path`
    /// stays whole until the new file is ([`nunatak_system::replace_file`]).
    ///
    /// # Errors
    /// The system's and parquet's.
    pub fn write(&self, path: &Path) -> Result<()> {
        let encoded = self.encoded()?;
        nunatak_system::replace_file(path, |file| Ok(file.write_all(&encoded)?), ParquetError::from)
    }

    fn encoded(&self) -> Result<Vec<u8>> {
        let fields: Vec<String> = self
            .columns
            .iter()
            .map(|(name, column)| match column {
                TableColumn::Text(_) => format!("optional binary {name} (UTF8);"),
                TableColumn::Bytes(_) => format!("optional binary {name};"),
                TableColumn::Number(_) => format!("optional int64 {name};"),
            })
            .collect();
        let schema = Arc::new(parse_message_type(&format!("message table {{ {} }}", fields.join(" ")))?);
        let checksum = (CHECKSUM.to_string(), checksum(self));
        let notes = self.notes.clone().into_iter().chain([checksum]).map(|(name, value)| KeyValue::new(name, value));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_key_value_metadata(Some(notes.collect()))
            .build();
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut rows = writer.next_row_group()?;
        for (_, column) in &self.columns {
            let Some(mut target) = rows.next_column()? else { break };
            match column {
                TableColumn::Text(values) => {
                    let present = values.iter().flatten().map(|value| ByteArray::from(value.as_str())).collect();
                    let present: Vec<ByteArray> = present;
                    target.typed::<ByteArrayType>().write_batch(&present, Some(&levels(values)), None)?;
                }
                TableColumn::Bytes(values) => {
                    let present = values.iter().flatten().map(|value| ByteArray::from(value.clone())).collect();
                    let present: Vec<ByteArray> = present;
                    target.typed::<ByteArrayType>().write_batch(&present, Some(&levels(values)), None)?;
                }
                TableColumn::Number(values) => {
                    let present: Vec<i64> = values.iter().flatten().copied().collect();
                    target.typed::<Int64Type>().write_batch(&present, Some(&levels(values)), None)?;
                }
            }
            target.close()?;
        }
        rows.close()?;
        Ok(writer.into_inner()?)
    }
}

/// 1 where there is a value.
fn levels<T>(values: &[Option<T>]) -> Vec<i16> {
    values.iter().map(|value| i16::from(value.is_some())).collect()
}
