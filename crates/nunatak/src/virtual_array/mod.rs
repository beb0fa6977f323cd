//! Lazy arrays as references into their files, for readers that know Zarr and nothing of Nunatak.

mod chunks;
mod reason;
mod view;

use std::collections::BTreeMap;

use nunatak_array::{Array, ArrayError, Clamp, DataType, Description, Operator};
use nunatak_format::{DescribedVariable, Location, Stamp, VariableReferences, described_variable};
use nunatak_tree::Decoding;

pub use chunks::ChunkReference;
use chunks::{SourceChunks, reference_chunks};
pub use reason::NotVirtual;
use view::View;

/// An array whose chunks are ranges of bytes of one file: what Zarr calls an array, without its bytes.
///
/// # Examples
///
/// ```
/// use nunatak::{open_dataset, virtual_array};
/// # use std::sync::Arc;
/// # use nunatak::array::{MemoryArray, NoProgress, Values};
/// # use nunatak::{format::Attributes, tree::{Dataset, Variable}, write_dataset};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2, 3], Values::F32(vec![900.0; 6]))?);
/// # let mut dataset = Dataset::default();
/// # dataset.insert("lithk", Variable::new(vec!["y".into(), "x".into()], array, Attributes::new())?)?;
/// # write_dataset(&path, &dataset, &NoProgress)?;
///
/// // The file at `path` has `lithk` in single precision, in 2 rows of 3 cells.
/// let dataset = open_dataset(&path, &Default::default())?;
/// let lithk = virtual_array(&*dataset.get("lithk").ok_or("no lithk")?.array)??;
/// assert_eq!((&*lithk.dtype, lithk.location.file_name()), (">f4", "lithk.nc".into()));
/// assert_eq!((lithk.shape, lithk.references.len()), (vec![2, 3], 1));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct VirtualArray {
    /// The file.
    pub location: Location,
    /// Which state of it.
    pub stamp: Stamp,
    /// How its store is reached, without secrets.
    pub options: BTreeMap<String, String>,
    /// numpy's name of the type in the file, with its byte order (`<f4`).
    pub dtype: String,
    /// Shape.
    pub shape: Vec<usize>,
    /// Shape of a chunk.
    pub chunk_shape: Vec<usize>,
    /// Axis `i` of a stored chunk is axis `order[i]` of the array.
    pub order: Vec<usize>,
    /// Filters of chunks, in the order they were applied, as numcodecs' names and parameters.
    pub filters: Vec<(String, Vec<u32>)>,
    /// What decoding does; `None` when values are as stored.
    pub decoding: Option<Decoding>,
    /// Bounds that values are held within as Nunatak reads them, which no reference can express.
    pub clipped: Option<[f64; 2]>,
    /// Whether chunks without a reference stand for records that the file lacks.
    pub missing: bool,
    /// The value of chunks that were never written, when there are any.
    pub unwritten: Option<f64>,
    /// Where chunks are, row-major.
    pub references: Vec<ChunkReference>,
}

/// References to the bytes of a lazy array, or why there are none.
///
/// # Errors
/// The format's and the store's, when chunks have to be looked up.
pub fn virtual_array(array: &dyn Array) -> Result<Result<VirtualArray, NotVirtual>, ArrayError> {
    let description = match array.describe() {
        Ok(description) => description,
        Err(ArrayError::NotDescribable { kind }) => return Ok(Err(NotVirtual::Computed(kind.into()))),
        Err(error) => return Err(error),
    };
    let chain = match Chain::of(&description, array.shape())? {
        Ok(chain) => chain,
        Err(reason) => return Ok(Err(reason)),
    };
    let Some(variable) = described_variable(chain.source)? else {
        return Ok(Err(NotVirtual::Computed(chain.source.kind.clone())));
    };
    Ok(chain.over(variable))
}

/// What stands between an array and the variable of a file that it is made of.
struct Chain<'a> {
    view: View,
    decoding: Option<Decoding>,
    /// Records are missing from integers, where nothing says so.
    missing_integers: bool,
    clipped: Option<[f64; 2]>,
    source: &'a Description,
}

