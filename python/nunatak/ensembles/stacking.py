"""Stacks of models: one variable of many nodes of a tree along a new dimension, lazily."""

from __future__ import annotations

import fnmatch
import json
import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, get_args

import numpy as np
import xarray as xr

from nunatak._nunatak import LazyArray, __version__, cast_array, stack_arrays
from nunatak.arguments import checked
from nunatak.ensembles.labels import member_labels
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.io.cf import with_grid_mapping, without_lost_links
from nunatak.io.lazy import lazy_array, lazy_variable
from nunatak.time import nominal_years, time_dimension

__all__ = ["Join", "matching_nodes", "stack"]

Join = Literal["nominal_year", "outer", "inner", "exact"]


@dataclass(frozen=True)
class _Member:
    """One node's variable and the label of each of its records."""

    label: str
    experiment: str | None
    variable: xr.DataArray
    time: Hashable | None
    records: np.ndarray | None
    """Nominal years or time stamps; None for a variable without time."""


@checked
def stack(
    tree: xr.DataTree,
    name: str,
    *,
    dim: str = "model",
    match: str | None = None,
    join: Join = "nominal_year",
) -> xr.DataArray:
    """One variable of many nodes of a tree along a new dimension, lazily.

    Parameters
    ----------
    tree
        Tree whose nodes hold the variable. All must be on one grid: call :func:`nunatak.regrid` first if not.
    name
        Name of the variable; nodes without it are left out.
    dim
        Name of the new, first dimension; its coordinate holds the models, which are the nodes' paths without
        the experiment (``"JPL1/ISSM"``), and the coordinate ``experiment`` along it the experiments. So the
        difference of the stacks of two experiments is that of each model. Where two nodes are of one model,
        the labels are whole paths.
    match
        Pattern of node paths, as in ``DataTree.match`` (``"*/exp05"`` is every node named exp05); all when
        None.
    join
        How records are aligned in time.

        ``"nominal_year"``: on their nominal year. A stamp in January closes the year before (a state at
        the end of 2015 is stamped 2016-01-01 or so), any other stamp lies in its own year, whatever the
        calendar. The time dimension becomes ``year`` (int64), the union of all years; a model without a year
        is NaN there. The nodes' own stamps are kept in the coordinate ``stamp`` (text, by model and
        year; empty where there is none).

        ``"outer"``, ``"inner"``: on equal time stamps, union or intersection; ``"exact"``: all the same.
        The time dimension keeps its labels; all nodes must share a calendar.

    Returns
    -------
    DataArray
        Dimensions (``dim``, time, then those of the first node), lazy. The data type is that of the nodes, or
        float64 where they differ or an integer variable needs NaN. Attributes that all nodes share are kept.

    Raises
    ------
    ArgumentError
        When no node has the variable, two nodes are on different grids (both are named), only some have time,
        or a node has two records of one year.
    """
    if join not in get_args(Join):
        raise ArgumentError(f"join must be one of {', '.join(get_args(Join))}, found {join!r}")
    members = _members(tree, name, match, by_year=join == "nominal_year")
    for member in members[1:]:
        _check_same_grid(members[0], member, dim)
    time = "year" if join == "nominal_year" else members[0].time
    labels = None if members[0].records is None else _join(members, join)
    array = _stacked_array(members, labels)
    dims = [dim, *_dims(members[0])] if labels is None else [dim, str(time), *_dims(members[0])]
    first = members[0].variable
    coordinates: dict[Hashable, Any] = {
        key: coordinate
        for key, coordinate in first.coords.items()
        if members[0].time not in coordinate.dims and key not in dims[:1]
    }
    coordinates[dim] = np.array([member.label for member in members])
    if "experiment" not in (dim, *coordinates) and members[0].experiment is not None:
        coordinates["experiment"] = ((dim,), np.array([member.experiment for member in members]))
    if labels is not None:
        attrs = {"long_name": "nominal year"} if join == "nominal_year" else first[members[0].time].attrs
        coordinates[time] = (str(time), labels, attrs)
        if join == "nominal_year":
            coordinates["stamp"] = ((dim, "year"), _stamps(members, labels))
    stacked = xr.DataArray(
        lazy_variable(dims, array), {}, name=name, attrs=_shared_attributes(members)
    ).assign_coords(coordinates)
    stacked.attrs |= _provenance(members, join)
    return without_lost_links(stacked)


