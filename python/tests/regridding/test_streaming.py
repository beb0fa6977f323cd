"""Rasters too large for their weights come to meshes in batches, with the same values."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.regridding import weights_plan
from nunatak_testing import grid_families as families


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
    monkeypatch.setattr(weights_plan, "STREAM_FROM", 1)
    # Without the means to make weights, values can only have streamed.
    monkeypatch.setattr(weights_plan, "Weights", None)
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


@pytest.fixture
def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every raster streams, and nothing can make weights."""
    monkeypatch.setattr(weights_plan, "STREAM_FROM", 1)
    monkeypatch.setattr(weights_plan, "Weights", None)


@pytest.fixture
def without_streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every raster is large enough to stream, and none can."""
    monkeypatch.setattr(weights_plan, "STREAM_FROM", 1)
    monkeypatch.setattr(weights_plan, "StreamPlan", None)


def winds() -> xr.Dataset:
    """A raster of vectors to the east and to the north."""
    data = raster()
    east = data.assign_attrs(standard_name="eastward_wind")
    north = (2 - data).assign_attrs(standard_name="northward_wind")
    return xr.Dataset({"u": east, "v": north})


@pytest.mark.parametrize("vectors", [None, [("u", "v")]])
def test_vectors_of_a_large_raster_rotate_like_those_of_a_small_one(
    vectors: list[tuple[str, str]] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = nk.regrid(winds(), mesh())
    apart = nk.regrid(winds(), mesh(), vectors=())
    assert np.nanmax(np.abs(apart.u - expected.u)) > 0.1
    monkeypatch.setattr(weights_plan, "STREAM_FROM", 1)
    found = nk.regrid(winds().assign(bed=raster()), mesh(), vectors=vectors)
    for name in ("u", "v"):
        np.testing.assert_array_equal(found[name].values, expected[name].values)
        assert "rotated" in json.loads(found[name].nunatak_regrid)
    np.testing.assert_allclose(found.bed.values, apart.u.values, rtol=1e-12)


@pytest.mark.usefixtures("without_weights")
def test_components_along_the_axes_of_the_map_stream(recwarn: pytest.WarningsRecorder) -> None:
    plain = nk.regrid(raster(), mesh()).values
    velocities = xr.Dataset({"xvelsurf": raster(), "yvelsurf": -raster()})
    for found in (nk.regrid(velocities, mesh()), nk.regrid(velocities, mesh(), vectors=[tuple(velocities)])):
        np.testing.assert_array_equal(found.xvelsurf.values, plain)
        np.testing.assert_array_equal(found.yvelsurf.values, -plain)
        assert "rotated" not in json.loads(found.xvelsurf.nunatak_regrid)
    nk.regrid(velocities.xvelsurf, mesh())
    assert not [warning for warning in recwarn if issubclass(warning.category, nk.GridWarning)]


@pytest.mark.usefixtures("without_weights")
def test_streamed_values_have_the_precision_requested() -> None:
    plain, single = (nk.regrid(raster(), mesh(), dtype=dtype) for dtype in ("float64", "float32"))
    assert (plain.dtype, single.dtype) == (np.float64, np.float32)
    np.testing.assert_array_equal(single.values, plain.values.astype("f4"))


@pytest.mark.usefixtures("without_streaming")
def test_weights_that_are_there_are_used(tmp_path: Path) -> None:
    """Those of a file above all, which need not be the ones that streaming would make."""
    nk.Regridder(raster(), mesh(), "nearest").to_netcdf(tmp_path / "map.nc")
    regridder = nk.Regridder.from_netcdf(tmp_path / "map.nc", raster(), mesh())
    expected = nk.regrid(raster(), mesh(), "nearest").values
    np.testing.assert_array_equal(regridder(raster()).values.astype("f4"), expected)


@pytest.mark.usefixtures("without_streaming")
def test_dask_arrays_of_a_large_raster_stay_dask_arrays() -> None:
    pytest.importorskip("dask")
    found = nk.regrid(raster().chunk(time=1), mesh())
    assert found.chunks is not None and found.chunks[0] == (1, 1)
    np.testing.assert_array_equal(found.values, nk.Regridder(raster(), mesh())(raster()).values)


def test_the_benchmark_conserves() -> None:
    script = Path(__file__).parents[3] / "bench" / "raster_to_mesh.py"
    command = [sys.executable, str(script), "--pixels", "300", "--cells", "20"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    error = float(answer.rsplit("|", 2)[1])
    assert abs(error) < 1e-12
    assert "| cells without a value | 0 |" in answer
