"""Residuals: observation minus model at every point, interpolated in space and time."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__, height_unit, interpolate_to_points, surface_doubt
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, NunatakWarning, PointsError, caller_stacklevel
from nunatak.io.lazy import lazy_array
from nunatak.points.arguments import as_points
from nunatak.regridding.source import RegridSource
from nunatak.time import record_times, time_dimension

if TYPE_CHECKING:
    from nunatak.points.points import Points

__all__ = ["check_model", "periods", "residuals"]

Datum = Literal["geoid", "ellipsoid"]
TimeMethod = Literal["linear", "nearest"] | None
SampleMethod = Literal["bilinear", "patch", "nearest", "inverse_distance", "conservative"]


@checked
def residuals(
    points: Points,
    model: xr.DataArray,
    *,
    crs: str | None = None,
    datum: Datum = "geoid",
    time: TimeMethod = "linear",
    outside: Literal["missing", "clamp"] = "missing",
    method: SampleMethod = "bilinear",
    source: xr.Dataset | xr.DataArray | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Points:
    """Points with the model's surface and the residual, observation minus model.

    ``residual = height - geoid_height - model`` for a model above the geoid, ``height - model`` for one
    above the ellipsoid. The model, on a grid of any family that :func:`regrid` knows, is interpolated to each
    point by ``method``, and in time as ``time`` says. Of a lazy model only blocks with cells around the
    points are read, and only of the records they need; memory goes with the points, not with the grid.

    Parameters
    ----------
    points
        Altimetry points with ``longitude``, ``latitude`` (degrees), ``height`` (m above the WGS84 ellipsoid),
        and ``geoid_height`` (m) and ``time`` where they are needed.
    model
        Surface elevation (m, or another unit of length that ``units`` names), the dimensions of a grid (two,
        or the cells or nodes of a mesh or HEALPix grid) and perhaps one of time, lazy or not: for example
        ``tree["JPL1/ISSM/exp05"]["orog"]``. The coordinates may descend and be in km.
    crs
        Coordinate reference system of the model (``"EPSG:3413"``). It wins over the model's own grid mapping,
        and silences the warning of one that contradicts itself.
    datum
        What the model's heights are above: ``"geoid"`` (ISMIP6's ``orog``) or ``"ellipsoid"``.
    time
        ``"linear"`` between the two neighbouring records or the ``"nearest"`` record; None for a model
        without time or with a single record that is used at all times. A dimension of nominal years
        (:func:`stack`) means the end of each year.
    outside
        Before the first and after the last record: ``"missing"`` (NaN) or ``"clamp"`` to that record.
    method
        ``"bilinear"``: between the cell centres around the point in the model's own map projection;
        barycentric in the triangles of a mesh, in the plane of its map; along the rings of HEALPix and
        reduced Gaussian grids. ``"patch"``: smooth. ``"nearest"``, ``"inverse_distance"``: of the nearest
        values. ``"conservative"``: the value of the cell that holds the point.
    source
        The grid of a model that does not carry its own: the dataset with the mesh of ``model``.
    progress
        Called as ``progress(records done, records in all)``.

    Returns
    -------
    Points
        New points with the columns ``model`` and ``residual`` (m, float64); NaN outside the hull of the cell
        centres (of the cells for ``"nearest"``, ``"inverse_distance"`` and ``"conservative"``), next to a
        missing cell, outside the model's time, or where the point's own height is missing.

    Raises
    ------
    ArgumentError
        When the model has more dimensions than those of its grid and time, or needs ``time``; for an unknown
        method, and for ``crs`` together with ``source``.
    PointsError
        When points lack a column that is needed.
    GridError
        When the model's coordinates or coordinate reference system cannot be found.
    """
    if datum not in ("geoid", "ellipsoid"):
        raise ArgumentError(f"datum must be 'geoid' or 'ellipsoid', found {datum!r}")
    check_model(model)
    points = as_points(points, "points")
    dataset = points.dataset
    metres = height_unit(str(model.name), str(model.attrs.get("units", "")))
    surface = _at_points(dataset, model, _source(crs, source), time, outside, method, progress) * metres
    height = points.height_above(datum)
    made_by = {
        "version": __version__,
        "model": str(model.name),
        "source": model.encoding.get("source"),
        "datum": datum,
        "time": time,
        "crs": crs,
        "method": method,
    }
    _check_is_surface(model)
    reference = "geoid" if datum == "geoid" else "WGS84 ellipsoid"
    columns = {
        "model": (
            "segment",
            surface,
            {
                "units": "m",
                "long_name": f"modelled surface elevation above the {reference}",
                "vertical_datum": reference,
            },
        ),
        "residual": ("segment", height - surface, {"units": "m", "long_name": "observation minus model"}),
    }
    result = dataset.assign(columns)
    result.attrs["nunatak_residuals"] = json.dumps(made_by)
    if "nunatak_repairs" in model.attrs:
        result.attrs["nunatak_repairs"] = model.attrs["nunatak_repairs"]
    return points._with(result)


def check_model(model: object) -> None:
    """That a model is one variable.

    Raises
    ------
    ArgumentError
        For anything else; the message says what to take.
    """
    if isinstance(model, xr.DataArray):
        return
    found = type(model).__name__
    if isinstance(model, xr.Dataset):
        found += f" of {', '.join(map(str, model.data_vars)) or 'no variable'}"
    raise ArgumentError(f"model: found {found}, expected a DataArray such as tree['JPL1/ISSM/exp05']['orog']")


def _check_is_surface(model: xr.DataArray) -> None:
    """Warns of a variable that is no surface elevation, by its standard name or else by its name."""
    doubt = surface_doubt(str(model.name), str(model.attrs.get("standard_name", "")))
    if doubt is not None:
        warnings.warn(doubt, NunatakWarning, caller_stacklevel())


def _column(dataset: xr.Dataset, name: str) -> np.ndarray:
    """A column as contiguous float64."""
    if name not in dataset:
        raise PointsError(
            f"the points have no column {name!r}; they have {', '.join(map(str, dataset.data_vars))}"
        )
    return np.ascontiguousarray(dataset[name].values, dtype=np.float64)


def _source(crs: str | None, source: xr.Dataset | xr.DataArray | None) -> RegridSource:
    """Where the model's grid comes from: its own coordinates, in the user's system, or the user's dataset."""
    if source is None:
        return RegridSource.of(crs)
    if crs is not None:
        raise ArgumentError("crs and source: give one of them; the system of `source` is that of its grid")
    return RegridSource.of(source)


