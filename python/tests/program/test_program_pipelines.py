"""Ensembles, cells and comparisons of the program are those of the library, on models and on a mesh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import run_program
from nunatak.samples import Granules, write_archive, write_granules
from nunatak_testing import grid_families as families


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive of six models on three grids."""
    top = tmp_path_factory.mktemp("archive")
    write_archive(top, years=6)
    return top


@pytest.fixture(scope="module")
def granules(tmp_path_factory: pytest.TempPathFactory) -> Granules:
    """Sample granules over the truth of the archive."""
    from nunatak.samples import Truth

    return write_granules(tmp_path_factory.mktemp("granules"), Truth(0), n=2)


def run(*arguments: object) -> None:
    assert run_program(["nunatak", *map(str, arguments)]) == 0


def printed(capfd: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capfd.readouterr()
    run(*arguments, "--json")
    return json.loads(capfd.readouterr().out)


def test_ensemble_of_the_archive(
    archive: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    found = printed(
        capfd, "ensemble", archive, tmp_path / "out.nc", "--variable", "lithk", "--grid", "EPSG:3031:160km",
        "--bounds", "-2.88e6,-2.88e6,2.88e6,2.88e6", "--where", "experiment=exp05",
    )  # fmt: skip
    tree = nk.open_catalog(archive).search(experiment="exp05").to_datatree()
    grid = nk.grid("EPSG:3031", spacing=160e3, bounds=(-2.88e6, -2.88e6, 2.88e6, 2.88e6))
    thickness = xr.DataTree.from_dict(
        {
            path: node.to_dataset()[["lithk"]]
            for path, node in tree.subtree_with_keys
            if "lithk" in node.data_vars
        }
    )
    expected = nk.ensemble(nk.regrid(thickness, grid), "lithk", ["mean", "std", "count"])
    with xr.open_dataset(tmp_path / "out.nc", engine="nunatak") as written:
        for name in ("mean", "std", "count"):
            np.testing.assert_array_equal(written[name], expected[name])
        np.testing.assert_array_equal(written.year, expected.year)
        np.testing.assert_array_equal(written.x, grid.x)
        assert written["mean"].attrs["units"] == "m"
        assert written["mean"].attrs["cell_methods"] == "model: mean"
        assert nk.cell_area(written).shape == (37, 37)
    assert len(found["members"]) == int(expected["count"].max())
    assert found["years"] == [2015, 2016, 2017, 2018, 2019, 2020]


def test_ensemble_of_files_on_a_mesh(tmp_path: Path) -> None:
    mesh = families.mpas(planar=True)
    for number in range(3):
        mesh.assign(thickness=mesh.thickness + number**2).to_netcdf(tmp_path / f"model{number}.nc")
    files = [tmp_path / f"model{number}.nc" for number in range(3)]
    grid = ("--grid", "EPSG:3031:200km", "--bounds", "-1.6e6,-1.6e6,1.6e6,1.6e6", "--crs", "EPSG:3031")
    run("ensemble", *files, tmp_path / "out.nc", "--variable", "thickness", "--stats", "mean,max", *grid)
    target = nk.grid("EPSG:3031", spacing=200e3, bounds=(-1.6e6, -1.6e6, 1.6e6, 1.6e6))
    members = [nk.regrid(xr.open_dataset(file), target, source="EPSG:3031").thickness for file in files]
    expected = xr.concat(members, "model", coords="minimal", compat="override")
    with xr.open_dataset(tmp_path / "out.nc") as written:
        np.testing.assert_allclose(written["mean"], expected.mean("model", skipna=True), rtol=1e-14)
        np.testing.assert_array_equal(written["max"], expected.max("model"))


def mesh_of_the_south() -> xr.Dataset:
    """A MALI mesh about the South Pole that says its map."""
    mapping = xr.Variable((), np.int32(0), nk.grid("EPSG:3031", spacing=32e4).crs.attrs)
    mesh = families.mpas(planar=True).assign(crs=mapping)
    mesh.thickness.attrs["grid_mapping"] = "crs"
    return mesh


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("healpix:9", lambda points: nk.healpix(9)),
        ("EPSG:3031:32km", lambda points: nk.grid("EPSG:3031", spacing=32e3, bounds=points)),
        ("mesh", lambda points: mesh_of_the_south()),
    ],
)
def test_cells_of_every_family(name: str, grid: Any, granules: Granules, tmp_path: Path) -> None:
    points = nk.open_atl06(granules.files)
    target = grid(points)
    if name == "mesh":
        target.to_netcdf(tmp_path / "mesh.nc")
        name = str(tmp_path / "mesh.nc")
        target = xr.open_dataset(name)
    run("aggregate", *granules.files, "--grid", name, "--output", tmp_path / "cells.nc")
    expected = nk.aggregate(points, target)
    with xr.open_dataset(tmp_path / "cells.nc", engine="nunatak") as written:
        for key in ("count", "passes", "mean", "median", "sigma_total", "offset_x"):
            np.testing.assert_array_equal(written[key], expected[key])
        # Seconds in double precision tell microseconds apart, and no less.
        late = np.abs(written.first_time.values - expected.first_time.values)
        assert np.all((late <= np.timedelta64(1, "us")) | np.isnat(expected.first_time.values))
        assert written.attrs["correlation_length"] == expected.attrs["correlation_length"]
        if "cell_ids" in expected.coords:
            np.testing.assert_array_equal(written.cell_ids, expected.cell_ids)


