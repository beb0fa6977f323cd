"""Rasters too large for their weights come to meshes in batches, with the same values."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import grid_family_fixture as families
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak import regrid_order


def raster() -> xr.DataArray:
    grid = nk.grid("EPSG:3031", spacing=25e3, bounds=(-1e6, -1e6, 1e6, 1e6))
    values = np.random.default_rng(2).normal(size=(2, grid.sizes["y"], grid.sizes["x"])).astype("f4")
    values[0, 10:20, 30:50] = np.nan
    coords = {"y": grid.y, "x": grid.x, "crs": grid.crs}
    return xr.DataArray(values, coords, ("time", "y", "x"), name="bed")


def mesh() -> xr.Dataset:
    """Triangles within the raster, with data on their faces."""
    return families.issm(11).drop_vars("thickness")


def test_streamed_values_are_those_of_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = nk.regrid(raster(), mesh())
    monkeypatch.setattr(regrid_order, "STREAM_FROM", 1)
    # Without the means to make weights, values can only have streamed.
    monkeypatch.setattr(regrid_order, "Weights", None)
    streamed = nk.regrid(raster(), mesh())
    assert type(streamed.variable._data).__name__ == type(stored.variable._data).__name__
    assert streamed.dtype == np.float64
    assert streamed.sizes == stored.sizes
    np.testing.assert_allclose(streamed.values, stored.values, rtol=1e-12)
    np.testing.assert_array_equal(np.isnan(streamed.values), np.isnan(stored.values))
    assert 0 < np.isnan(stored[0].values).sum() < stored.sizes[stored.dims[-1]]
    part = streamed.isel(time=1, dim_0_128=slice(40, 60))
    np.testing.assert_array_equal(part.values, streamed.values[1, 40:60])
    again = pickle.loads(pickle.dumps(streamed))
    np.testing.assert_array_equal(again.values, streamed.values)


def test_the_benchmark_conserves() -> None:
    script = Path(__file__).parents[2] / "bench" / "raster_to_mesh.py"
    command = [sys.executable, str(script), "--pixels", "300", "--cells", "20"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    error = float(answer.rsplit("|", 2)[1])
    assert abs(error) < 1e-12
    assert "| cells without a value | 0 |" in answer
