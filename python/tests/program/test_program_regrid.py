"""`nunatak regrid` of every family of grids to every other: the bits of `nk.regrid`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import run_program
from nunatak.grids.recognition import find_candidates, find_horizontal
from nunatak_testing import grid_families as families

EVERY = sorted(families.FAMILIES)


def with_field(name: str) -> xr.Dataset:
    """A smooth field at two times on a grid of a family."""
    dataset = families.FAMILIES[name]()
    horizontal = find_horizontal(dataset)
    longitude, latitude = (np.radians(values) for values in horizontal.grid.centres())
    smooth = (2 + np.cos(latitude) ** 2 * np.cos(2 * longitude)).reshape(horizontal.grid.shape)
    others = [key for key in dataset.data_vars if key not in find_candidates(dataset)[0].names]
    attrs = {**horizontal.data_attrs, "units": "m"}
    dims = ("time", *horizontal.dims)
    return dataset.drop_vars(others).assign(smooth=(dims, np.stack([smooth, 2 * smooth]), attrs))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a field for each family."""
    directory = tmp_path_factory.mktemp("families")
    for name in EVERY:
        with_field(name).to_netcdf(directory / f"{name}.nc")
    return directory


def run(*arguments: object) -> None:
    assert run_program(["nunatak", *map(str, arguments)]) == 0


@pytest.mark.parametrize("source", EVERY)
def test_every_family_goes_to_every_other(source: str, files: Path, tmp_path: Path) -> None:
    for target in EVERY:
        output = tmp_path / f"{target}.nc"
        run(
            "regrid", files / f"{source}.nc", output, "--grid", files / f"{target}.nc", "--min-coverage", 1e-9
        )
        with xr.open_dataset(files / f"{source}.nc", engine="nunatak") as field:
            expected = nk.regrid(field, families.FAMILIES[target](), min_coverage=1e-9)
        with xr.open_dataset(output, engine="nunatak") as found:
            assert found.smooth.dims == expected.smooth.dims
            np.testing.assert_array_equal(found.smooth, expected.smooth)
            assert found.smooth.attrs["units"] == "m"
            crs = "EPSG:3031" if target == "issm" else None
            assert find_horizontal(found, crs=crs).grid == find_horizontal(families.FAMILIES[target]()).grid
            assert set(expected.coords) - set(found.variables) == set()
            mapping = expected.smooth.attrs["grid_mapping"]
            assert (
                found.smooth.encoding.get("grid_mapping", found.smooth.attrs.get("grid_mapping")) == mapping
            )
            here = json.loads(found.smooth.attrs["nunatak_regrid"])
            assert here == json.loads(expected.smooth.attrs["nunatak_regrid"])


@pytest.mark.parametrize("method", ["conservative2", "bilinear", "patch", "nearest", "inverse_distance"])
def test_every_method(method: str, files: Path, tmp_path: Path) -> None:
    run("regrid", files / "mpas.nc", tmp_path / "out.nc", "--grid", "latlon:10", "--method", method)
    with xr.open_dataset(files / "mpas.nc") as field:
        expected = nk.regrid(field, nk.latlon(10.0), method)
    with xr.open_dataset(tmp_path / "out.nc") as found:
        np.testing.assert_array_equal(found.smooth, expected.smooth)


@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("EPSG:3031:64km", lambda: nk.ismip6_grid("AIS", 64e3)),
        ("GrIS:60km", lambda: nk.ismip6_grid("GrIS", 60e3)),
        ("latlon:2.5", lambda: nk.latlon(2.5)),
        ("healpix:3", lambda: nk.healpix(3)),
        ("healpix:2:ring", lambda: nk.healpix(2, order="ring")),
    ],
)
def test_named_grids_are_those_of_the_library(name: str, grid, files: Path, tmp_path: Path) -> None:
    run("regrid", files / "rectilinear.nc", tmp_path / "out.nc", "--grid", name)
    expected = grid()
    with xr.open_dataset(tmp_path / "out.nc") as found:
        assert find_horizontal(found).grid == find_horizontal(expected).grid
        for coordinate in expected.coords:
            np.testing.assert_array_equal(found[coordinate], expected[coordinate])
            for key, value in expected[coordinate].attrs.items():
                if key != "bounds":
                    assert found[coordinate].attrs[key] == value, (coordinate, key)


def test_options(files: Path, tmp_path: Path) -> None:
    common = ("regrid", files / "polar.nc", tmp_path / "out.nc", "--grid", "latlon:5")
    run(*common, "--func", "max", "--dtype", "float32", "--variables", "smooth")
    with xr.open_dataset(files / "polar.nc") as field:
        expected = nk.regrid(field, nk.latlon(5.0), func="max", dtype="float32").smooth
    with xr.open_dataset(tmp_path / "out.nc") as found:
        np.testing.assert_array_equal(found.smooth, expected)
        assert found.smooth.dtype == np.float32
        assert found.smooth.attrs["cell_methods"] == "area: maximum"


def test_vectors_turn(tmp_path: Path) -> None:
    source = nk.grid("EPSG:3031", spacing=200e3, bounds=(-2e6, -2e6, 2e6, 2e6))
    shape = (source.sizes["y"], source.sizes["x"])
    generator = np.random.default_rng(7)
    for name in ("xvelsurf", "yvelsurf"):
        source[name] = (("y", "x"), generator.normal(size=shape), {"units": "m s-1"})
    source.to_netcdf(tmp_path / "in.nc")
    run("regrid", tmp_path / "in.nc", tmp_path / "out.nc", "--grid", "latlon:1")
    expected = nk.regrid(source, nk.latlon(1.0))
    with xr.open_dataset(tmp_path / "out.nc") as found:
        for name in ("xvelsurf", "yvelsurf"):
            np.testing.assert_array_equal(found[name], expected[name])
            here, there = (json.loads(values[name].attrs["nunatak_regrid"]) for values in (found, expected))
            assert here["rotated"] == there["rotated"]


def test_errors_name_what_is_wrong(files: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    field, out = str(files / "polar.nc"), str(tmp_path / "out.nc")
    xr.Dataset({"a": ("t", [1.0])}).to_netcdf(tmp_path / "no_grid.nc")
    cases = [
        (2, "found nowhere", (field, out, "--grid", "nowhere")),
        (2, "EPSG:1", (field, out, "--grid", "EPSG:1:8km")),
        (2, "divisor", (field, out, "--grid", "latlon:7")),
        (2, "found bed", (field, out, "--grid", "healpix:3", "--variables", "bed")),
        (4, "gone.nc", (str(tmp_path / "gone.nc"), out, "--grid", "healpix:3")),
        (3, "without coordinates", (str(tmp_path / "no_grid.nc"), out, "--grid", "healpix:3")),
        (4, "out.nc", (field, str(tmp_path / "no" / "out.nc"), "--grid", "healpix:3")),
    ]
    for code, text, arguments in cases:
        found = run_program(["nunatak", "regrid", *arguments])
        errors = capfd.readouterr().err
        assert (found, text in errors) == (code, True), errors
    assert not Path(out).exists()
