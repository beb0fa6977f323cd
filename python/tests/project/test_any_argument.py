"""Any argument of any public function: a result, or an error of ours that names the argument."""

from __future__ import annotations

import contextlib
import datetime
import inspect
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings, strategies as st

import nunatak as nk
from nunatak.samples import write_archive, write_granules
from nunatak_testing import grid_families


@dataclass
class Call:
    """A call that succeeds, of which one argument is replaced."""

    function: Callable[..., Any]
    arguments: dict[str, Any]

    @property
    def names(self) -> list[str]:
        """Parameters that can be replaced; what ``progress`` raises is the user's own."""
        variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        parameters = inspect.signature(self.function).parameters.values()
        return [own.name for own in parameters if own.kind not in variadic and own.name != "progress"]


class Odd:
    """An object of no use."""


def _score(name: str) -> Call:
    function, rng = getattr(nk.scores, name), np.random.default_rng(1)
    values: dict[str, Any] = {
        "level": 0.5,
        "levels": 0.5,
        "bins": 5,
        "members": rng.random((5, 4)),
        "passes": np.array([0, 0, 1, 1, 1]),
        "lower": np.full(5, -1.0),
        "upper": np.full(5, 2.0),
        "axis": -1,
        "estimator": "fair",
    }
    parameters = inspect.signature(function).parameters
    return Call(function, {own: values.get(own, rng.random(5) + 0.1) for own in parameters})


