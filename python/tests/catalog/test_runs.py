"""A run is what its files say: copies, parts by years, several grids, axes in either direction."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

HALF = 3.04e6
STYLES = {
    "noleap": ("365_day", 365.0),
    "360_day": ("360_day", 360.0),
}


def axis(count: int, *, reverse: bool = False) -> np.ndarray:
    values = np.linspace(-HALF, HALF, count)
    return values[::-1] if reverse else values


def write(
    path: Path,
    fields: Mapping[str, float | np.ndarray],
    *,
    years: Iterable[int] = (2015, 2016),
    y: np.ndarray | None = None,
    x: np.ndarray | None = None,
    names: tuple[str, str] = ("y", "x"),
    calendar: str = "noleap",
    units: str = "m",
    dtype: str = "f8",
) -> None:
    """A file of a run: one value, one per record, or a field for each variable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    calendar, days = STYLES[calendar]
    stamps = [days * (year + 1 - 2000) for year in years]
    y, x = axis(5) if y is None else y, axis(5) if x is None else x
    coords = {
        name: (name, values, {"units": "m", "standard_name": f"projection_{letter}_coordinate"})
        for name, values, letter in zip(names, (y, x), "yx", strict=True)
    }
    time = ("time", stamps, {"units": "days since 2000-01-01", "calendar": calendar})
    shape = (len(stamps), y.size, x.size)
    variables = {}
    for name, value in fields.items():
        plane = np.asarray(value, dtype)
        plane = plane[:, None, None] if plane.ndim == 1 else plane
        variables[name] = (("time", *names), np.broadcast_to(plane, shape), {"units": units})
    xr.Dataset(variables, {"time": time, **coords}).to_netcdf(path)


def node_of(root: Path, path: str = "A/M/exp05", **options) -> xr.Dataset:
    return nk.open_catalog(root, cache=False).to_datatree(**options)[path].to_dataset()


COPIES = ["{} (1)", "{} copy", "Copy of {}", "{} - Copy (2)", "{}_copy", "{}~", "{} 2", "{}.old"]


@pytest.mark.parametrize("copy", COPIES)
def test_the_exact_name_wins_over_a_copy_beside_it(tmp_path: Path, copy: str) -> None:
    exact = "lithk_AIS_A_M_exp05"
    write(tmp_path / f"A/M/exp05/{exact}.nc", {"lithk": 1.0})
    write(tmp_path / f"A/M/exp05/{copy.format(exact)}.nc", {"lithk": 2.0})
    write(tmp_path / "A/M/exp05/orog_AIS_A_M_exp05.nc", {"orog": 3.0})
    catalog = nk.open_catalog(tmp_path, cache=False)
    node = catalog.to_datatree()["A/M/exp05"].to_dataset()
    assert float(node.lithk.max()) == 1.0 and set(node.data_vars) == {"lithk", "orog"}
    problems = catalog.report.problems
    told = problems[problems.severity == "warning"].message
    assert any(copy.format(exact) in text and "copy" in text for text in told)


@pytest.mark.parametrize("extension", ["nc4", "h5", "cdf"])
def test_a_copy_in_another_format_is_one(tmp_path: Path, extension: str) -> None:
    write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc", {"lithk": 1.0})
    write(tmp_path / f"A/M/exp05/lithk_AIS_A_M_exp05.{extension}", {"lithk": 2.0})
    node = node_of(tmp_path)
    assert list(node.data_vars) == ["lithk"] and float(node.lithk.max()) == 1.0


def test_a_copy_of_an_ismip7_file(tmp_path: Path) -> None:
    name = "lithk_AIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_2015-2016"
    write(tmp_path / f"{name}.nc", {"lithk": 1.0})
    write(tmp_path / f"{name} (1).nc", {"lithk": 2.0})
    (leaf,) = nk.open_catalog(tmp_path, cache=False).to_datatree().leaves
    assert list(leaf.data_vars) == ["lithk"] and float(leaf["lithk"].max()) == 1.0


@pytest.mark.parametrize("holder", ["base", "acabf", "zvelsurf"])
def test_the_file_of_its_own_name_owns_a_variable(tmp_path: Path, holder: str) -> None:
    write(tmp_path / f"A/M/exp05/{holder}_AIS_A_M_exp05.nc", {holder: -10.0, "lithk": 5.0})
    write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc", {"lithk": 1.0})
    node = node_of(tmp_path)
    assert float(node.lithk.max()) == 1.0 and float(node[holder].max()) == -10.0
    assert float(node[f"lithk_{holder}"].max()) == 5.0
    # Without the other file the name is free.
    only = nk.open_catalog(tmp_path, cache=False).search(variable=holder).to_datatree()["A/M/exp05"]
    assert float(only["lithk"].max()) == 5.0


