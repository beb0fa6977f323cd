"""Points as tables of other libraries: Arrow, GeoPandas and GeoParquet, and as a tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.errors import PointsError
from nunatak.io.atomic_write import atomic_write
from nunatak.points.columns import BEAMS, DIMENSION
from nunatak.points.record import listed
from nunatak.trees.building import tree_of

if TYPE_CHECKING:
    import geopandas
    import pyarrow

__all__ = ["arrow_table", "datatree_of", "geodataframe", "import_extra", "write_geoparquet"]

_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""A point in well-known binary, little-endian."""
_ATTRIBUTES = b"PANDAS_ATTRS"
"""Where pandas keeps the attributes of a table in the metadata of Arrow."""
_LONGEST_OFFSETS = np.iinfo(np.int32).max // _POINT.itemsize


def import_extra(name: str, purpose: str) -> Any:
    """A library that only some users need.

    Raises
    ------
    PointsError
        When it is not installed.
    """
    try:
        return __import__(name)
    except ImportError:
        raise PointsError(f"{purpose} needs {name}: pip install nunatak[geo]") from None


def datatree_of(dataset: xr.Dataset) -> xr.DataTree:
    """Points as one node per granule and beam."""
    names = [Path(name).stem for name in listed(dataset.attrs.get("granules"))]
    nodes: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs=dataset.attrs)}
    missing = [name for name in ("granule", "beam") if name not in dataset]
    if missing:
        raise PointsError(f"to_datatree: the points have no column {', '.join(missing)}")
    granule, beam = dataset.granule.values, dataset.beam.values
    for index, number in np.unique(np.stack([granule, beam]), axis=1).T:
        own = np.flatnonzero((granule == index) & (beam == number))
        group = BEAMS[number - 1] if 1 <= number <= len(BEAMS) else "points"
        stem = names[index] if index < len(names) else f"granule_{index}"
        nodes[f"/{stem}/{group}"] = dataset.isel({DIMENSION: own})
    return tree_of(nodes)


def arrow_table(dataset: xr.Dataset) -> pyarrow.Table:
    """The columns of points, of their own types, with attributes as pandas keeps them."""
    arrow = import_extra("pyarrow", "to_arrow")
    columns = {str(name): arrow.array(column.values) for name, column in dataset.data_vars.items()}
    attributes = json.dumps({str(name): _plain(value) for name, value in dataset.attrs.items()})
    return arrow.table(columns).replace_schema_metadata({_ATTRIBUTES: attributes.encode()})


def _plain(value: Any) -> Any:
    """An attribute as JSON has it."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value if isinstance(value, str | int | float | list | bool) else str(value)


def geodataframe(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """A table of points with their place as geometry."""
    geo = import_extra("geopandas", "to_geodataframe")
    geometry = geo.points_from_xy(frame["longitude"], frame["latitude"], crs="EPSG:4326")
    result = geo.GeoDataFrame(frame, geometry=geometry)
    result.attrs = frame.attrs
    return result


def write_geoparquet(dataset: xr.Dataset, target: Path) -> None:
    """Write points with their place as geometry (GeoParquet 1.1, well-known binary, OGC:CRS84)."""
    import_extra("pyarrow", "to_geoparquet")
    from pyarrow import parquet

    table = arrow_table(dataset)
    longitude, latitude = (dataset[name].values.astype(float) for name in ("longitude", "latitude"))
    table = table.append_column("geometry", _well_known_binary(longitude, latitude))
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    if np.isfinite(longitude).any() and np.isfinite(latitude).any():
        low, high = np.nanmin, np.nanmax
        column["bbox"] = [float(of(part)) for of in (low, high) for part in (longitude, latitude)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"geo": json.dumps(geo).encode()})
    with atomic_write(target) as copy:
        parquet.write_table(table, copy, compression="zstd")


def _well_known_binary(longitude: np.ndarray, latitude: np.ndarray) -> pyarrow.Array:
    """Points as Arrow's binary strings, without a Python object for each."""
    import pyarrow

    points = np.zeros(longitude.size, _POINT)
    points["order"], points["type"], points["x"], points["y"] = 1, 1, longitude, latitude
    is_short = longitude.size <= _LONGEST_OFFSETS
    offsets = np.arange(longitude.size + 1, dtype=np.int32 if is_short else np.int64) * _POINT.itemsize
    buffers = [None, pyarrow.py_buffer(offsets), pyarrow.py_buffer(points.tobytes())]
    kind = pyarrow.binary() if is_short else pyarrow.large_binary()
    return pyarrow.Array.from_buffers(kind, longitude.size, buffers)
