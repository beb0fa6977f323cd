"""What is written reads clean elsewhere: every product, as CF and old programs see the file."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.io.cf import narrow, squared_units
from nunatak.samples import write_archive
from nunatak_testing import grid_families

AXIS = np.arange(-1000e3, 1001e3, 50e3)
LINKS = ("bounds", "grid_mapping", "ancillary_variables", "coordinates")


def model(seed: int = 0, *, as_coordinate: bool = False) -> xr.Dataset:
    values = np.random.default_rng(seed).random((3, AXIS.size, AXIS.size)).astype("f4")
    time = xr.date_range("2015-01-01", periods=3, freq="YS", use_cftime=True, calendar="noleap")
    attrs = {"units": "m", "standard_name": "surface_altitude", "grid_mapping": "crs"}
    axes = {k: (k, AXIS, {"units": "m", "standard_name": f"projection_{k}_coordinate"}) for k in "yx"}
    mapping = nk.grid("EPSG:3031", spacing=608e3)["crs"].variable
    own = xr.Dataset(
        {"orog": (("time", "y", "x"), values, attrs), "crs": mapping},
        {**axes, "time": ("time", time, {"standard_name": "time"})},
    )
    return own.set_coords("crs") if as_coordinate else own


def tree(experiment: str = "exp05", start: int = 0) -> xr.DataTree:
    return xr.DataTree.from_dict({f"/A/M{at}/{experiment}": model(start + at) for at in range(3)})


def points() -> nk.Points:
    rng, count = np.random.default_rng(2), 400
    return nk.open_points(
        {
            "longitude": rng.uniform(-50, -48, count),
            "latitude": rng.uniform(69, 71, count),
            "height": 1000 + rng.standard_normal(count),
            "height_sigma": np.full(count, 0.1),
            "sigma_geo": np.full(count, 0.3),
            "time": np.full(count, np.datetime64("2020-01-01", "ns")),
        },
        quality="all",
    )


def curvilinear() -> xr.Dataset:
    longitude, latitude = np.meshgrid(np.linspace(-40, 40, 9), np.linspace(-85, -60, 7))
    return xr.Dataset(
        coords={
            "lon": (("j", "i"), longitude, {"units": "degrees_east", "standard_name": "longitude"}),
            "lat": (("j", "i"), latitude, {"units": "degrees_north", "standard_name": "latitude"}),
        }
    )


def run() -> xr.Dataset:
    """A model with its thickness and mask."""
    own = model(as_coordinate=True)
    units = {"lithk": "m", "sftgif": "1"}
    return own.assign({name: own.orog.copy().assign_attrs(units=unit) for name, unit in units.items()})


def halves() -> xr.DataArray:
    """Labels of two zones."""
    return xr.where(run().orog.isel(time=0, drop=True).x < 0, 1, 2) * xr.ones_like(run().orog[0], dtype=int)


def projection_and_control() -> xr.Dataset:
    runs = xr.DataTree.from_dict({"/A/M/exp05": model(1), "/A/M/ctrl_proj_std": model(2)})
    return nk.minus_control(runs)["A/M/exp05"].to_dataset()


PRODUCTS: dict[str, Callable[[], xr.Dataset | xr.DataArray]] = {
    "regridded to a map": lambda: nk.regrid(model(), nk.grid("EPSG:3031", spacing=64e3)),
    "regridded from coordinates": lambda: nk.regrid(
        model(as_coordinate=True), nk.grid("EPSG:3031", spacing=64e3)
    ),
    "regridded to the globe": lambda: nk.regrid(model(), nk.latlon(2.0)),
    "regridded to HEALPix": lambda: nk.regrid(model(), nk.healpix(4)),
    "regridded to rows": lambda: nk.regrid(model(), nk.reduced_gaussian([-60, -70, -85], [16, 8, 4])),
    "regridded to curvilinear": lambda: nk.regrid(model(), curvilinear()),
    "a regridded array": lambda: nk.regrid(model(as_coordinate=True).orog, nk.healpix(4)),
    "stack": lambda: nk.stack(tree(), "orog"),
    "ensemble": lambda: nk.ensemble(tree(), "orog", ("mean", "var", "std", "min", "max", "count")),
    "ensemble on a target": lambda: nk.ensemble(nk.regrid(tree(), nk.latlon(2.0)), "orog", "mean"),
    "scalars": lambda: nk.scalars(run(), by={"half": halves()}),
    "minus control": projection_and_control,
    "cells": lambda: nk.aggregate(points(), nk.grid("EPSG:3413", spacing=8e3, bounds=points())),
    "HEALPix cells": lambda: nk.aggregate(points(), nk.healpix(6)),
    "a grid": lambda: nk.grid("EPSG:3031", spacing=64e3),
    "areas": lambda: nk.cell_area(nk.latlon(2.0)),
}


def contents(
    product: xr.Dataset | xr.DataArray, path: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, Any], set]:
    product.to_netcdf(path)
    with netCDF4.Dataset(path) as file:
        variables = {
            name: {attr: own.getncattr(attr) for attr in own.ncattrs()}
            for name, own in file.variables.items()
        }
        return variables, {attr: file.getncattr(attr) for attr in file.ncattrs()}, set(file.dimensions)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_reads_clean(tmp_path: Path, name: str) -> None:
    product = PRODUCTS[name]()
    variables, own, dimensions = contents(product, tmp_path / "product.nc")
    mappings = {name for name, attrs in variables.items() if "grid_mapping_name" in attrs}
    for variable, attrs in variables.items():
        for link in LINKS:
            words = str(attrs.get(link, "")).replace(":", " ").split()
            assert set(words) <= set(variables), (variable, link)
        assert not mappings & set(str(attrs.get("coordinates", "")).split()), variable
        for attribute, value in attrs.items():
            is_wide = getattr(value, "dtype", None) in (np.dtype("i8"), np.dtype("u8"))
            assert not is_wide or attribute == "_FillValue", (variable, attribute)
        assert "(" not in str(attrs.get("units", "")) and "**" not in str(attrs.get("units", ""))
    edges = {attrs["bounds"] for attrs in variables.values() if "bounds" in attrs}
    assert not [name for name in (set(variables) & dimensions) | edges if "_FillValue" in variables[name]]
    if isinstance(product, xr.Dataset):
        assert "CF-" in own["Conventions"]
        assert name == "a grid" or "nunatak" in own["history"]
    # The file says what the product says.
    with xr.open_dataset(tmp_path / "product.nc") as again:
        assert set(again.variables) >= {name for name in getattr(product, "data_vars", {})}


PROGRAMS = {
    "cdo": lambda path, name: ["cdo", "-s", "sinfon", path],
    "ncks": lambda path, name: ["ncks", "-m", path],
    "gdalinfo": lambda path, name: ["gdalinfo", f"NETCDF:{path}:{name}"],
}

NOT_OF = {
    "cdo": {
        "a grid": "it opens no file without data",
        "stack": "of four dimensions it takes the first for time",
        "HEALPix cells": "it takes the first of two times for the axis of a file",
    },
    "gdalinfo": {
        "a grid": "it has no field",
        "stack": "dimensions before y and x must be times or heights, and nominal years have no unit of time",
        "ensemble": "as stack",
        "ensemble on a target": "as stack",
        "scalars": "it reads rows and columns",
        "regridded to HEALPix": "it reads rows and columns",
        "regridded to rows": "it reads rows and columns",
        "regridded to curvilinear": "it reads rows and columns with coordinates of their own",
    },
    "ncks": {},
}
"""What the programs do not do, whatever the file says."""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", PRODUCTS)
def test_other_programs_open_a_product_without_a_word(tmp_path: Path, name: str, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    if name in NOT_OF[program]:
        pytest.skip(NOT_OF[program][name])
    product, path = PRODUCTS[name](), tmp_path / "product.nc"
    product.to_netcdf(path)
    field = product.name if isinstance(product, xr.DataArray) else next(iter(product.data_vars), "")
    command = PROGRAMS[program](str(path), str(field))
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


UNKNOWN_TO_THE_CHECKER = (
    "healpix is not a valid grid_mapping_name",  # it came with CF 1.13
    "recommended for variable cell_ids",  # xdggs takes every attribute of it for a parameter
    "standard_name base_altitude is not defined",  # ISMIP6's own
    "mesh_topology is not a valid cf_role",  # UGRID, of which CF is a part since 1.11
)
"""What compliance-checker 6.1 says of files that are right."""


def regridded_to(family: str) -> xr.Dataset:
    time = xr.DataArray(np.array(["2015-01-01", "2016-01-01"], "M8[ns]"), dims="time")
    field = nk.latlon(5.0).assign(
        v=(("time", "lat", "lon"), np.ones((2, 36, 72)), {"units": "m", "long_name": "v"})
    )
    field = field.assign_coords(time=time.assign_attrs(standard_name="time"))
    return nk.regrid(field, grid_families.FAMILIES[family](), min_coverage=0)


def samples(path: Path) -> xr.Dataset:
    """A file of the sample archive, as it is opened."""
    write_archive(path / "archive", years=3)
    tree = nk.open_catalog(path / "archive").search(experiment="exp05").to_datatree()
    return next(node.to_dataset() for node in tree.subtree if "orog" in node)


CHECKED: dict[str, Callable[[Path], xr.Dataset | xr.DataArray]] = {
    **{name: lambda path, make=make: make() for name, make in PRODUCTS.items()},
    **{f"regridded to {name}": lambda path, name=name: regridded_to(name) for name in grid_families.FAMILIES},
    "points": lambda path: points().to_xarray(),
    "points with residuals": lambda path: nk.residuals(
        points(), model().orog.isel(time=0, drop=True), crs="EPSG:3413", datum="ellipsoid"
    ).to_xarray(),
    "samples": samples,
}


@pytest.mark.parametrize("name", CHECKED)
def test_the_compliance_checker_finds_no_error(tmp_path: Path, name: str) -> None:
    path, report = tmp_path / "product.nc", tmp_path / "report.json"
    CHECKED[name](tmp_path).to_netcdf(path)
    runner = pytest.importorskip("compliance_checker.runner")
    runner.CheckSuite.load_all_available_checkers()
    runner.ComplianceChecker.run_checker(
        str(path), ["cf:1.11"], 0, "normal", output_filename=str(report), output_format="json"
    )
    errors = json.loads(report.read_text())["cf:1.11"]["high_priorities"]
    said = [message for error in errors for message in error["msgs"]]
    assert not [text for text in said if not any(known in text for known in UNKNOWN_TO_THE_CHECKER)]


def test_the_history_goes_on() -> None:
    first = nk.regrid(model().assign_attrs(history="made by a model", Conventions="CF-1.7"), nk.latlon(2.0))
    lines = nk.regrid(first, nk.healpix(3)).attrs["history"].splitlines()
    assert len(lines) == 3 and lines[2] == "made by a model" and "healpix" in lines[0].lower()
    assert first.attrs["Conventions"] == "CF-1.7"


def test_statistics_say_what_they_are() -> None:
    found = nk.ensemble(tree(), "orog", ("mean", "var", "std", "count"))
    assert [found[name].attrs.get("units") for name in ("mean", "var", "std", "count")] == [
        "m",
        "m2",
        "m",
        "1",
    ]
    named = [name for name in found.data_vars if found[name].attrs.get("standard_name") == "surface_altitude"]
    assert named == ["mean"]
    assert found.crs.attrs["grid_mapping_name"] == "polar_stereographic"


def test_the_difference_of_two_experiments_is_that_of_each_model() -> None:
    exp, ctrl = nk.stack(tree("exp05", 5), "orog"), nk.stack(tree("ctrl", 1), "orog")
    assert exp.model.values.tolist() == ctrl.model.values.tolist() == ["A/M0", "A/M1", "A/M2"]
    assert exp.experiment.values.tolist() == ["exp05"] * 3 and exp.experiment.dims == ("model",)
    difference = exp - ctrl
    assert difference.shape == exp.shape
    for at in range(3):
        expected = model(5 + at).orog.values - model(1 + at).orog.values
        np.testing.assert_allclose(difference[at].values, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("paths", "labels", "experiments"),
    [
        (["A/M/exp05", "B/M/exp05"], ["A/M", "B/M"], ["exp05", "exp05"]),
        (["A/M/exp05", "A/M/ctrl"], ["A/M/exp05", "A/M/ctrl"], ["exp05", "ctrl"]),
        (["exp05/A_M", "exp05/B_M"], ["A_M", "B_M"], ["exp05", "exp05"]),
        (["V/P/ctrl/m001_f001", "V/P/ctrl/m002_f001"], ["V/P/m001_f001", "V/P/m002_f001"], ["ctrl", "ctrl"]),
        (["one", "other"], ["one", "other"], None),
    ],
)
def test_labels_are_models(paths: list[str], labels: list[str], experiments: list[str] | None) -> None:
    def node(path: str) -> xr.Dataset:
        known = [part for part in path.split("/") if part in ("exp05", "ctrl")]
        return model().assign_attrs({"nunatak_experiment": known[0]} if known else {})

    stacked = nk.stack(xr.DataTree.from_dict({path: node(path) for path in paths}), "orog")
    assert stacked.model.values.tolist() == labels
    found = stacked.coords["experiment"].values.tolist() if "experiment" in stacked.coords else None
    assert found == experiments


@pytest.mark.parametrize(
    ("units", "square"),
    [
        ("m", "m2"),
        ("m s-1", "m2 s-2"),
        ("kg m-2 s-1", "kg2 m-4 s-2"),
        ("m/yr", "m2 yr-2"),
        ("m2", "m4"),
        ("m^2 s-1", "m4 s-2"),
        ("m**2", "m4"),
        ("W.m-2", "W2 m-4"),
        ("1", "1"),
        ("1e-3", "1e-06"),
        ("1e3 km", "1000000 km2"),
        ("K", "K2"),
        ("degC", "K2"),
        ("%", "%2"),
        ("days since 2000-01-01", None),
        ("(m)", None),
    ],
)
def test_squares_of_units(units: str, square: str | None) -> None:
    assert squared_units(units) == square


def test_whole_numbers_of_attributes_have_32_bits_where_they_fit() -> None:
    found = narrow({"a": 5, "b": np.int64(-7), "c": 2**40, "d": True, "e": np.arange(3), "f": 1.5, "g": "x"})
    kinds = {name: getattr(value, "dtype", type(value)) for name, value in found.items()}
    assert kinds == {
        **dict.fromkeys("abe", np.dtype("i4")), "c": int, "d": bool, "f": float, "g": str,
    }  # fmt: skip


def test_one_statistic_by_name() -> None:
    members = xr.DataArray(np.random.default_rng(3).normal(size=(4, 5)), dims=("model", "x"), name="lithk")
    for name in ("mean", "std", "max"):
        np.testing.assert_allclose(nk.ensemble(members, stats=name)[name], getattr(members, name)("model"))
    for wrong in ("kurtosis", ["mean", "mode"], 5, [], [None]):
        with pytest.raises(nk.ArgumentError, match=r"stats: .*expected"):
            nk.ensemble(members, stats=wrong)  # type: ignore[arg-type]
