"""Files that the program writes, read by the libraries of others."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import run_program


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, xr.Dataset]:
    """A regridded file with floats of both widths, whole numbers, text and a time."""
    x = np.arange(-30, 31) * 100e3
    source = nk.grid("EPSG:3031", spacing=100e3, bounds=(-3e6, -3e6, 3e6, 3e6))
    thickness = np.hypot.outer(x, x).astype("float32")
    thickness[:10] = np.nan
    source["lithk"] = (("time", "y", "x"), np.stack([thickness, 2 * thickness]), {"units": "m"})
    source["bed"] = (("y", "x"), np.add.outer(x, x), {"standard_name": "bedrock_altitude", "units": "m"})
    source = source.assign_coords(time=("time", np.array(["2015-01-01", "2016-01-01"], "datetime64[ns]")))
    source["run"] = ("time", np.array([7, 8], "int16"))
    source["label"] = ("time", np.array(["first", "größer"], object))
    source.attrs["title"] = "Eis und Höhe"
    source.to_netcdf(tmp_path / "in.nc")
    arguments = [
        "nunatak",
        "regrid",
        str(tmp_path / "in.nc"),
        str(tmp_path / "out.nc"),
        "--grid",
        "EPSG:3031:400km",
    ]
    assert run_program([*arguments, "--bounds", "-2.8e6,-2.8e6,2.8e6,2.8e6", "--crs", "EPSG:3031"]) == 0
    return tmp_path / "out.nc", source


def test_netcdf4_reads_it(written: tuple[Path, xr.Dataset]) -> None:
    path, _ = written
    with netCDF4.Dataset(path) as file:
        assert file.data_model == "NETCDF3_64BIT_OFFSET"
        assert file.title == "Eis und Höhe"
        lithk = file["lithk"]
        assert lithk.dimensions == ("time", "y", "x") and lithk.shape == (2, 15, 15)
        assert np.isnan(lithk._FillValue) and lithk.units == "m"
        assert lithk.grid_mapping == "crs" and file["crs"].grid_mapping_name == "polar_stereographic"
        assert file["run"].dtype == np.int16 and list(file["run"][:]) == [7, 8]
        assert file["x"].bounds == "x_bnds" and file["x_bnds"].shape == (15, 2)
        assert not lithk[:].mask.all() and lithk[:].mask.any()


@pytest.mark.parametrize("engine", ["netcdf4", "scipy", "nunatak"])
def test_xarray_reads_it(written: tuple[Path, xr.Dataset], engine: str) -> None:
    path, source = written
    target = nk.grid("EPSG:3031", spacing=400e3, bounds=(-2.8e6, -2.8e6, 2.8e6, 2.8e6))
    expected = nk.regrid(source[["lithk", "bed"]], target)
    with xr.open_dataset(path, engine=engine) as found:
        for name in ("lithk", "bed"):
            np.testing.assert_array_equal(found[name], expected[name])
            assert found[name].dtype == expected[name].dtype
        np.testing.assert_array_equal(found.time, source.time)
        np.testing.assert_array_equal(found.x, target.x)
        np.testing.assert_array_equal(found.x_bnds, target.x_bnds)
        assert list(found.label.values.astype(str)) == ["first", "größer"]
        assert nk.cell_area(found).equals(nk.cell_area(found))


def test_cdo_reads_it(written: tuple[Path, xr.Dataset]) -> None:
    import shutil
    import subprocess

    cdo = shutil.which("cdo")
    if cdo is None:
        pytest.skip("cdo is not on the PATH")
    text = subprocess.run(
        [cdo, "-s", "sinfon", str(written[0])], capture_output=True, text=True, check=True
    ).stdout
    assert "lithk" in text and "projection" in text
