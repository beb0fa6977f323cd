"""Experiments minus their control runs."""

from __future__ import annotations

import json
import warnings
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__, subtract_arrays
from nunatak.arguments import checked, is_text
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.grids.recognition import is_mapping
from nunatak.integrals.runs import Run, control_of, runs_of
from nunatak.io.cf import described, history
from nunatak.io.lazy import lazy_array, lazy_variable
from nunatak.time import nominal_years, time_dimension
from nunatak.trees.building import tree_of

__all__ = ["minus_control"]

_RANGES = ("valid_min", "valid_max", "valid_range", "actual_range", "standard_name", "flag_values")
"""Attributes of values that are not those of their differences."""


@checked
def minus_control(tree: xr.DataTree, control: str | Mapping[str, str] | None = None) -> xr.DataTree:
    """Every experiment of a tree minus the control run of its model, lazily.

    What remains is the response to the forcing: the drift of the model is in both runs (Seroussi et al. 2020,
    The Cryosphere 14, 3033). Gridded fields are subtracted as scalars are.

    Parameters
    ----------
    tree
        Runs, such as those of :meth:`nunatak.Catalog.to_datatree` or their :func:`nunatak.scalars`. The
        experiment of a node is its attribute ``nunatak_experiment``, else the part of its path that begins
        with exp, ctrl, hist or ssp, else the last part; the rest of the path is the model.
    control
        Name of the control experiment, or names by experiment. When None that of the protocol: in ISMIP6
        ``ctrl_proj_open`` for exp01 to exp04, exp11 and expA1 to expA4, ``ctrl_proj_std`` for the others,
        ``ctrl_proj`` where a model has only this; in ISMIP7 ``ctrl``.

    Returns
    -------
    DataTree
        The experiments at their paths, without control and historical runs. Records are matched by their
        nominal year and have the stamps of the experiment; a year that the control lacks is NaN. Cells and
        further dimensions are matched by their coordinates. Differences are float32 where both runs are, else
        float64, NaN where either is; Dask arrays give Dask arrays. Bounds, grid mappings, constants without
        dimensions and what holds no numbers stay as they are. The attribute ``nunatak_minus_control`` names
        the control.

    Raises
    ------
    ArgumentError
        No experiment has a control run; a run has two records of one year; two runs are on different grids.

    Warns
    -----
    NunatakWarning
        For experiments that are left out because their model has no control run, and for variables that
        their control has not.

    Examples
    --------
    >>> import numpy as np, xarray as xr, nunatak as nk
    >>> year = ("year", [2015, 2016, 2017])
    >>> projection = xr.Dataset({"ivaf": ("year", [5.0, 4.0, 2.0])}, {"year": year})
    >>> control = xr.Dataset({"ivaf": ("year", [4.5, 5.0])}, {"year": ("year", [2016, 2015])})
    >>> tree = xr.DataTree.from_dict({"/A/M/exp05": projection, "/A/M/ctrl_proj_std": control})
    >>> nk.minus_control(tree)["A/M/exp05/ivaf"].values
    array([ 0. , -0.5,  nan])
    """
    if isinstance(control, Mapping) and not all(is_text(own) for own in (*control, *control.values())):
        raise ArgumentError(f"control: found {control!r:.80}, expected names of experiments")
    runs = runs_of(tree)
    found: dict[str, xr.Dataset] = {}
    without: list[str] = []
    for run in runs:
        is_asked = run.experiment in control if isinstance(control, Mapping) else run.is_experiment
        if not is_asked or run.experiment == control:
            continue
        other = control_of(run, runs, control)
        if other is None or other.path == run.path:
            without.append(run.path)
        else:
            found[run.path] = _difference(run, other)
    if not found:
        paths = ", ".join(run.path for run in runs[:5]) or "no data"
        sought = "as the protocols name them" if control is None else f"as control={control!r:.80} says"
        raise ArgumentError(
            f"tree: no experiment has a control run of its model {sought}; the tree has {paths}"
            + (f" and {len(runs) - 5} more" if len(runs) > 5 else "")
        )
    if without:
        _warn(f"left out, because their models have no control run: {', '.join(without)}")
    return tree_of(found, name=tree.name)


def _warn(text: str) -> None:
    warnings.warn(text, NunatakWarning, stacklevel=caller_stacklevel())


def _difference(run: Run, control: Run) -> xr.Dataset:
    """A run's dataset with every number minus that of the control run."""
    dataset = run.dataset
    bounds = {str(coordinate.attrs.get("bounds")) for coordinate in dataset.coords.values()}
    result = dataset.copy(deep=False)
    missing: list[str] = []
    for name, own in dataset.data_vars.items():
        if own.ndim == 0 or own.dtype.kind not in "iuf" or name in bounds or is_mapping(own.attrs):
            continue
        if name in control.dataset.data_vars:
            pair = f"{name} of {run.path!r} and {control.path!r}"
            result[name] = (own.dims, *_subtracted(own, control.dataset[name], pair))
        else:
            missing.append(str(name))
            result = result.drop_vars([name])
    if missing:
        _warn(f"{control.path!r} has no {', '.join(missing)}: left out of {run.path!r} minus control")
    made_by = {"version": __version__, "control": control.path}
    result.attrs["nunatak_minus_control"] = json.dumps(made_by)
    result.attrs = history(result.attrs, f"{run.path} minus {control.path}")
    return described(result)