class World(tuple[dict[str, Call], dict[str, Any]]):
    """Calls and values, which are no part of a report."""

    def __repr__(self) -> str:
        return "calls, values"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Calls of every public function, and values of every kind."""
    folder = tmp_path_factory.mktemp("arguments")
    archive = write_archive(folder / "archive", years=3)
    write_granules(folder / "granules", archive.truth, n=1)
    grid_families.ugrid().to_netcdf(folder / "mesh.nc")
    polar = nk.grid(3031, spacing=200e3, bounds=(-1e6, -1e6, 1e6, 1e6))
    ones = np.ones((11, 11))
    data = polar.assign(v=(("y", "x"), ones, {"units": "m"}), w=(("y", "x"), ones))
    target = nk.grid(3031, spacing=500e3, bounds=(-1e6, -1e6, 1e6, 1e6))
    tree = xr.DataTree.from_dict({"/a/m1/exp": data, "/a/m2/exp": data})
    rng = np.random.default_rng(0)
    table = {
        "longitude": rng.uniform(-180, 180, 500),
        "latitude": rng.uniform(-89, -82, 500),
        "height": rng.random(500),
        "height_sigma": np.full(500, 0.1),
        "sigma_geo": np.full(500, 0.3),
        "time": np.full(500, np.datetime64("2020-01-01", "ns")),
    }
    points = nk.open_points(table, quality="all")
    cells = nk.aggregate(points, target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        catalog = nk.open_catalog(folder / "archive", cache=False)
        comparison = nk.compare(data.v, points, datum="ellipsoid", time=None)
    regridder, file = nk.Regridder(data, target), next((folder / "archive").rglob("lithk*.nc"))
    regridder.to_netcdf(folder / "weights.nc")
    (folder / "some.txt").write_text("no data")
    raw = xr.open_dataset(file, engine="nunatak", decode_times=False)
    versus = {"datum": "ellipsoid", "time": None}
    calls = {
        "grid": Call(nk.grid, {"crs": 3031, "spacing": 200e3, "bounds": (-1e6, -1e6, 1e6, 1e6)}),
        "latlon": Call(nk.latlon, {"spacing": 30.0}),
        "ismip6_grid": Call(nk.ismip6_grid, {"sheet": "AIS", "spacing": 32e3}),
        "healpix": Call(nk.healpix, {"level": 1}),
        "reduced_gaussian": Call(nk.reduced_gaussian, {"latitudes": [60, 0, -60], "counts": [4, 8, 4]}),
        "open_mesh": Call(nk.open_mesh, {"path": folder / "mesh.nc"}),
        "cell_area": Call(nk.cell_area, {"grid": polar}),
        "regrid": Call(nk.regrid, {"obj": data, "target": target}),
        "regrid a tree": Call(nk.regrid, {"obj": tree, "target": target}),
        "regrid an array": Call(nk.regrid, {"obj": data.v, "target": target}),
        "Regridder": Call(nk.Regridder, {"source": data, "target": target}),
        "Regridder()": Call(regridder.__call__, {"obj": data}),
        "Regridder.from_netcdf": Call(
            nk.Regridder.from_netcdf, {"path": folder / "weights.nc", "source": data, "target": target}
        ),
        "Regridder.to_netcdf": Call(regridder.to_netcdf, {"path": folder / "again.nc"}),
        "Regridder.conservation_error": Call(regridder.conservation_error, {"field": data.v}),
        "stack": Call(nk.stack, {"tree": tree, "name": "v"}),
        "ensemble": Call(nk.ensemble, {"source": tree, "name": "v"}),
        "open_catalog": Call(nk.open_catalog, {"source": folder / "archive", "cache": False}),
        "open_datatree": Call(nk.open_datatree, {"path": file}),
        "open_atl06": Call(nk.open_atl06, {"paths": folder / "granules"}),
        "open_points": Call(nk.open_points, {"source": points.to_xarray()}),
        "aggregate": Call(nk.aggregate, {"points": points, "grid": target}),
        "residuals": Call(nk.residuals, {"points": points, "model": data.v, **versus}),
        "compare": Call(nk.compare, {"model": data.v, "observations": points, **versus}),
        "compare cells": Call(
            nk.compare, {"model": nk.regrid(data.v, target).load(), "observations": cells, **versus}
        ),
        "fix_ismip6": Call(nk.fix_ismip6, {"dataset": raw}),
        "Catalog.to_datatree": Call(catalog.to_datatree, {}),
        "Catalog.save": Call(catalog.save, {"path": folder / "catalog.parquet"}),
        "Catalog.to_esm": Call(catalog.to_esm, {"path": folder / "catalog.json"}),
        "Catalog.to_chunk_map": Call(catalog.to_chunk_map, {"path": folder / "chunks.parquet"}),
        "Catalog.check": Call(catalog.check, {}),
        "Points.select": Call(points.select, {"mask": np.ones(500, bool)}),
        "Points.height_above": Call(points.height_above, {"datum": "ellipsoid"}),
        "Points.correct_tides": Call(points.correct_tides, {"floating": data.v > 0}),
        "Comparison.to_html": Call(comparison.to_html, {"path": folder / "report.html"}),
        **{f"scores.{name}": _score(name) for name in nk.scores.__all__},
    }
    values: dict[str, Any] = {repr(value): value for value in _PLAIN}
    values |= {
        "object": Odd(),
        "numbers": np.arange(3.0),
        "numbers in two dimensions": np.ones((2, 3)),
        "texts": np.array(["a", "b"]),
        "objects": np.array([None, {}], dtype=object),
        "no numbers": np.array([]),
        "masked": np.ma.masked_array([1.0, 2.0], [True, False]),
        "complex numbers": np.ones(5) * 1j,
        "one number": xr.DataArray(1.0),
        "an array": xr.DataArray(np.ones((3, 4)), dims=("a", "b")),
        "times": xr.DataArray(np.array(["2020", "2021"], "M8[ns]"), dims="time"),
        "empty dataset": xr.Dataset(),
        "grid": polar,
        "dataset": data,
        "field": data.v,
        "tree": tree,
        "empty tree": xr.DataTree(),
        "points": points,
        "cells": cells,
        "catalog": catalog,
        "table": pd.DataFrame({"a": [1]}),
        "series": pd.Series([1.0, 2.0]),
        "directory": folder,
        "a path": folder / "missing" / "x.nc",
        "a file": folder / "some.txt",
    }
    return World((calls, values))


_PLAIN: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 2**70, 0.5, float("nan"), float("inf"), 1e-12, "", "x", "v", b"x", 1j),
    *([], [1, 2], ["a", "b"], (0, 0, 1, 1), (), {}, {"a": 1}, {1: 2}, {1}, int, slice(None)),
    *(datetime.date(2020, 1, 1), np.datetime64("2020"), np.float64(2.0)),
)

BESIDE = {
    ("grid", "bounds"): "spacing",
    ("ensemble", "source"): "name",
    ("compare", "observations"): "the cells and the model",
}
"""Arguments that make another one wrong, which is named in their place."""


def _names(call: str, argument: str, text: str) -> bool:
    other = BESIDE.get((call, argument), argument)
    words = (argument, argument.replace("_", " ").removesuffix("s"), other)
    return any(word in text for word in words)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_wrong_argument_is_named(world: World, tmp_path: Path, data: st.DataObject) -> None:
    calls, values = world
    name = data.draw(st.sampled_from(sorted(calls)))
    call = calls[name]
    if not call.names:
        return
    argument = data.draw(st.sampled_from(call.names))
    value = values[data.draw(st.sampled_from(sorted(values)))]
    # Relative paths are of no earlier example: what is there already is one of the values, "a file".
    with warnings.catch_warnings(), contextlib.chdir(tempfile.mkdtemp(dir=tmp_path)):
        warnings.simplefilter("ignore")
        try:
            call.function(**{**call.arguments, argument: value})
        except nk.ArgumentError as error:
            assert _names(name, argument, str(error)), f"{name}({argument}): {error}"
        except nk.NunatakError:
            pass


def test_the_calls_succeed(world: World) -> None:
    calls, _ = world
    for call in calls.values():
        call.function(**call.arguments)
    public = {name for name in nk.__all__ if inspect.isfunction(getattr(nk, name))}
    uncalled = {"file_limits", "memory_limit", "open_datatree_async", "store_traffic"}
    assert public - uncalled <= {name.split(" ")[0] for name in calls}
