"""Statistics across the models of an ensemble, in bounded memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, get_args

import xarray as xr

from nunatak._nunatak import __version__, ensemble_statistics
from nunatak.arguments import checked
from nunatak.ensembles.stacking import Join, stack
from nunatak.errors import ArgumentError
from nunatak.io.cf import described, history, squared_units, with_grid_mapping, without_lost_links
from nunatak.io.lazy import lazy_array

__all__ = ["ensemble", "stack"]

Statistic = Literal["mean", "var", "std", "min", "max", "count"]
Progress = Callable[[int, int], object]


@checked
def ensemble(
    source: xr.DataTree | xr.Dataset | xr.DataArray,
    name: str | None = None,
    stats: Statistic | Sequence[Statistic] = ("mean", "var", "count"),
    *,
    dim: str = "model",
    match: str | None = None,
    join: Join = "nominal_year",
    memory: int | str = "1GiB",
    progress: Progress | None = None,
) -> xr.Dataset:
    """Statistics across the models of an ensemble, cell by cell, NaN skipped, streamed in bounded memory.

    The result equals ``nk.stack(...).mean("model")``, and so on. Sums are in double precision whatever the
    data type, so that float32 results may differ from xarray's own float32 sums by some units in the last
    place (theirs by more from the exact value). The result does not depend on the number of threads.

    Parameters
    ----------
    source
        A tree (see :func:`stack`), or a variable that has the dimension ``dim`` already (a dataset with
        ``name``).
    name
        Name of the variable; not needed for a DataArray.
    stats
        One or more of ``mean``, ``var``, ``std`` (population, ``ddof=0`` as xarray), ``min``, ``max``,
        ``count``.
    dim
        Dimension of the members.
    match, join
        As :func:`stack`; for a tree only.
    memory
        Bytes held at once beyond the results: a number, or text such as ``"512MiB"``.
    progress
        Called as ``progress(blocks done, blocks in all)``; an exception there, as Ctrl-C, stops
        the job.

    Returns
    -------
    Dataset
        One variable per statistic. ``count`` is int64, the others keep a float type (integers give float64,
        but for ``min`` and ``max``); a cell without any member is NaN.
    """
    array = _ensemble_array(source, name, dim, match, join)
    wanted = _wanted(stats)
    values = ensemble_statistics(
        lazy_array(array.variable), array.get_axis_num(dim), wanted, _bytes(memory), progress
    )
    dims = [other for other in array.dims if other != dim]
    result = xr.Dataset(
        {
            stat: (dims, value, _attributes(stat, array, dim))
            for stat, value in zip(wanted, values, strict=True)
        },
        {key: coordinate for key, coordinate in array.coords.items() if dim not in coordinate.dims},
    )
    made_by = {
        "version": __version__,
        "variable": array.name,
        "members": array.sizes[dim],
        "dimension": dim,
    }
    result.attrs = {key: value for key, value in array.attrs.items() if str(key).startswith("nunatak_")}
    result.attrs["nunatak_ensemble"] = json.dumps(made_by)
    result.attrs = history(result.attrs, f"statistics of {array.name} across {array.sizes[dim]} members")
    return described(result)


def _wanted(stats: Statistic | Sequence[Statistic]) -> list[Statistic]:
    """Names of statistics, each once.

    Raises
    ------
    ArgumentError
        One is no name of a statistic.
    """
    names: list[Any] = [stats] if isinstance(stats, str) else list(stats) if _is_iterable(stats) else [stats]
    for name in names:
        if not isinstance(name, str) or name not in get_args(Statistic):
            known = ", ".join(get_args(Statistic))
            raise ArgumentError(
                f"stats: no ensemble statistic `{name!s:.80}`; expected one or more of {known}"
            )
    if not names:
        raise ArgumentError("stats: expected at least one statistic, found none")
    return list(dict.fromkeys(names))


def _is_iterable(value: object) -> bool:
    return isinstance(value, Iterable)


def _ensemble_array(
    source: xr.DataTree | xr.Dataset | xr.DataArray, name: str | None, dim: str, match: str | None, join: Join
) -> xr.DataArray:
    if isinstance(source, xr.DataArray):
        array = source
    elif name is None:
        raise ArgumentError("name the variable to take: nk.ensemble(tree, 'lithk')")
    elif isinstance(source, xr.DataTree):
        return stack(source, name, dim=dim, match=match, join=join)
    elif name not in source:
        raise ArgumentError(
            f"name: no variable {name!r} in the dataset; it has {', '.join(map(str, source.data_vars))}"
        )
    else:
        array = with_grid_mapping(source, name)
    if dim not in array.dims:
        raise ArgumentError(
            f"source: {array.name!r} has no dimension {dim!r} of members; its dimensions are {array.dims}"
        )
    return without_lost_links(array.copy(deep=False))


def _attributes(stat: Statistic, array: xr.DataArray, dim: str) -> dict[str, Any]:
    methods = {
        "mean": "mean",
        "var": "variance",
        "std": "standard_deviation",
        "min": "minimum",
        "max": "maximum",
    }
    if stat == "count":
        return {"long_name": f"number of members of {array.name} that are not missing", "units": "1"}
    kept = ("grid_mapping",) if stat in ("var", "std") else ("standard_name", "grid_mapping")
    attrs = {key: value for key, value in array.attrs.items() if key in kept}
    if "grid_mapping" in array.encoding:
        attrs["grid_mapping"] = array.encoding["grid_mapping"]
    attrs["long_name"] = (
        f"{methods[stat].replace('_', ' ')} of {array.attrs.get('long_name', array.name)} across {dim}"
    )
    before = str(array.attrs.get("cell_methods", "")).strip()
    attrs["cell_methods"] = f"{before} {dim}: {methods[stat]}".strip()
    units = array.attrs.get("units")
    if stat == "var" and units is not None:
        units = squared_units(str(units))
    if units is not None:
        attrs["units"] = units
    return attrs


def _bytes(memory: int | str) -> int:
    """A number of bytes from ``"1GiB"``, ``"500 MB"`` or a number."""
    units = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*", str(memory))
    if found is None or found[2].upper() not in units:
        raise ArgumentError(f"memory must be a number of bytes or text such as '512MiB', found {memory!r}")
    number = int(float(found[1]) * units[found[2].upper()])
    if number >= 2**63:
        raise ArgumentError(f"memory: found {memory!r}, expected fewer bytes than 64 bits can count")
    return number
