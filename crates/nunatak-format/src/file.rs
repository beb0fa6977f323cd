//! Open files: groups and variables with lazy arrays.

use nunatak_array::SharedArray;
use nunatak_store::Location;
use serde::{Deserialize, Serialize};

use crate::nesting::nested;
use crate::{Attributes, ElementType, FormatError, Result};

/// Which format a file's content has.
///
/// # Examples
/// ```
/// use nunatak_array::NoProgress;
/// use nunatak_format::{FileKind, Group, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("empty.nc");
/// write_netcdf(&path, &Group::default(), &NoProgress)?;
/// assert_eq!(FileKind::of(&path)?, FileKind::NetCdf3Offset64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// NetCDF-3 classic, `CDF\x01`.
    NetCdf3Classic,
    /// NetCDF-3 with 64-bit offsets, `CDF\x02`.
    NetCdf3Offset64,
    /// NetCDF-3 with 64-bit data, `CDF\x05`.
    NetCdf3Data64,
    /// HDF5, and so NetCDF-4.
    Hdf5,
}

/// A named length.
///
/// # Examples
/// ```
/// use nunatak_format::Dimension;
///
/// let time = Dimension { name: "time".into(), length: 86, unlimited: true };
/// let x = Dimension { name: "x".into(), length: 761, unlimited: false };
/// let grows = [&time, &x].into_iter().find(|dimension| dimension.unlimited);
/// assert_eq!(grows.map(|dimension| dimension.length), Some(86));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its length.
    pub length: usize,
    /// Whether the file lets it grow.
    pub unlimited: bool,
}

/// How a variable is stored, for `encoding` in xarray and for people who ask.
///
/// # Examples
/// ```
/// use nunatak_format::Storage;
///
/// let whole_maps = Storage { chunk_shape: Some(vec![1, 761, 761]), deflate: Some(4), ..Storage::default() };
/// assert!(!whole_maps.shuffle && !whole_maps.big_endian);
/// assert_eq!(Storage::default().chunk_shape, None, "contiguous");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Storage {
    /// Chunk shape; `None` when contiguous.
    pub chunk_shape: Option<Vec<usize>>,
    /// Deflate level, when deflated.
    pub deflate: Option<u32>,
    /// Whether bytes are shuffled.
    pub shuffle: bool,
    /// Whether chunks carry a Fletcher-32 checksum.
    pub fletcher32: bool,
    /// Whether numbers are stored big-endian.
    pub big_endian: bool,
    /// What its elements are, when the array's data type does not tell: records and opaque bytes.
    pub element_type: Option<ElementType>,
}

/// A named array of a file with its dimensions and attributes; nothing is read until the array is.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes, Storage, Variable};
///
/// let lithk = Variable {
///     name: "lithk".into(),
///     dimensions: vec!["x".into()],
///     attributes: Attributes::from_iter([("units".to_string(), Attribute::Text("m".into()))]),
///     array: Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?),
///     storage: Storage::default(),
/// };
/// assert_eq!(lithk.attributes.text("units"), Some("m"));
/// assert_eq!(lithk.array.read_all()?, Values::F64(vec![0.0, 1500.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Clone)]
pub struct Variable {
    /// Its name, without the groups above it.
    pub name: String,
    /// Names of its dimensions, one per axis.
    pub dimensions: Vec<String>,
    /// Its attributes (those that only encode NetCDF-4's dimensions in HDF5 are left out).
    pub attributes: Attributes,
    /// Its raw values: packed, with fill values in place, in the file's data type.
    pub array: SharedArray,
    /// How it is stored.
    pub storage: Storage,
}