impl<'a> Chain<'a> {
    fn of(description: &'a Description, shape: &[usize]) -> Result<Result<Self, NotVirtual>, ArrayError> {
        let mut chain = Self {
            view: View::new(shape),
            decoding: None,
            missing_integers: false,
            clipped: None,
            source: description,
        };
        loop {
            let here = chain.source;
            if let Some(decoding) = Decoding::of(here)? {
                chain.decoding = Some(decoding);
            } else {
                match Operator::of(here)? {
                    None => return Ok(Ok(chain)),
                    Some(Operator::Memory) => return Ok(Err(NotVirtual::InMemory)),
                    Some(Operator::Clamp(Clamp { nan: None, scale: None, range, .. })) => chain.clipped = range,
                    Some(Operator::Clamp(_)) => return Ok(Err(NotVirtual::Replaced)),
                    Some(Operator::Cast) => return Ok(Err(NotVirtual::PaddedIntegers)),
                    Some(Operator::Take { axis, indices }) => {
                        chain.missing_integers |= chain.decoding.is_some() && indices.contains(&None);
                        chain.view.take(axis, &indices);
                    }
                    Some(Operator::Transpose { order }) => chain.view.transpose(&order),
                    Some(Operator::WithNewAxis { axis }) => chain.view.remove_axis(axis),
                }
            }
            match here.inputs.as_slice() {
                [input] => chain.source = input,
                _ => return Ok(Err(NotVirtual::Computed(here.kind.clone()))),
            }
        }
    }

    fn over(self, variable: DescribedVariable) -> Result<VirtualArray, NotVirtual> {
        if variable.location.is_reader() {
            return Err(NotVirtual::ThisProcess);
        }
        let references = variable.references.ok_or(NotVirtual::NoNumbers)?;
        if references.dtype.contains('S') {
            return Err(NotVirtual::NoNumbers);
        }
        if let Some((name, _)) = references.filters.iter().find(|(name, _)| !is_numcodecs(name)) {
            return Err(NotVirtual::Filter(name.clone()));
        }
        let source = SourceChunks::of(&references, &variable.shape, self.view.keeps_rows())?;
        let placed = reference_chunks(&self.view, &source)?;
        // Records that were never written read as the type's default, chunks without bytes as zeros.
        if placed.unwritten && references.fill.is_none() && references.shape != variable.shape {
            return Err(NotVirtual::Ragged);
        }
        let unwritten = placed.unwritten.then(|| fill_number(&references));
        self.check_missing(&references.dtype, placed.missing, unwritten)?;
        Ok(VirtualArray {
            location: variable.location,
            stamp: variable.stamp,
            options: variable.options,
            shape: self.view.shape(&variable.shape),
            chunk_shape: placed.chunk_shape,
            order: self.view.stored_order(),
            dtype: references.dtype,
            filters: references.filters,
            decoding: self.decoding,
            clipped: self.clipped,
            missing: placed.missing,
            unwritten,
            references: placed.references,
        })
    }

    /// A chunk without a reference has one value for all readers: it must mean what it means here.
    fn check_missing(&self, dtype: &str, missing: bool, unwritten: Option<f64>) -> Result<(), NotVirtual> {
        let is_float = dtype.contains('f');
        let none = Vec::new();
        let fills = self.decoding.as_ref().map_or(&none, |decoding| &decoding.fill_values);
        let signedness = self.decoding.as_ref().is_some_and(|decoding| decoding.other_signedness);
        if let Some(decoding) = &self.decoding {
            if decoding.masks_range {
                return Err(NotVirtual::ValidRange);
            }
            if decoding.packed && !decoding.to.is_float() {
                return Err(NotVirtual::IntegerScale);
            }
        }
        if missing && !is_float && (fills.is_empty() || self.missing_integers || signedness) {
            return Err(NotVirtual::PaddedIntegers);
        }
        match unwritten {
            Some(fill) if missing && !(fill.is_nan() || fills.contains(&fill)) => Err(NotVirtual::TwoFills),
            _ => Ok(()),
        }
    }
}

impl VirtualArray {
    /// Type of the decoded values.
    pub fn decoded_type(&self) -> Option<DataType> {
        self.decoding.as_ref().map(|decoding| decoding.to)
    }
}

/// Filters that numcodecs undoes as HDF5 applies them.
fn is_numcodecs(name: &str) -> bool {
    matches!(name, "zlib" | "shuffle" | "fletcher32" | "zstd" | "bz2" | "blosc")
}

/// The fill value of a file as a number.
fn fill_number(references: &VariableReferences) -> f64 {
    let Some(fill) = &references.fill else { return 0.0 };
    let mut bytes = fill.clone();
    if references.dtype.starts_with('>') {
        bytes.reverse();
    }
    macro_rules! number {
        ($type:ty) => {
            <[u8; size_of::<$type>()]>::try_from(bytes.as_slice())
                .map_or(0.0, |bytes| <$type>::from_le_bytes(bytes) as f64)
        };
    }
    match references.dtype.get(1..).unwrap_or_default() {
        "i1" => number!(i8),
        "u1" => number!(u8),
        "i2" => number!(i16),
        "u2" => number!(u16),
        "i4" => number!(i32),
        "u4" => number!(u32),
        "i8" => number!(i64),
        "u8" => number!(u64),
        "f4" => number!(f32),
        "f8" => number!(f64),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;
