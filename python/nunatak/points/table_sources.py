"""Where tables of points come from: files, frames, datasets and mappings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.errors import ArgumentError, PointsError
from nunatak.points.duplicates import newest_files
from nunatak.points.passes import UNNAMED
from nunatak.points.paths import expand_paths
from nunatak.points.tabular import import_extra

__all__ = ["Table", "named_sources"]

_PARQUET = (".parquet", ".geoparquet", ".pq")
_TEXT = (".csv", ".csv.gz")
_EXACT: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__ < "3" else {}
"""Numbers of text to the last bit, as later versions of pandas read them anyway."""


class Table(NamedTuple):
    """Columns of one source, not yet read."""

    name: str
    columns: Mapping[str, Any]
    attrs: Mapping[Any, Any]


def named_sources(source: Any) -> tuple[list[Callable[[], Table]], list[tuple[str, str]]]:
    """Tables, each opened when it is its turn; and files that are left out, with the reason."""
    if isinstance(source, xr.Dataset):
        return [lambda: _of_dataset(_source_name(source), source)], []
    if isinstance(source, pd.DataFrame):
        return [lambda: _of_frame(UNNAMED, source)], []
    if isinstance(source, Mapping):
        return [lambda: Table(UNNAMED, {str(name): source[name] for name in source}, {})], []
    if not isinstance(source, str | os.PathLike | Sequence):
        raise ArgumentError(
            f"source: found {type(source).__name__}, expected files, a DataFrame, a Dataset or a mapping"
        )
    paths, replaced = newest_files(expand_paths(source))
    return [lambda path=path: _of_file(path) for path in paths], replaced


def _of_file(path: str) -> Table:
    name = Path(path).name
    if path.lower().endswith(_PARQUET):
        return _of_frame(name, _parquet(path))
    if path.lower().endswith(_TEXT):
        return _of_frame(name, pd.read_csv(path, **_EXACT))
    raw = _opened(path, mask_and_scale=False)
    # Times are decoded here, from the numbers of the file: products write units that xarray refuses.
    times = {
        str(own): raw[own].variable
        for own in raw.variables
        if "since" in str(raw[own].attrs.get("units", ""))
    }
    table = _of_dataset(name, _opened(path))
    return table._replace(columns={**table.columns, **times})


def _opened(path: str, **options: Any) -> xr.Dataset:
    if os.path.isdir(path):
        return xr.open_zarr(path, chunks=None, decode_times=False, **options)
    return xr.open_dataset(path, engine="nunatak", decode_times=False, **options)


def _of_dataset(name: str, dataset: xr.Dataset) -> Table:
    return Table(name, {str(own): dataset[own].variable for own in dataset.variables}, dataset.attrs)


def _source_name(dataset: xr.Dataset) -> str:
    return Path(str(dataset.encoding.get("source", UNNAMED))).name


def _parquet(path: str) -> pd.DataFrame:
    """A table of parquet; with its geometry where that alone says the place."""
    frame = pd.read_parquet(path)
    if "geometry" in frame and not {"longitude", "latitude"} <= set(frame):
        return import_extra("geopandas", f"{path}: a geometry").read_parquet(path)
    return frame


def _of_frame(name: str, frame: pd.DataFrame) -> Table:
    """Columns of a frame: its index where that has a name, and its geometry as longitude and latitude."""
    columns = {str(own): frame[own] for own in frame}
    if frame.index.name is not None and str(frame.index.name) not in columns:
        columns[str(frame.index.name)] = frame.index.to_series()
    if "time_ns" in columns and "time" not in columns:
        columns["time"] = columns.pop("time_ns")
    if hasattr(frame, "to_crs") and not {"longitude", "latitude"} <= set(columns):
        columns |= _place(name, frame)
    active = getattr(frame, "_geometry_column_name", None)
    return Table(name, {own: values for own, values in columns.items() if own != active}, frame.attrs)


def _place(name: str, frame: Any) -> dict[str, np.ndarray]:
    """Longitude and latitude (degrees) of the points of a GeoDataFrame, from whatever reference system."""
    geometry = frame.geometry
    is_point = (geometry.geom_type == "Point") | geometry.isna() | geometry.is_empty
    if not is_point.all():
        found = geometry.geom_type[~is_point].iloc[0]
        raise PointsError(f"{name}: geometry: found {found}, expected points")
    if frame.crs is not None:
        geometry = geometry.to_crs("EPSG:4326")
    return {"longitude": np.asarray(geometry.x, float), "latitude": np.asarray(geometry.y, float)}
