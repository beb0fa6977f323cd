"""Calls of every public function that succeed, and values of every kind to put in place of an argument."""

from __future__ import annotations

import datetime
import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

import nunatak as nk
from nunatak.samples import campaign, write_archive, write_granules
from nunatak_testing import grid_families
from nunatak_testing.atl11 import crossing_columns, pair_columns, write_granule as write_atl11
from nunatak_testing.call import Call
from nunatak_testing.calls_of_rankings import calls_of_quantities, calls_of_weights

__all__ = ["Call", "Odd", "Sample", "calls_of", "values_of"]


class Odd:
    """An object of no use."""


_PLAIN: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 2**70, 0.5, float("nan"), float("inf"), 1e-12, "", "x", "v", b"x", 1j),
    *([], [1, 2], ["a", "b"], (0, 0, 1, 1), (), {}, {"a": 1}, {1: 2}, {1}, int, slice(None)),
    *(datetime.date(2020, 1, 1), np.datetime64("2020"), np.float64(2.0)),
)
_BOUNDS = (-1e6, -1e6, 1e6, 1e6)


class Sample:
    """A small archive, granules, grids, points and what is made of them; files go to a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        archive = write_archive(folder / "archive", years=3)
        write_granules(folder / "granules", archive.truth, n=1)
        grid_families.ugrid().to_netcdf(folder / "mesh.nc")
        write_atl11(folder / "atl11.h5", {"pt1": pair_columns()}, {"pt1": crossing_columns()})
        (folder / "some.txt").write_text("no data")
        ones = np.ones((11, 11))
        self.polar = nk.grid(3031, spacing=200e3, bounds=_BOUNDS)
        self.data = self.polar.assign(v=(("y", "x"), ones, {"units": "m"}), w=(("y", "x"), ones))
        self.target = nk.grid(3031, spacing=500e3, bounds=_BOUNDS)
        self.tree = xr.DataTree.from_dict({"/a/m1/exp": self.data, "/a/m2/exp": self.data})
        fields = {"lithk": self.data.v, "sftgif": self.data.w}
        self.runs = xr.DataTree.from_dict(
            {f"/a/m1/{name}": self.polar.assign(fields) for name in ("exp05", "ctrl_proj_std")}
        )
        self.points = nk.open_points(_table(), quality="all")
        self.cells = nk.aggregate(self.points, self.target)
        self.crossing = nk.open_points(campaign(overpasses=6, cycles=1, cells=3, posting=60.0, seed=1).table)
        self.sharing = nk.aggregate(self.points, self.target, covariance=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.catalog = nk.open_catalog(folder / "archive", cache=False)
            self.comparison = nk.compare(self.data.v, self.points, datum="ellipsoid", time=None)
        self.regridder = nk.Regridder(self.data, self.target)
        self.regridder.to_netcdf(folder / "weights.nc")
        self.file = next((folder / "archive").rglob("lithk*.nc"))


def _table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "longitude": rng.uniform(-180, 180, 500),
        "latitude": rng.uniform(-89, -82, 500),
        "height": rng.random(500),
        "height_sigma": np.full(500, 0.1),
        "sigma_geo": np.full(500, 0.3),
        "time": np.full(500, np.datetime64("2020-01-01", "ns")),
    }


def calls_of(sample: Sample) -> dict[str, Call]:
    """Calls of every public function by name."""
    scores = {f"scores.{name}": _score(name) for name in nk.scores.__all__}
    return {
        **_calls_of_grids(sample),
        **_calls_of_archives(sample),
        **_calls_of_points(sample),
        **calls_of_weights(sample),
        **calls_of_quantities(sample),
        **scores,
    }


def _calls_of_grids(sample: Sample) -> dict[str, Call]:
    folder, data, target, regridder = sample.folder, sample.data, sample.target, sample.regridder
    weights = {"path": folder / "weights.nc", "source": data, "target": target}
    return {
        "grid": Call(nk.grid, {"crs": 3031, "spacing": 200e3, "bounds": _BOUNDS}),
        "latlon": Call(nk.latlon, {"spacing": 30.0}),
        "ismip6_grid": Call(nk.ismip6_grid, {"sheet": "AIS", "spacing": 32e3}),
        "healpix": Call(nk.healpix, {"level": 1}),
        "reduced_gaussian": Call(nk.reduced_gaussian, {"latitudes": [60, 0, -60], "counts": [4, 8, 4]}),
        "open_mesh": Call(nk.open_mesh, {"path": folder / "mesh.nc"}),
        "cell_area": Call(nk.cell_area, {"grid": sample.polar}),
        "regrid": Call(nk.regrid, {"obj": data, "target": target}),
        "regrid a tree": Call(nk.regrid, {"obj": sample.tree, "target": target}),
        "regrid an array": Call(nk.regrid, {"obj": data.v, "target": target}),
        "Regridder": Call(nk.Regridder, {"source": data, "target": target}),
        "Regridder()": Call(regridder.__call__, {"obj": data}),
        "Regridder.from_netcdf": Call(nk.Regridder.from_netcdf, weights),
        "Regridder.to_netcdf": Call(regridder.to_netcdf, {"path": folder / "again.nc"}),
        "Regridder.conservation_error": Call(regridder.conservation_error, {"field": data.v}),
    }


def _calls_of_archives(sample: Sample) -> dict[str, Call]:
    folder, catalog = sample.folder, sample.catalog
    raw = xr.open_dataset(sample.file, engine="nunatak", decode_times=False)
    return {
        "stack": Call(nk.stack, {"tree": sample.tree, "name": "v"}),
        "ensemble": Call(nk.ensemble, {"source": sample.tree, "name": "v"}),
        "scalars": Call(nk.scalars, {"source": sample.runs, "by": sample.data.v}),
        "minus_control": Call(nk.minus_control, {"tree": sample.runs}),
        "open_catalog": Call(nk.open_catalog, {"source": folder / "archive", "cache": False}),
        "open_datatree": Call(nk.open_datatree, {"path": sample.file}),
        "fix_ismip6": Call(nk.fix_ismip6, {"dataset": raw}),
        "Catalog.to_datatree": Call(catalog.to_datatree, {}),
        "Catalog.save": Call(catalog.save, {"path": folder / "catalog.parquet"}),
        "Catalog.to_esm": Call(catalog.to_esm, {"path": folder / "catalog.json"}),
        "Catalog.to_chunk_map": Call(catalog.to_chunk_map, {"path": folder / "chunks.parquet"}),
        "Catalog.check": Call(catalog.check, {}),
    }


def _calls_of_points(sample: Sample) -> dict[str, Call]:
    folder, data, points = sample.folder, sample.data, sample.points
    versus = {"datum": "ellipsoid", "time": None}
    on_cells = {"model": nk.regrid(data.v, sample.target).load(), "observations": sample.cells, **versus}
    return {
        "open_atl06": Call(nk.open_atl06, {"paths": folder / "granules"}),
        "open_atl11": Call(nk.open_atl11, {"paths": folder / "atl11.h5"}),
        "open_points": Call(nk.open_points, {"source": points.to_xarray()}),
        "concat_points": Call(nk.concat_points, {"points": [points, points]}),
        "aggregate": Call(nk.aggregate, {"points": points, "grid": sample.target}),
        "calibrate_geolocation": Call(nk.calibrate_geolocation, {"observations": sample.crossing}),
        "region_mean": Call(nk.region_mean, {"cells": sample.sharing}),
        "residuals": Call(nk.residuals, {"points": points, "model": data.v, **versus}),
        "compare": Call(nk.compare, {"model": data.v, "observations": points, **versus}),
        "compare cells": Call(nk.compare, on_cells),
        "Points.select": Call(points.select, {"mask": np.ones(500, bool)}),
        "Points.within": Call(points.within, {"region": (-180, -90, 180, -60)}),
        "Points.to_geoparquet": Call(points.to_geoparquet, {"path": folder / "points.parquet"}),
        "Points.height_above": Call(points.height_above, {"datum": "ellipsoid"}),
        "Points.correct_tides": Call(points.correct_tides, {"floating": data.v > 0}),
        "Comparison.plot": Call(
            sample.comparison.plot,
            {"masks": sample.target.assign(sftgif=xr.ones_like(sample.cells["count"], float))},
        ),
        "Comparison.to_html": Call(sample.comparison.to_html, {"path": folder / "report.html"}),
    }


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
        "dim": 0,
        "weights": np.ones(5),
        "by": np.array([1, 1, 2, 2, 2]),
        "member_dim": "model",
        "member_weights": np.ones(4),
    }
    values |= _VALUES_OF_SCORES.get(name, {})
    parameters = inspect.signature(function).parameters
    return Call(function, {own: values.get(own, rng.random(5) + 0.1) for own in parameters})


_VECTORS = np.arange(40.0).reshape(5, 4, 2)
_VALUES_OF_SCORES: dict[str, dict[str, Any]] = {
    "brier_score": {"observation": np.array([0.0, 1.0, 1.0, 0.0, 1.0]), "probability": np.full(5, 0.3)},
    "iou": {"observation": np.full(5, 0.5), "model": np.full(5, 0.25)},
    "energy_score": {
        "observation": _VECTORS[:, 0] + 0.5,
        "members": _VECTORS,
        "component_dim": "component",
        "axis": 1,
        "component_axis": 2,
    },
}
"""Arguments of scores that take others than most."""


def values_of(sample: Sample) -> dict[str, Any]:
    """Values of every kind by what they are."""
    return {
        **{repr(value): value for value in _PLAIN},
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
        "grid": sample.polar,
        "dataset": sample.data,
        "field": sample.data.v,
        "tree": sample.tree,
        "empty tree": xr.DataTree(),
        "points": sample.points,
        "cells": sample.cells,
        "catalog": sample.catalog,
        "table": pd.DataFrame({"a": [1]}),
        "series": pd.Series([1.0, 2.0]),
        "directory": sample.folder,
        "a path": sample.folder / "missing" / "x.nc",
        "a file": sample.folder / "some.txt",
    }