@pytest.mark.parametrize("time", ["linear", "nearest"])
def test_comparison_with_the_archive(
    time: Any, archive: Path, granules: Granules, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = nk.open_catalog(archive).search(experiment="exp05").to_datatree()
    path, node = next((path, node) for path, node in tree.subtree_with_keys if "orog" in node.data_vars)
    source = node.orog.encoding["source"]
    with xr.open_dataset(source, engine="nunatak") as model:
        expected = nk.compare(
            model.orog, nk.open_atl06(granules.files), time=time, crs="EPSG:3031", discrepancy=5.0
        )
    options = ("--crs", "EPSG:3031", "--time", time, "--discrepancy", 5)
    found = printed(capfd, "compare", *granules.files, "--model", source, *options)
    summary = dict(expected.summary())
    coverage = {str(level): share for level, share in summary.pop("coverage").items()}
    assert found.pop("coverage") == coverage
    assert found.pop("fitted_discrepancy") == pytest.approx(expected.settings["fitted_discrepancy"], rel=1e-9)
    assert found == pytest.approx(summary, rel=1e-9), path


def test_comparison_of_one_record(
    archive: Path, granules: Granules, capfd: pytest.CaptureFixture[str]
) -> None:
    tree = nk.open_catalog(archive).search(experiment="exp05").to_datatree()
    node = next(node for _, node in tree.subtree_with_keys if "orog" in node.data_vars)
    source = node.orog.encoding["source"]
    with xr.open_dataset(source, engine="nunatak") as model:
        record = model.orog.isel(time=1)
        expected = nk.compare(
            record, nk.open_atl06(granules.files), time=None, crs="EPSG:3031", datum="ellipsoid"
        )
    options = ("--crs", "EPSG:3031", "--record", 1, "--datum", "ellipsoid")
    found = printed(capfd, "compare", *granules.files, "--model", source, *options)
    assert found["bias"] == pytest.approx(expected.summary()["bias"], rel=1e-14)


@pytest.mark.parametrize("family", ["mesh", "healpix"])
def test_comparison_with_a_model_of_another_family(
    family: str, granules: Granules, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    grid = mesh_of_the_south() if family == "mesh" else nk.healpix(5)
    (dim,) = ("nCells",) if family == "mesh" else ("cells",)
    heights = np.linspace(0.0, 3000.0, grid.sizes[dim])
    model = grid.assign(orog=((dim,), heights, {"units": "m", "grid_mapping": "crs"}))
    model.to_netcdf(tmp_path / "model.nc")
    with xr.open_dataset(tmp_path / "model.nc", engine="nunatak") as opened:
        # One variable alone cannot carry which vertices its cells have.
        points = nk.open_atl06(granules.files)
        expected = dict(nk.compare(opened.orog, points, source=opened.drop_vars("orog")).summary())
    found = printed(capfd, "compare", *granules.files, "--model", tmp_path / "model.nc")
    del expected["coverage"], found["coverage"]
    assert found == pytest.approx(expected, rel=1e-12)