/// Something that is in the file and cannot be read.
///
/// # Examples
/// ```
/// use nunatak_format::{Group, Unreadable};
///
/// let found = Unreadable { object: "/lithk@history".into(), reason: "not supported: references".into() };
/// let group: Group = Group { unreadable: vec![found], ..Group::default() };
/// let lines: Vec<String> = group.unreadable.iter().map(|one| format!("{}: {}", one.object, one.reason)).collect();
/// assert_eq!(lines, ["/lithk@history: not supported: references"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Its path: `/group/variable`, or `/group/variable@attribute`.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// A group of a file: of variables with lazy arrays, or of what a manifest knows of them.
///
/// # Examples
/// ```
/// use nunatak_format::Group;
///
/// let child: Group = Group { name: "exp05".into(), ..Group::default() };
/// let root = Group { groups: vec![child], ..Group::default() };
/// assert_eq!(root.group("/exp05").map(|group| group.name.as_str()), Some("exp05"));
/// assert!(root.variable("exp05/lithk").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group<V = Variable> {
    /// Its name, without the groups above it; empty for the root.
    pub name: String,
    /// Dimensions that this group defines.
    pub dimensions: Vec<Dimension>,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its variables, in the file's order.
    pub variables: Vec<V>,
    /// Groups below it.
    #[serde(deserialize_with = "nested", bound(deserialize = "V: Deserialize<'de>"))]
    pub groups: Vec<Group<V>>,
    /// What it holds that cannot be read.
    pub unreadable: Vec<Unreadable>,
}

impl<V> Default for Group<V> {
    fn default() -> Self {
        Self {
            name: String::new(),
            dimensions: Vec::new(),
            attributes: Attributes::new(),
            variables: Vec::new(),
            groups: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

impl Group {
    /// The group at a `/`-separated path below this one; the empty path is the group itself.
    pub fn group(&self, path: &str) -> Option<&Group> {
        path.split('/')
            .filter(|name| !name.is_empty())
            .try_fold(self, |group, name| group.groups.iter().find(|child| child.name == name))
    }

    /// The variable at a `/`-separated path below this group.
    pub fn variable(&self, path: &str) -> Option<&Variable> {
        let (group, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.group(group)?.variables.iter().find(|variable| variable.name == name)
    }

    fn unreadable(&self, object: &str) -> Option<&Unreadable> {
        let own = self.unreadable.iter().find(|one| one.object == object);
        own.or_else(|| self.groups.iter().find_map(|group| group.unreadable(object)))
    }
}

/// An open file: its metadata, and lazy arrays over its data.
///
/// # Examples
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress};
/// use nunatak_array::Values;
/// use nunatak_format::open;
/// # use nunatak_format::{Group, Variable, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?);
/// # let (attributes, storage) = Default::default();
/// # let lithk = Variable { name: "lithk".into(), dimensions: vec!["x".into()], attributes, array, storage };
/// # write_netcdf(&path, &Group { variables: vec![lithk], ..Group::default() }, &NoProgress)?;
/// // `path` is a file with `lithk(x)`: 0 m and 1500 m.
/// let file = open(&path)?;
/// assert_eq!(file.variable("lithk")?.dimensions, ["x"]);
/// assert_eq!(file.variable("lithk")?.array.read_all()?, Values::F64(vec![0.0, 1500.0]));
/// let error = file.variable("orog").map(|found| &found.name).unwrap_err();
/// assert!(error.to_string().ends_with("lithk.nc: no variable or group `orog`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct File {
    location: Location,
    kind: FileKind,
    root: Group,
}

impl File {
    pub(crate) fn new(location: Location, kind: FileKind, root: Group) -> Self {
        Self { location, kind, root }
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Its format.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The root group.
    pub fn root(&self) -> &Group {
        &self.root
    }

    /// The variable at a `/`-separated path.
    ///
    /// # Errors
    /// [`FormatError::NotFound`], or [`FormatError::Unsupported`] with the reason when it is there and cannot be read.
    pub fn variable(&self, path: &str) -> Result<&Variable> {
        self.root.variable(path).ok_or_else(|| {
            let (file, object) = (self.location.clone(), path.to_string());
            match self.root.unreadable(&format!("/{}", path.trim_start_matches('/'))) {
                Some(found) => FormatError::Unsupported { path: file, object, feature: found.reason.clone() },
                None => FormatError::NotFound { path: file, object },
            }
        })
    }
}