PARTS = {
    "ISMIP7": "VUW/PISM1/ctrl/lithk_AIS_VUW_PISM1_m001_CESM2-WACCM_f001_ctrl_C001_{}-{}.nc",
    "ISMIP6": "A/M/exp05/lithk_AIS_A_M_exp05_{}-{}.nc",
    "underscores": "A/M/exp05/lithk_AIS_A_M_exp05_{}_{}.nc",
    "months": "A/M/exp05/lithk_AIS_A_M_exp05_{}01-{}12.nc",
    "flat": "lithk_AIS_A_M_exp05_{}-{}.nc",
}


@pytest.mark.parametrize("form", PARTS)
@pytest.mark.parametrize("pieces", [[3, 3], [1, 2, 3], [2, 4], [1] * 6])
def test_a_run_that_was_cut_by_years_is_one_variable(tmp_path: Path, form: str, pieces: list[int]) -> None:
    first = 2015
    for length in pieces:
        years = range(first, first + length)
        write(
            tmp_path / PARTS[form].format(first, first + length - 1),
            {"lithk": np.array(years, "f8")},
            years=years,
        )
        first += length
    (leaf,) = nk.open_catalog(tmp_path, cache=False).to_datatree().leaves
    node = leaf.to_dataset()
    assert list(node.data_vars) == ["lithk"] and node.lithk.dims == ("time", "y", "x")
    np.testing.assert_array_equal(node.lithk.values[:, 2, 2], np.arange(2015.0, 2021.0))
    np.testing.assert_array_equal(node.lithk.isel(time=[4, 1]).values[:, 0, 0], [2019.0, 2016.0])
    assert [stamp.year for stamp in node.time.values] == list(range(2016, 2022))
    assert "nunatak_repairs" not in node.lithk.attrs or "years" not in node.lithk.attrs["nunatak_repairs"]


def test_parts_of_other_calendars_and_types_stand_beside_whole_variables(tmp_path: Path) -> None:
    at = tmp_path / "A/M/exp05"
    write(at / "lithk_AIS_A_M_exp05_2015-2016.nc", {"lithk": np.array([1, 2])}, dtype="i4")
    later = {"years": (2018, 2019), "calendar": "360_day"}
    write(at / "lithk_AIS_A_M_exp05_2018-2019.nc", {"lithk": np.array([4.0, 5.0])}, **later, dtype="f4")
    write(at / "orog_AIS_A_M_exp05.nc", {"orog": np.arange(5.0)}, years=range(2015, 2020))
    node = node_of(tmp_path)
    assert set(node.data_vars) == {"lithk", "orog"}
    np.testing.assert_array_equal(node.lithk.values[:, 0, 0], [1, 2, np.nan, 4, 5])
    np.testing.assert_array_equal(node.orog.values[:, 0, 0], np.arange(5.0))


def test_parts_that_overlap_are_used_once_and_told(tmp_path: Path) -> None:
    at = tmp_path / "A/M/exp05"
    write(at / "lithk_AIS_A_M_exp05_2015-2017.nc", {"lithk": np.array([1.0, 2, 3])}, years=range(2015, 2018))
    write(at / "lithk_AIS_A_M_exp05_2017-2018.nc", {"lithk": np.array([30.0, 4])}, years=range(2017, 2019))
    catalog = nk.open_catalog(tmp_path, cache=False)
    node = catalog.to_datatree()["A/M/exp05"]
    np.testing.assert_array_equal(node["lithk"].values[:, 0, 0], [1, 2, 3, 4])
    problems = catalog.report.problems
    assert any("1 of its 2 records" in text for text in problems[problems.severity == "warning"].message)


@pytest.mark.parametrize(("change", "told"), [({"units": "km"}, "units"), ({"y": axis(7)}, "dimensions")])
def test_parts_that_are_not_the_same_variable_stay_apart(tmp_path: Path, change: dict, told: str) -> None:
    at = tmp_path / "A/M/exp05"
    write(at / "lithk_AIS_A_M_exp05_2015-2016.nc", {"lithk": 1.0})
    write(at / "lithk_AIS_A_M_exp05_2017-2018.nc", {"lithk": 2.0}, years=(2017, 2018), **change)
    catalog = nk.open_catalog(tmp_path, cache=False)
    node = catalog.to_datatree()["A/M/exp05"].to_dataset()
    assert float(node.lithk.max()) == 1.0 and np.isnan(node.lithk.values[2:]).all()
    problems = catalog.report.problems
    assert any(told in text for text in problems[problems.severity == "warning"].message)


PLANES = {
    "acabf": lambda x, y: 50 + 2e-5 * x + 1e-5 * y,
    "base": lambda x, y: 100 + 2e-5 * x + 1e-5 * y,
    "lithk": lambda x, y: 900 - 3e-5 * x + 2e-5 * y,
    "orog": lambda x, y: 500 + 1e-5 * x - 4e-5 * y,
    "topg": lambda x, y: -300 + 3e-5 * x + 5e-5 * y,
}