def _members(tree: xr.DataTree, name: str, match: str | None, *, by_year: bool) -> list[_Member]:
    nodes = matching_nodes(tree, name, match)
    models, experiments = member_labels(nodes)
    members = []
    for at, (path, node) in enumerate(nodes):
        variable = with_grid_mapping(node.to_dataset(), name)
        time = time_dimension(variable)
        records = None
        if time is not None:
            records = nominal_years(variable[time], path) if by_year else np.asarray(variable[time].values)
        experiment = None if experiments is None else experiments[at]
        members.append(_Member(models[at], experiment, variable, time, records))
    return members


def matching_nodes(
    tree: xr.DataTree, name: str, match: str | None, argument: str = "name"
) -> list[tuple[str, xr.DataTree]]:
    """Nodes that hold a variable and whose paths match a pattern, by path.

    Raises
    ------
    ArgumentError
        When there is none; it names the argument that gave the variable.
    """
    nodes = [
        (path, node)
        for path, node in tree.subtree_with_keys
        if name in node.data_vars and _matches(path, match)
    ]
    if not nodes:
        where = "" if match is None else f" whose path matches {match!r}"
        raise ArgumentError(
            f"{argument}: no node{where} holds a variable {name!r}; the tree has {_paths(tree)}"
        )
    return nodes


def _matches(path: str, match: str | None) -> bool:
    if match == "":
        raise ArgumentError("match: found '', expected a pattern such as '*/exp05'")
    return match is None or PurePosixPath(path).match(match) or fnmatch.fnmatchcase(path, match)


def _paths(tree: xr.DataTree) -> str:
    paths = [path for path, node in tree.subtree_with_keys if node.data_vars]
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "") or "no data"


def _dims(member: _Member) -> list[Hashable]:
    """Dimensions without time."""
    return [dim for dim in member.variable.dims if dim != member.time]


def _check_same_grid(first: _Member, other: _Member, dim: str) -> None:
    """Fails unless both members have the same dimensions with the same coordinates."""
    advice = "bring them to one grid first: tree = nk.regrid(tree, grid)"
    pair = f"{first.label!r} and {other.label!r}"
    if (first.time is None) != (other.time is None):
        without = first.label if first.time is None else other.label
        raise ArgumentError(f"{pair} cannot be stacked: {without!r} has no time dimension")
    if set(_dims(first)) != set(_dims(other)) or dim in _dims(first):
        raise ArgumentError(f"{pair} have dimensions {_dims(first)} and {_dims(other)}; {advice}")
    for axis in _dims(first):
        here, there = first.variable.sizes[axis], other.variable.sizes[axis]
        if here != there:
            raise ArgumentError(f"{pair} have {here} and {there} cells along {axis!r}; {advice}")
        if axis in first.variable.coords and axis in other.variable.coords:
            _check_same_labels(first.variable[axis], other.variable[axis], pair, advice)


def _check_same_labels(here: xr.DataArray, there: xr.DataArray, pair: str, advice: str) -> None:
    if here.dtype.kind in "iuf" and there.dtype.kind in "iuf":
        spacing = np.abs(np.diff(here.values)).min() if here.size > 1 else 1.0
        same = bool(np.all(np.abs(here.values - there.values) <= 1e-6 * spacing))
    else:
        same = bool(np.array_equal(here.values, there.values))
    if not same:
        ends = [f"{axis.values[0]} … {axis.values[-1]}" for axis in (here, there)]
        raise ArgumentError(f"{pair} differ along {here.name!r} ({ends[0]} and {ends[1]}); {advice}")