def _subtracted(own: xr.DataArray, other: xr.DataArray, pair: str) -> tuple[Any, dict[Hashable, Any]]:
    """The data and the attributes of a difference."""
    if own.attrs.get("units") != other.attrs.get("units"):
        units = [array.attrs.get("units") for array in (own, other)]
        raise ArgumentError(f"tree: {pair} have units {units[0]!r} and {units[1]!r}, expected the same")
    places = _places(own, other, pair)
    attrs = {key: value for key, value in own.attrs.items() if key not in _RANGES}
    attrs["long_name"] = f"{own.attrs.get('long_name', own.name)} minus control"
    if own.chunks is not None or other.chunks is not None:
        # As arrays of Nunatak are subtracted, since integers would wrap round.
        dtype = np.float32 if own.dtype == other.dtype == np.float32 else np.float64
        there = _aligned(_chunked(other).astype(dtype), own.dims, places)
        return (_chunked(own).astype(dtype) - there).data, attrs
    array = lazy_array(other.variable)
    order = [other.dims.index(dim) for dim in own.dims]
    if order != list(range(len(order))):
        array = array.transpose(order)
    for dim, indices in places.items():
        array = array.take(own.dims.index(dim), indices)
    difference = lazy_variable(own.dims, subtract_arrays(lazy_array(own.variable), array))
    return difference._data, attrs


def _chunked(array: xr.DataArray) -> xr.Variable:
    return array.variable if array.chunks is not None else array.variable.chunk()


def _aligned(
    other: xr.Variable, dims: tuple[Hashable, ...], places: Mapping[Hashable, list[int | None]]
) -> xr.Variable:
    """A Dask array of the control run at the places of the experiment."""
    for dim, indices in places.items():
        is_there = xr.Variable((dim,), np.array([index is not None for index in indices]))
        other = other.isel({dim: [index or 0 for index in indices]})
        if not is_there.values.all():
            other = other.where(is_there)
    return other.transpose(*dims)


def _places(own: xr.DataArray, other: xr.DataArray, pair: str) -> dict[Hashable, list[int | None]]:
    """For each dimension along which the runs differ the index in the control for every one of the run."""
    if set(own.dims) != set(other.dims):
        raise ArgumentError(f"tree: {pair} have dimensions {own.dims} and {other.dims}, expected the same")
    time = time_dimension(own)
    places: dict[Hashable, list[int | None]] = {}
    for dim in own.dims:
        if dim == time:
            indices = _places_of_years(own, other, dim, pair)
        elif dim in own.coords and dim in other.coords:
            indices = _places_of_labels(own[dim].values, other[dim].values, f"{pair} along {dim!r}")
        elif own.sizes[dim] == other.sizes[dim]:
            continue
        else:
            sizes = own.sizes[dim], other.sizes[dim]
            raise ArgumentError(
                f"tree: {pair} have {sizes[0]} and {sizes[1]} along {dim!r}, expected as many"
            )
        if indices != list(range(other.sizes[dim])):
            places[dim] = indices
    return places


def _places_of_years(own: xr.DataArray, other: xr.DataArray, dim: Hashable, pair: str) -> list[int | None]:
    years = [nominal_years(array[dim], pair).tolist() for array in (own, other)]
    for found in years:
        if len(set(found)) < len(found):
            twice = next(year for year in found if found.count(year) > 1)
            raise ArgumentError(f"tree: {pair} have two records of {twice}, expected one a year")
    index = {year: at for at, year in enumerate(years[1])}
    return [index.get(year) for year in years[0]]


def _places_of_labels(own: np.ndarray, other: np.ndarray, pair: str) -> list[int | None]:
    """Where the labels of the run are among those of the control, to a millionth of their spacing."""
    advice = "expected the same; bring them to one grid first: nk.regrid(tree, grid)"
    if own.size == other.size and own.size:
        order = np.argsort(other, kind="stable")
        at = np.argsort(np.argsort(own, kind="stable"), kind="stable")
        places = order[at]
        if own.dtype.kind in "iuf" and other.dtype.kind in "iuf":
            spacing = np.diff(np.sort(own)).min() if own.size > 1 else 1.0
            is_same = bool(np.all(np.abs(other[places] - own) <= 1e-6 * spacing))
        else:
            is_same = bool(np.array_equal(other[places], own))
        if is_same:
            return places.tolist()
    ends = [f"{labels.size} of {labels[:1]} to {labels[-1:]}" for labels in (own, other)]
    raise ArgumentError(f"tree: {pair}: found {ends[0]} and {ends[1]}, {advice}")