def write_plane(root: Path, name: str, y: np.ndarray, x: np.ndarray, **options) -> None:
    plane = np.broadcast_to(PLANES[name](x[None, :], y[:, None]), (2, y.size, x.size))
    write(root / f"A/M/exp05/{name}_AIS_A_M_exp05.nc", {name: plane}, y=y, x=x, **options)


def check_regridded(root: Path, names: Iterable[str]) -> None:
    target = nk.grid("EPSG:3031", spacing=160e3)
    x, y = target.x.values, target.y.values
    inside = np.ix_(abs(y) < 3e6, abs(x) < 3e6)
    tree = nk.regrid(nk.open_catalog(root, cache=False).to_datatree(), target, method="bilinear")
    node = tree["A/M/exp05"].to_dataset()
    for name in names:
        assert node[name].dims == ("time", "y", "x"), name
        expected = PLANES[name](x[None, :], y[:, None])[inside]
        np.testing.assert_allclose(node[name].values[1][inside], expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("descending", [("acabf",), ("orog",), ("acabf", "lithk"), ("topg",)])
@pytest.mark.parametrize("which", ["y", "x", "yx"])
def test_files_of_both_directions_share_their_axes(
    tmp_path: Path, descending: tuple[str, ...], which: str
) -> None:
    names = ["acabf", "lithk", "orog", "topg"]
    for name in names:
        turned = name in descending
        y, x = (axis(11, reverse=turned and letter in which) for letter in "yx")
        write_plane(tmp_path, name, y, x)
    node = node_of(tmp_path)
    assert {node[name].dims for name in names} == {("time", "y", "x")}
    assert (np.diff(node.y.values) > 0).all() and (np.diff(node.x.values) > 0).all()
    for name in names:
        expected = PLANES[name](node.x.values[None, :], node.y.values[:, None])
        np.testing.assert_allclose(node[name].values[0], expected, rtol=1e-12)
    check_regridded(tmp_path, names)


def test_axes_that_all_descend_stay(tmp_path: Path) -> None:
    for name in ("lithk", "orog"):
        write_plane(tmp_path, name, axis(11, reverse=True), axis(11))
    node = node_of(tmp_path)
    assert (np.diff(node.y.values) < 0).all() and node.orog.dims == node.lithk.dims == ("time", "y", "x")


@pytest.mark.parametrize("sizes", [(21, 11, 11), (11, 21, 11), (11, 11, 21), (21, 11, 16)])
def test_files_on_the_same_second_grid_share_it(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    names = ("base", "lithk", "orog")
    for name, count in zip(names, sizes, strict=True):
        write_plane(tmp_path, name, axis(count), axis(count))
    node = node_of(tmp_path)
    for (one, count), (other, again) in itertools.combinations(zip(names, sizes, strict=True), 2):
        assert (node[one].dims == node[other].dims) == (count == again)
        if count == again:
            difference = node[one] - node[other]
            assert difference.ndim == 3
            points = axis(count)
            expected = PLANES[one](points[None, :], points[:, None]) - PLANES[other](
                points[None, :], points[:, None]
            )
            np.testing.assert_allclose(difference.values[0], expected, atol=1e-9)
    check_regridded(tmp_path, names)


def test_single_precision_axes_are_those_of_double(tmp_path: Path) -> None:
    points = np.linspace(-HALF, HALF, 7)
    write_plane(tmp_path, "lithk", points, points)
    write_plane(tmp_path, "orog", points.astype("f4"), points.astype("f4"))
    node = node_of(tmp_path)
    assert node.orog.dims == node.lithk.dims


AXES = [("y", "x"), ("Y", "X"), ("ncl1", "ncl0"), ("lat", "lon"), ("rows", "columns")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[:4])
@pytest.mark.parametrize("other", AXES[1:])
def test_every_field_is_regridded_whatever_its_axes_are_called(
    tmp_path: Path, order: tuple[int, ...], other: tuple[str, str]
) -> None:
    names = [("base", "lithk", "topg")[at] for at in order]
    layouts = [(("y", "x"), 11), (other, 21), (AXES[1], 16)]
    for name, (axes, count) in zip(names, layouts, strict=True):
        write_plane(tmp_path, name, axis(count), axis(count), names=axes)
    check_regridded(tmp_path, names)


def test_a_field_on_axes_that_mean_nothing_is_named(tmp_path: Path) -> None:
    x = axis(11)
    own = xr.Dataset(
        {
            "lithk": (("y", "x"), np.ones((11, 11)), {"units": "m"}),
            "odd": (("rows", "columns"), np.ones((4, 5)), {"units": "m"}),
            "total": (("time", "basin"), np.ones((2, 3))),
        },
        {k: (k, x, {"units": "m", "standard_name": f"projection_{k}_coordinate"}) for k in "yx"},
    )
    with pytest.warns(nk.NunatakWarning, match=r"odd stays on its own axes \('rows', 'columns'\)") as caught:
        found = nk.regrid(own, nk.grid("EPSG:3031", spacing=304e3), source="EPSG:3031")
    assert not any("total" in str(warning.message) for warning in caught)
    assert found.odd.dims == ("rows", "columns")


def test_two_systems_in_one_dataset_are_told_apart() -> None:
    polar = nk.grid("EPSG:3031", spacing=608e3).drop_vars(["x_bnds", "y_bnds"])
    globe = nk.latlon(30.0).drop_vars(["lon_bnds", "lat_bnds", "crs"])
    both = polar.assign_coords(globe.coords).assign(
        thickness=(("y", "x"), np.full((11, 11), 2.0), {"grid_mapping": "crs"}),
        pressure=(("lat", "lon"), np.full((6, 12), 5.0)),
    )
    for name in both.coords:
        both[name].attrs.pop("bounds", None)
    found = nk.regrid(both, nk.latlon(10.0), method="nearest")
    assert found.pressure.dims == found.thickness.dims == ("lat", "lon")
    assert float(found.pressure.min()) == float(found.pressure.max()) == 5.0


def test_models_of_several_resolutions_are_stacked_after_regridding(tmp_path: Path) -> None:
    write(tmp_path / "A/M/exp05/base_AIS_A_M_exp05.nc", {"base": -5.0}, y=axis(21), x=axis(21))
    write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc", {"lithk": 1.0}, y=axis(11), x=axis(11))
    write(tmp_path / "B/M/exp05/lithk_AIS_B_M_exp05.nc", {"lithk": 3.0}, y=axis(21), x=axis(21))
    tree = nk.open_catalog(tmp_path, cache=False).to_datatree()
    common = nk.regrid(tree, nk.grid("EPSG:3031", spacing=304e3), method="bilinear")
    stacked = nk.stack(common, "lithk")
    assert stacked.model.values.tolist() == ["A/M", "B/M"]
    assert float(stacked.mean("model").isel(y=10, x=10)[0]) == 2.0


@pytest.mark.parametrize("bad", ["0.1 m", np.array([0.1, 0.2]), np.array([], "f8")])
def test_a_bad_attribute_costs_its_variable_alone(tmp_path: Path, bad: object) -> None:
    at = tmp_path / "A/M/exp05"
    write(at / "base_AIS_A_M_exp05.nc", {"base": 1.0, "acabf": 2.0, "lithk": 3.0})
    import netCDF4

    with netCDF4.Dataset(at / "base_AIS_A_M_exp05.nc", "a") as file:
        file["acabf"].setncattr("scale_factor", bad)
    with pytest.warns(nk.NunatakWarning, match=r"acabf.*scale_factor"):
        node = node_of(tmp_path)
    assert set(node.data_vars) == {"base", "lithk"} and float(node.lithk.max()) == 3.0


@pytest.mark.parametrize("calendar", ["standard", "julian", "proleptic_gregorian", "365_day"])
@pytest.mark.parametrize("zone", ["+03:00", "+05:30", "-04:00"])
def test_references_with_a_time_zone(tmp_path: Path, calendar: str, zone: str) -> None:
    import cftime

    units = f"hours since 0001-01-01 00:00:00 {zone}"
    path = tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc"
    write(path, {"lithk": 1.0})
    dates = [cftime.datetime(year, 1, 1, calendar=calendar) for year in (2016, 2017)]
    with xr.open_dataset(path, decode_times=False) as opened:
        own = opened.load()
    own["time"] = ("time", cftime.date2num(dates, units, calendar), {"units": units, "calendar": calendar})
    own.to_netcdf(path)
    found = [str(stamp).replace(" ", "T")[:19] for stamp in node_of(tmp_path).time.values]
    assert found == ["2016-01-01T00:00:00", "2017-01-01T00:00:00"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_and_pipes_in_an_archive(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    write(root / "A/M/exp05/lithk_AIS_A_M_exp05.nc", {"lithk": 1.0})
    for place in ("latest", "A/current", "A/M/exp05/up"):
        (root / place).symlink_to(root)
    (root / "A/M/newest").symlink_to(root / "A/M/exp05")
    os.mkfifo(root / "A/M/exp05/orog_AIS_A_M_exp05.nc")
    catalog = nk.open_catalog(root, cache=False)
    assert len(catalog) == 1
    assert float(catalog.to_datatree()["A/M/exp05/lithk"].max()) == 1.0
    told = catalog.report.problems.message
    assert sum("a link to" in text for text in told) == 4