def _join(members: Sequence[_Member], join: Join) -> np.ndarray:
    """Labels of the joined time axis, increasing."""
    records = [member.records for member in members if member.records is not None]
    for member, labels in zip(members, records, strict=True):
        if len(set(labels.tolist())) != len(labels):
            twice = next(label for label in labels if (labels == label).sum() > 1)
            raise ArgumentError(f"{member.label!r} has two records of {twice}; select one of them first")
    if join == "exact":
        for member, labels in zip(members, records, strict=True):
            if not np.array_equal(labels, records[0]):
                raise ArgumentError(
                    f"{members[0].label!r} and {member.label!r} have different times; use another join"
                )
        return records[0]
    if len({_calendar(labels) for labels in records}) > 1:
        raise ArgumentError("the nodes have different calendars; use join='nominal_year'")
    joined = set(records[0].tolist())
    for labels in records[1:]:
        joined = joined & set(labels.tolist()) if join == "inner" else joined | set(labels.tolist())
    if not joined:
        raise ArgumentError("the nodes have no time in common; use join='nominal_year' or 'outer'")
    return np.array(sorted(joined)).astype(records[0].dtype)


def _calendar(labels: np.ndarray) -> str:
    """The calendar of time stamps; the data type for those that are no dates."""
    return getattr(labels.flat[0], "calendar", str(labels.dtype)) if labels.size else str(labels.dtype)


def _stacked_array(members: Sequence[_Member], labels: np.ndarray | None) -> LazyArray:
    arrays = [_member_array(member, _dims(members[0]), labels) for member in members]
    if len({array.dtype for array in arrays}) > 1:
        arrays = [cast_array(array, "float64") for array in arrays]
    return stack_arrays(arrays, 0)


def _member_array(member: _Member, dims: Sequence[Hashable], labels: np.ndarray | None) -> LazyArray:
    """A member's values, time first, on the joined time axis."""
    array = lazy_array(member.variable.variable)
    order = dims if labels is None else [member.time, *dims]
    if list(member.variable.dims) != list(order):
        array = array.transpose([member.variable.get_axis_num(dim) for dim in order])
    if labels is None or member.records is None:
        return array
    places = {record: at for at, record in enumerate(member.records.tolist())}
    indices = [places.get(label) for label in labels.tolist()]
    if None in indices and np.dtype(array.dtype).kind != "f":
        array = cast_array(array, "float64")
    return array if indices == list(range(len(places))) else array.take(0, indices)


def _stamps(members: Sequence[_Member], years: np.ndarray) -> np.ndarray:
    """The time stamps of the nominal years, as text."""
    stamps = np.full((len(members), len(years)), "", dtype="U19")
    for row, member in zip(stamps, members, strict=True):
        if member.records is not None:
            times = member.variable[member.time].values
            row[np.searchsorted(years, member.records)] = [str(time)[:19] for time in times]
    return stamps


def _shared_attributes(members: Sequence[_Member]) -> dict[str, Any]:
    """Attributes that every member has with the same value; units that differ are worth a warning."""
    first = members[0].variable.attrs
    shared = {
        key: value
        for key, value in first.items()
        if all(np.array_equal(member.variable.attrs.get(key), value) for member in members)
    }
    units = {str(member.variable.attrs["units"]) for member in members if "units" in member.variable.attrs}
    if len(units) > 1:
        name, found = members[0].variable.name, ", ".join(sorted(units))
        text = f"{name!r} is stacked from nodes with different units: {found}"
        warnings.warn(text, NunatakWarning, stacklevel=caller_stacklevel())
    return shared


def _provenance(members: Sequence[_Member], join: Join) -> dict[str, str]:
    """Provenance of the stack: sources and repairs of each member, as JSON."""
    sources = {member.label: member.variable.encoding.get("source") for member in members}
    made_by = {"version": __version__, "join": join, "sources": sources}
    repairs = {
        member.label: json.loads(member.variable.attrs["nunatak_repairs"])
        for member in members
        if "nunatak_repairs" in member.variable.attrs
    }
    made = {"nunatak_stack": json.dumps(made_by)}
    return made | {"nunatak_repairs": json.dumps(repairs)} if repairs else made
