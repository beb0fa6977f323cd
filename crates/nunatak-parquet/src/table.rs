//! A table of optional texts, bytes and whole numbers, with named notes: what a parquet file holds here.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::error::{ParquetError, Result};

/// One column; every value may be absent.
///
/// # Examples
/// ```
/// use nunatak_parquet::{Table, TableColumn};
///
/// let table = Table::default().with_numbers("year", vec![Some(2015), None]);
/// let (name, column) = &table.columns[0];
/// assert_eq!(name, "year");
/// assert_eq!(*column, TableColumn::Number(vec![Some(2015), None]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum TableColumn {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Bytes.
    Bytes(Vec<Option<Bytes>>),
    /// Whole numbers.
    Number(Vec<Option<i64>>),
}

/// Columns of one length, by name, in order.
///
/// # Examples
/// ```
/// use nunatak_parquet::Table;
///
/// let mut table = Table::default().with_text("variable", vec![Some("lithk".into()), None]);
/// assert_eq!(table.text("variable"), Some(vec![Some("lithk".into()), None]));
/// assert_eq!(table.numbers("size"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<(String, TableColumn)>,
    /// What the file says beside its columns, by name.
    pub notes: BTreeMap<String, String>,
}

impl Table {
    /// The table with a column of texts after its own.
    #[must_use]
    pub fn with_text(mut self, name: &str, values: Vec<Option<String>>) -> Self {
        self.columns.push((name.into(), TableColumn::Text(values)));
        self
    }

    /// The table with a column of bytes after its own.
    #[must_use]
    pub fn with_bytes(mut self, name: &str, values: Vec<Option<Bytes>>) -> Self {
        self.columns.push((name.into(), TableColumn::Bytes(values)));
        self
    }

    /// The table with a column of whole numbers after its own.
    #[must_use]
    pub fn with_numbers(mut self, name: &str, values: Vec<Option<i64>>) -> Self {
        self.columns.push((name.into(), TableColumn::Number(values)));
        self
    }

    /// Takes a column of texts out; bytes that are no UTF-8 are absent. `None` when there is no such column.
    pub fn text(&mut self, name: &str) -> Option<Vec<Option<String>>> {
        match self.take(name)? {
            TableColumn::Text(values) => Some(values),
            TableColumn::Bytes(values) => Some(
                values
                    .into_iter()
                    .map(|value| value.and_then(|value| String::from_utf8(value.to_vec()).ok()))
                    .collect(),
            ),
            TableColumn::Number(_) => None,
        }
    }

    /// Takes a column of bytes out; texts are their bytes. `None` when there is no such column.
    pub fn bytes(&mut self, name: &str) -> Option<Vec<Option<Bytes>>> {
        match self.take(name)? {
            TableColumn::Bytes(values) => Some(values),
            TableColumn::Text(values) => Some(values.into_iter().map(|value| value.map(Bytes::from)).collect()),
            TableColumn::Number(_) => None,
        }
    }

    /// Takes a column of whole numbers out. `None` when there is no such column.
    pub fn numbers(&mut self, name: &str) -> Option<Vec<Option<i64>>> {
        match self.take(name)? {
            TableColumn::Number(values) => Some(values),
            _ => None,
        }
    }

    fn take(&mut self, name: &str) -> Option<TableColumn> {
        let at = self.columns.iter().position(|(own, _)| own == name)?;
        Some(self.columns.remove(at).1)
    }

    pub(crate) fn append(&mut self, name: String, more: TableColumn) -> Result<()> {
        match (self.columns.iter_mut().find(|(own, _)| *own == name), more) {
            (Some((_, TableColumn::Text(values))), TableColumn::Text(more)) => values.extend(more),
            (Some((_, TableColumn::Bytes(values))), TableColumn::Bytes(more)) => values.extend(more),
            (Some((_, TableColumn::Number(values))), TableColumn::Number(more)) => values.extend(more),
            (None, column) => self.columns.push((name, column)),
            _ => return Err(ParquetError::contradiction(format!("column `{name}` changes its type"))),
        }
        Ok(())
    }
}

impl TableColumn {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Number(values) => values.len(),
        }
    }
}