def _at_points(
    dataset: xr.Dataset,
    model: xr.DataArray,
    source: RegridSource,
    time: TimeMethod,
    outside: str,
    method: SampleMethod,
    progress: Callable[[int, int], object] | None,
) -> np.ndarray:
    """The model's surface at points, NaN where there is none."""
    record_dim = time_dimension(model)
    if time is None and record_dim is not None:
        if model.sizes[record_dim] != 1:
            text = f"the model has {model.sizes[record_dim]} records along {record_dim!r}"
            raise ArgumentError(f"{text}; select one, or give time='linear' or 'nearest'")
        model, record_dim = model.isel({record_dim: 0}), None
    horizontal = source.horizontal(model)
    order = [dim for dim in (record_dim, *horizontal.dims) if dim is not None]
    if set(order) != set(model.dims):
        own = "two horizontal dimensions" if len(horizontal.dims) == 2 else f"{horizontal.dims[0]!r}"
        raise ArgumentError(f"the model must have {own} and perhaps time, found {model.dims}")
    array = lazy_array(model.variable)
    if list(model.dims) != order:
        array = array.transpose([model.get_axis_num(dim) for dim in order])
    when = None
    if record_dim is not None and time is not None:
        when = (*_times(dataset, model, record_dim), time, outside)
    places = _column(dataset, "longitude"), _column(dataset, "latitude")
    return interpolate_to_points(array, horizontal.grid, *places, when, progress, method)


def _times(dataset: xr.Dataset, model: xr.DataArray, dim: Hashable) -> tuple[np.ndarray, np.ndarray]:
    if "time" not in dataset:
        raise PointsError("the model has records in time, but the points have no column 'time'")
    records, points = record_times(model, dim, dataset["time"].values)
    inside = (points >= records.min(initial=np.inf)) & (points <= records.max(initial=-np.inf))
    if points.size and not inside.any():
        text = f"no point lies in the time of the model, {periods(dataset, model)}"
        warnings.warn(f"{text}; outside='clamp' would use its ends", NunatakWarning, caller_stacklevel())
    return records, points


def periods(dataset: xr.Dataset, model: xr.DataArray) -> str:
    """When model and points are, for messages; empty where one of them has no time."""
    dim = time_dimension(model)
    if dim is None or "time" not in dataset or bool(dataset["time"].isnull().all()):
        return ""
    stamps = [str(model[dim].values[at])[:19] for at in (0, -1)]
    first, last = (str(at.values)[:19] for at in (dataset["time"].min(), dataset["time"].max()))
    return f"{stamps[0]} to {stamps[1]}; the points are of {first} to {last}"
