"""The compiled half of Nunatak. Arrays are numpy's; everything here releases the GIL while it works."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

# --- array ---

class LazyArray:
    """A lazy N-D array: nothing is read before ``read``. Pickles by description, not by value."""

    @staticmethod
    def from_numpy(values: NDArray[Any]) -> LazyArray:
        """An array over the values of a numpy array: numbers where they lie, text copied."""

    @staticmethod
    def from_callback(
        read: Callable[[tuple[slice, ...]], NDArray[Any]],
        shape: Sequence[int],
        dtype: str,
        chunks: Sequence[int] | None = None,
    ) -> LazyArray:
        """An array whose regions a Python callable gives; it cannot be pickled."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> str:
        """The numpy name of the data type; ``object`` for text."""

    @property
    def preferred_chunks(self) -> list[int | tuple[int, ...]]:
        """Per axis the length of all chunks, where only the last may be shorter, else all lengths."""

    @property
    def chunks(self) -> list[list[int]]:
        """Chunk lengths along each axis."""

    def read(self, selections: Sequence[int | tuple[int, int] | list[int]]) -> NDArray[Any]:
        """Values at an outer selection: per axis an index, ``(start, length)`` or a list of indices."""

    def take(self, axis: int, indices: Sequence[int | None]) -> LazyArray:
        """These indices along one axis, lazily; None gives a missing value (NaN in floats)."""

    def pick(self, axis: int, index: int) -> LazyArray:
        """One index along one axis, lazily; the axis is dropped."""

    def transpose(self, order: Sequence[int]) -> LazyArray:
        """The axes in another order, lazily."""

def array_references(array: LazyArray) -> dict[str, Any] | str:
    """Locations of the chunks of an array in its file and their codecs, or the reason for having none."""

# --- format ---

def open_file(
    path: str,
    *,
    decode: bool = True,
    mask_valid_range: bool = False,
    options: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """The groups of a file as nested dictionaries with lazy arrays."""

def can_open(path: str | PathLike[str]) -> bool:
    """Whether the content of a file is a format that can be read."""

def data_bytes_read() -> int:
    """Bytes of array data, not metadata, that this process has read from files so far."""

# --- stores ---

def store_traffic() -> tuple[int, int]:
    """Requests made to remote stores by this process, and bytes received."""

def memory_limit(limit: int | None = None) -> int:
    """Sets the memory budget in bytes when one is given; returns the budget."""

# --- score ---

def stack_arrays(arrays: Sequence[LazyArray], axis: int) -> LazyArray:
    """Arrays of one shape and type along a new axis, lazily."""

def cast_array(array: LazyArray, dtype: str) -> LazyArray:
    """An array in float32 or float64, lazily."""

def ensemble_statistics(
    array: LazyArray,
    axis: int,
    statistics: Sequence[str],
    memory: int,
    progress: Callable[[int, int], object] | None,
) -> list[NDArray[Any]]:
    """Statistics across one axis, streamed within ``memory`` bytes: one array per name."""

def agreement(observation: NDArray[np.float64], model: NDArray[np.float64]) -> dict[str, Any]: ...
def median(values: NDArray[np.float64]) -> float: ...
def nmad(values: NDArray[np.float64]) -> float: ...
def z_score(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def crps_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def log_score_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def dawid_sebastiani(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def pit_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def coverage_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64], level: float
) -> float: ...
def interval_score(
    observation: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64], level: float
) -> NDArray[np.float64]: ...
def interval_score_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64], level: float
) -> NDArray[np.float64]: ...
def crps_ensemble(
    observation: NDArray[np.float64], members: NDArray[np.float64], fair: bool
) -> NDArray[np.float64]: ...
def pit_histogram(pit: NDArray[np.float64], bins: int) -> NDArray[np.uint64]: ...

class PassCovariance:
    """The covariance ``D + B B'`` with one column of ``B`` per pass."""

    def __init__(
        self,
        random_sigma: NDArray[np.float64],
        common_sigma: NDArray[np.float64],
        passes: NDArray[np.int64],
    ) -> None: ...
    def log_likelihood(self, residual: NDArray[np.float64]) -> float: ...
    def mahalanobis(self, residual: NDArray[np.float64]) -> float: ...
    def log_determinant(self) -> float: ...
    def effective_sample_size(self) -> float: ...
    def chi_square_degrees(self) -> float: ...

def score_residuals(
    residual: NDArray[np.float64],
    random_sigma: NDArray[np.float64],
    common_sigma: NDArray[np.float64],
    passes: NDArray[np.int64],
    discrepancy: float,
    levels: Sequence[float],
) -> dict[str, Any]:
    """The numbers of ``nk.compare``, from residuals and their error budget."""

def interpolate_to_points(
    model: LazyArray,
    grid: Grid,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    time: tuple[NDArray[np.float64], NDArray[np.float64], str, str] | None,
    progress: Callable[[int, int], object] | None,
) -> NDArray[np.float64]:
    """Model values at points (degrees).

    ``time`` is (records, points, "linear"|"nearest", "missing"|"clamp").
    """

# --- altimetry ---

