"""Weights in the form of SCRIP, which ``cdo remap`` takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

METHODS = ["conservative", "bilinear", "nearest", "inverse_distance"]
SOURCES = {"globe": lambda: nk.latlon(10.0), "map": lambda: nk.grid("EPSG:3031", spacing=608e3)}


def data_on(grid: xr.Dataset) -> xr.Dataset:
    y, x = ("lat", "lon") if "lat" in grid.dims else ("y", "x")
    values = np.random.default_rng(0).random((grid.sizes[y], grid.sizes[x]))
    return grid.assign(v=((y, x), values, {"units": "m", "grid_mapping": "crs"})).reset_coords("crs")


@pytest.mark.skipif(shutil.which("cdo") is None, reason="cdo is not installed")
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("method", METHODS)
def test_cdo_gives_what_the_regridder_gives(tmp_path: Path, source: str, method: str) -> None:
    data, target = data_on(SOURCES[source]()), nk.latlon(7.5)
    regridder = nk.Regridder(data, target, method)
    regridder.to_netcdf(tmp_path / "weights.nc", form="scrip")
    data.to_netcdf(tmp_path / "source.nc")
    data_on(target).to_netcdf(tmp_path / "target.nc")
    command = f"remap,{tmp_path}/target.nc,{tmp_path}/weights.nc"
    run = subprocess.run(
        ["cdo", "-s", "-b", "F64", command, f"{tmp_path}/source.nc", f"{tmp_path}/found.nc"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    expected = regridder(data, min_coverage=0).v.values
    with xr.open_dataset(tmp_path / "found.nc") as found:
        np.testing.assert_allclose(found.v.values, expected, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_file_gives_the_matrix_divided_by_what_is_covered(tmp_path: Path, method: str) -> None:
    source, target = nk.grid("EPSG:3031", spacing=608e3), nk.latlon(15.0)
    regridder = nk.Regridder(source, target, method)
    regridder.to_netcdf(tmp_path / "weights.nc", form="scrip")
    with xr.open_dataset(tmp_path / "weights.nc") as file:
        shape = file.sizes["dst_grid_size"], file.sizes["src_grid_size"]
        matrix = np.zeros(shape)
        np.add.at(
            matrix, (file.dst_address.values - 1, file.src_address.values - 1), file.remap_matrix.values[:, 0]
        )
        assert file.src_grid_dims.values.tolist() == [source.sizes["x"], source.sizes["y"]]
        assert np.abs(file.dst_grid_center_lat.values).max() < np.pi / 2
    own = regridder.weights.toarray()
    sums = own.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        matrix, np.divide(own, sums, out=np.zeros_like(own), where=sums > 0), atol=1e-12
    )
    with pytest.raises(nk.ArgumentError, match="form: found 'ugrid'"):
        regridder.to_netcdf(tmp_path / "other.nc", form="ugrid")  # type: ignore[arg-type]