def read_atl06(
    paths: Sequence[str],
    quality: str | Sequence[tuple[str, float]],
    beams: Sequence[str] | None,
    region: tuple[float, float, float, float] | None,
    time: tuple[int, int] | None,
    options: Sequence[tuple[str, str]],
) -> tuple[dict[str, NDArray[Any]], list[dict[str, Any]]]:
    """Columns of all segments that are kept, and one report per path."""

def list_objects(prefix: str, options: Sequence[tuple[str, str]]) -> list[str]:
    """URLs of all objects below a prefix of a remote store, sorted."""

def locate_points(
    grid: Grid, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Flat (y, x) index of the cell that holds each point; -1 outside."""

def aggregate_points(
    grid: Grid,
    *,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    time: NDArray[np.int64],
    height: NDArray[np.float64],
    height_sigma: NDArray[np.float64],
    sigma_geo: NDArray[np.float64],
    pass_id: NDArray[np.int32],
    correlation_length: float | None,
    minimum_count: int,
    weight_floor: float,
) -> dict[str, Any]:
    """Flat statistics per cell: ``shape, count, passes, first_time, last_time, fields, model``."""

# --- grid ---

class Crs:
    """A coordinate reference system."""

    KNOWN: list[str]
    @staticmethod
    def parse(text: str) -> Crs:
        """The system of this name; ``GridError`` names an unknown one and lists those that are known."""

    @staticmethod
    def from_grid_mapping(
        name: str, attributes: Sequence[tuple[str, float | str | Sequence[float]]]
    ) -> tuple[Crs, list[str]]:
        """The system of a CF grid mapping, and what had to be guessed to understand it."""

    @property
    def name(self) -> str: ...
    @property
    def epsg(self) -> int | None: ...
    @property
    def ellipsoid_area(self) -> float:
        """Surface of the ellipsoid (m2)."""

    @property
    def is_geographic(self) -> bool: ...
    def grid_mapping(self) -> dict[str, Any]:
        """The CF attributes of its grid mapping variable."""

    def forward(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes (degrees) to x and y (m)."""

    def inverse(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y (m) to longitudes and latitudes (degrees)."""

    def area_factor(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """True area over projected area at points."""

    def has_axes_of(self, other: Crs) -> bool:
        """Whether x and y of a map point the same ways everywhere as those of another."""

class Grid:
    """Cells of a grid: axes in the order of the file, HEALPix cells, or polygons that share nodes."""

    def __init__(
        self,
        crs: Crs,
        x: Sequence[float],
        y: Sequence[float],
        x_bounds: Sequence[float] | None = None,
        y_bounds: Sequence[float] | None = None,
        names: tuple[str, str] = ("x", "y"),
    ) -> None: ...
    @staticmethod
    def healpix(level: int, order: str, crs: Crs, cells: NDArray[np.uint64] | None = None) -> Grid:
        """HEALPix cells of a level on the ellipsoid of a system, all of them or those listed."""

    @staticmethod
    def mesh(
        crs: Crs,
        node_x: NDArray[np.float64],
        node_y: NDArray[np.float64],
        face_starts: NDArray[np.uint32],
        face_nodes: NDArray[np.uint32],
        *,
        on_nodes: bool = False,
        parallels: bool = False,
        shape: tuple[int, int] | None = None,
        centres: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    ) -> Grid:
        """Polygons that share nodes; those of face i are face_nodes[face_starts[i]:face_starts[i + 1]]."""

    @property
    def family(self) -> str:
        """``rectilinear``, ``healpix`` or ``mesh``."""

    @property
    def crs(self) -> Crs: ...
    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes of a field: rows and columns, or cells."""

    @property
    def x(self) -> NDArray[np.float64]: ...
    @property
    def y(self) -> NDArray[np.float64]: ...
    @property
    def x_bounds(self) -> NDArray[np.float64]: ...
    @property
    def y_bounds(self) -> NDArray[np.float64]: ...
    @property
    def nodes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y, or longitude and latitude, of the nodes of a mesh."""

    @property
    def faces(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Start of each face of a mesh in the list of nodes, and the list."""

    @property
    def given_centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Places of the values on the faces of a mesh, where they were given."""

    @property
    def location(self) -> str:
        """Location of the data on a mesh: ``faces`` or ``nodes``."""

    @property
    def summary(self) -> str:
        """Family, system, numbers and, for axes, extent in a line."""

    def cell_areas(self) -> NDArray[np.float64]:
        """True areas of the cells (m2), in the shape of a field."""

    def polygon_areas(self) -> NDArray[np.float64]:
        """Areas (m2) of the polygons of great circles that represent the cells, in the shape of a field."""

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes (degrees) of the places of the values, flat."""

# --- regrid ---

class ApplyOptions:
    """Options of applying weights to a field."""

    def __init__(
        self,
        skipna: bool = True,
        min_coverage: float = 0.5,
        reducer: str = "mean",
        quantity: str = "intensive",
        normalisation: str | None = None,
        limited: bool = False,
    ) -> None: ...

def forget_weights() -> None:
    """Drop the weights that the process keeps; those in use stay."""

class Weights:
    """A sparse matrix from the cells of one grid to those of another, in a bounded cache of the process."""

    def __init__(
        self,
        source: Grid,
        target: Grid,
        method: str,
        mask: NDArray[np.bool_] | None = None,
        extrapolate: str | None = None,
    ) -> None: ...
    @staticmethod
    def external(
        source: Grid,
        target: Grid,
        method: str,
        target_cells: NDArray[np.uint32],
        source_cells: NDArray[np.uint32],
        values: NDArray[np.float64],
    ) -> Weights:
        """Weights from entries in any order, cells counted from 0."""

    @staticmethod
    def from_bytes(data: bytes) -> Weights: ...
    def to_bytes(self) -> bytes: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def row_starts(self) -> NDArray[np.int32 | np.int64]: ...
    @property
    def cells(self) -> NDArray[np.int32 | np.int64]: ...
    @property
    def values(self) -> NDArray[np.float64]: ...
    @property
    def covered_fraction(self) -> NDArray[np.float64]: ...
    def areas(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Areas (m2) of source and target cells between which weights of this method conserve."""

    def regrid(
        self,
        array: LazyArray,
        application: ApplyOptions,
        dtype: str | None = None,
        shares: LazyArray | None = None,
    ) -> LazyArray:
        """A lazy array whose last axes are the source's, on the target grid."""

    def rotate(
        self,
        components: tuple[LazyArray, LazyArray],
        component: str,
        axes: str,
        application: ApplyOptions,
        dtype: str | None = None,
        shares: LazyArray | None = None,
    ) -> LazyArray:
        """A component (x or y) of vectors along the axes of the target ("grid"; or "geographic")."""

class StreamPlan:
    """The order in which the cells of a mesh are given what they have of a raster on the same polar map."""

    def __init__(self, source: Grid, target: Grid) -> None: ...
    def areas(self) -> NDArray[np.float64]:
        """True areas (m2) of the cells, whose edges are straight lines of the map."""

    def regrid(self, array: LazyArray, skipna: bool, min_coverage: float) -> LazyArray:
        """A lazy array whose last two axes are the raster's, on the cells of the mesh."""

# --- catalog ---

class ArchiveCatalog:
    """The files of an archive; ``nunatak.Catalog`` is made of it."""

    @staticmethod
    def open(
        path: str,
        rules: RepairRules,
        options: Sequence[tuple[str, str]] = (),
        cache: bool = False,
    ) -> ArchiveCatalog:
        """Lists a directory or a prefix of a store; no file is opened."""

    @staticmethod
    def open_saved(
        path: str | PathLike[str],
        rules: RepairRules,
        options: Sequence[tuple[str, str]] = (),
    ) -> ArchiveCatalog:
        """Opens a saved catalog; nothing is listed, no header is read."""

    def save(self, path: str | PathLike[str], progress: Callable[[int, int], object] | None) -> None:
        """Saves rows, headers, places of chunks and repairs in one parquet file."""

    def write_chunk_map(
        self, path: str | PathLike[str], progress: Callable[[int, int], object] | None
    ) -> int:
        """Writes a row per chunk to a parquet file; returns the number of rows."""

    def refresh(self) -> ArchiveCatalog:
        """Lists again; headers of files that did not change are kept."""

    @property
    def root(self) -> str: ...
    @property
    def rules(self) -> RepairRules: ...
    def __len__(self) -> int: ...
    def columns(self) -> dict[str, list[Any]]:
        """Rows by column."""

    def search(self, criteria: Sequence[tuple[str, Sequence[str]]]) -> ArchiveCatalog:
        """The rows that have one of the values or patterns in every column named."""

    def report(self) -> dict[str, Any]:
        """Problems found while listing."""

    def to_datatree(
        self, join: str, on_error: str, progress: Callable[[int, int], object] | None
    ) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
        """Opens the files; returns path and dataset of every experiment, and the report."""

    def check(
        self, protocol: str | None, values: bool, progress: Callable[[int, int], object] | None
    ) -> ArchiveCheck:
        """Opens every file and holds it against a protocol, its own when none is named."""

class ArchiveCheck:
    """Findings of a check, which ``nunatak.catalog.CheckReport`` wraps."""

    @property
    def files(self) -> int: ...
    @property
    def root(self) -> str: ...
    def columns(self) -> dict[str, list[Any]]:
        """Findings by column."""

    def to_text(self) -> str: ...
    def to_json(self) -> str: ...
    def to_html(self) -> str: ...

class RepairRules:
    """A set of repair rules; ``nunatak.Rules`` is made of it."""

    @staticmethod
    def ismip6() -> RepairRules: ...
    @staticmethod
    def none() -> RepairRules: ...
    def only(self, ids: Sequence[str]) -> RepairRules: ...
    def without(self, ids: Sequence[str]) -> RepairRules: ...
    def with_file(self, path: str | PathLike[str]) -> RepairRules: ...
    def with_function(self, name: str, function: Callable[[dict[str, Any]], object]) -> RepairRules: ...
    def rows(self) -> list[tuple[str, str, str, str, str, str, str, str | None]]:
        """Each rule: id, severity, who, symptom, fix, source, category, evidence of a guess."""
