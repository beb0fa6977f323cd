"""Grids: against pyproj, the files' own cell areas, and the area of the ellipsoid."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pyproj
import pytest
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import ArgumentError, GridError, GridMappingWarning
from nunatak.grids.rectilinear import cell_area, grid, ismip6_grid, latlon, native_grid, spatial_dims

WGS84_AREA = 510_065_621_724_088.4  # m2: 2 pi a^2 (1 + (1 - e^2) / e atanh e)


@pytest.mark.parametrize(("epsg", "south", "north"), [(3031, -89.999, -50.0), (3413, 50.0, 89.999)])
def test_projections_are_projs(epsg: int, south: float, north: float) -> None:
    random = np.random.default_rng(epsg)
    longitude, latitude = random.uniform(-180, 180, 20_000), random.uniform(south, north, 20_000)
    reference = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    crs = Crs.parse(f"EPSG:{epsg}")
    x, y = crs.forward(longitude, latitude)
    expected = np.array(reference.transform(longitude, latitude))
    np.testing.assert_allclose([x, y], expected, rtol=0, atol=1e-7)
    back = crs.inverse(*expected)
    np.testing.assert_allclose(back[1], latitude, rtol=0, atol=5e-11)
    np.testing.assert_allclose((back[0] - longitude + 180) % 360 - 180, 0, rtol=0, atol=1e-9)


@pytest.mark.parametrize("epsg", [3031, 3413])
def test_area_factor_is_projs_inverse_areal_scale(epsg: int) -> None:
    sign = -1 if epsg == 3031 else 1
    longitude, latitude = np.linspace(-170, 170, 60), sign * np.linspace(55, 89, 60)
    scale = pyproj.Proj(epsg).get_factors(longitude, latitude).areal_scale
    crs = Crs.parse(f"EPSG:{epsg}")
    np.testing.assert_allclose(crs.area_factor(*crs.forward(longitude, latitude)), 1 / scale, rtol=1e-8)


def test_area_factor_is_the_files_own(real_data: Path) -> None:
    file = real_data / "ismip6" / "grid32km_ais" / "ANT-32KM_TOPO-BedMachine.nc"
    with xr.open_dataset(file, engine="netcdf4") as bedmachine:
        x, y = np.meshgrid(bedmachine.xc * 1e3, bedmachine.yc * 1e3)
        expected = bedmachine.area.values * 1e6 / 32e3**2
        found = Crs.parse("EPSG:3031").area_factor(x.ravel(), y.ravel()).reshape(x.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        # The file's area is the factor in the middle of the cell; the integral differs a little.
        np.testing.assert_allclose(cell_area(bedmachine), bedmachine.area * 1e6, rtol=3e-6)


@pytest.mark.parametrize("spacing", [5.0, 1.0, 0.25])
def test_the_globe_has_the_area_of_the_ellipsoid(spacing: float) -> None:
    assert float(cell_area(latlon(spacing)).sum()) == pytest.approx(WGS84_AREA, rel=1e-12)


def test_areas_of_latitude_bands_are_pyprojs() -> None:
    area = cell_area(latlon(1.0)).isel(lon=0)
    geod = pyproj.Geod(ellps="WGS84")
    for latitude in (-89.5, -70.5, 10.5):
        # A quadrangle between parallels, its parallels walked in short steps.
        steps = np.linspace(0, 1, 2001)
        longitudes = np.concatenate([steps, steps[::-1]])
        latitudes = np.concatenate([np.full(2001, latitude - 0.5), np.full(2001, latitude + 0.5)])
        expected = geod.polygon_area_perimeter(longitudes, latitudes)[0]
        assert float(area.sel(lat=latitude)) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("sheet", "spacing", "shape"),
    [
        ("AIS", 32e3, (191, 191)),
        ("AIS", 8e3, (761, 761)),
        ("AIS", 500, (12161, 12161)),
        ("GrIS", 20e3, (145, 85)),
        ("GrIS", 5e3, (577, 337)),
        ("GrIS", 1e3, (2881, 1681)),
    ],
)
def test_ismip6_grids_have_their_published_sizes(sheet: str, spacing: float, shape: tuple[int, int]) -> None:
    made = ismip6_grid(sheet, spacing)  # type: ignore[arg-type]
    assert (made.sizes["y"], made.sizes["x"]) == shape
    corners = {"AIS": (-3.04e6, 3.04e6, -3.04e6, 3.04e6), "GrIS": (-7.2e5, 9.6e5, -3.45e6, -5.7e5)}[sheet]
    assert (made.x[0], made.x[-1], made.y[0], made.y[-1]) == corners
    assert set(np.diff(made.x)) == {spacing}


def test_cells_of_either_registration() -> None:
    bounds = (0.0, 0.0, 1e5, 2e5)
    nodes = grid("EPSG:3031", spacing=1e4, bounds=bounds)
    cells = grid("EPSG:3031", spacing=1e4, bounds=bounds, registration="cell")
    assert (nodes.sizes["x"], nodes.sizes["y"], cells.sizes["x"], cells.sizes["y"]) == (11, 21, 10, 20)
    assert (float(nodes.x_bnds[0, 0]), float(cells.x_bnds[0, 0]), float(cells.x[0])) == (-5e3, 0.0, 5e3)
    thirds = grid("EPSG:4326", spacing=0.1, bounds=(-0.3, -1.1, 0.6, 0.4), registration="cell")
    assert (thirds.sizes["lon"], thirds.sizes["lat"]) == (9, 15)


def test_grids_are_cf_and_read_by_pyproj() -> None:
    for made, code in (
        (ismip6_grid("AIS", 64e3), 3031),
        (latlon(10), 4326),
        (ismip6_grid("GrIS", 20e3), 3413),
    ):
        assert pyproj.CRS.from_user_input(made.crs.attrs["crs_wkt"]) == pyproj.CRS.from_epsg(code)
        without_text = {k: v for k, v in made.crs.attrs.items() if k not in ("crs_wkt", "spatial_ref")}
        own, theirs = native_grid(made), pyproj.CRS.from_cf(without_text)
        assert own.crs.epsg == code
        if code != 4326:
            point = pyproj.Transformer.from_crs(4326, theirs, always_xy=True).transform(
                20.0, 75.0 * np.sign(own.y[0])
            )
            expected = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(
                20.0, 75.0 * np.sign(own.y[0])
            )
            np.testing.assert_allclose(point, expected, atol=1e-6)
        assert native_grid(made.drop_vars("crs").assign_coords(crs=((), 0, without_text))) == own
    assert made.y.attrs["standard_name"] == "projection_y_coordinate"


def test_grids_survive_a_file(tmp_path: Path) -> None:
    for number, made in enumerate((ismip6_grid("GrIS", 20e3), latlon(2.5))):
        path = tmp_path / f"{number}.nc"
        cell_area(made).to_dataset().to_netcdf(path)
        with xr.open_dataset(path, engine="netcdf4", decode_coords="all") as back:
            assert native_grid(back) == native_grid(made)
            assert native_grid(back.cell_area) == native_grid(made)
            assert spatial_dims(back) == spatial_dims(made)


def test_a_native_grid_pickles() -> None:
    native = native_grid(latlon(0.1))
    copy = pickle.loads(pickle.dumps(native))
    assert copy == native
    assert hash(copy) == hash(native)
    assert len(pickle.dumps(native)) < 500


def test_axes_are_found_by_attributes_names_and_units() -> None:
    made = ismip6_grid("AIS", 320e3)
    expected = native_grid(made)
    bare = xr.Dataset(coords={"y": made.y.values, "x": made.x.values})
    assert native_grid(bare, crs="EPSG:3031") == expected
    kilometres = xr.Dataset(
        coords={
            "yc": ("yc", made.y.values / 1e3, {"units": "km"}),
            "xc": ("xc", made.x.values / 1e3, {"units": "km"}),
        }
    )
    assert native_grid(kilometres, crs="EPSG:3031") == expected
    named = made.rename(x="a", y="b")
    assert native_grid(named) == expected
    assert spatial_dims(named) == ("b", "a")
    single = bare.assign_coords(x=made.x.values.astype("f4"), y=made.y.values.astype("f4"))
    assert native_grid(single, crs="EPSG:3031") == expected
    forgotten = xr.Dataset(
        {"field": (("n", "m"), np.zeros((20, 20))), "y": ("n", made.y.values), "x": ("m", made.x.values)}
    )
    assert native_grid(forgotten, crs="EPSG:3031") == expected
    assert spatial_dims(forgotten) == ("n", "m")


def test_degrees_need_no_mapping() -> None:
    made = latlon(10)
    bare = xr.Dataset(coords={"lat": made.lat.values, "lon": made.lon.values})
    assert native_grid(bare).crs.epsg == 4326


def test_a_mapping_that_contradicts_itself_warns_and_names_it(real_data: Path) -> None:
    file = real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc"
    with xr.open_dataset(file, engine="netcdf4") as greenland:
        with pytest.warns(
            GridMappingWarning, match="latitude_of_projection_origin: found 70, expected 90"
        ) as caught:
            found = native_grid(greenland)
        assert caught[0].filename == __file__
        with pytest.warns(GridMappingWarning, match="polar_stereographic"):
            assert native_grid(greenland.z_srf) == found
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert native_grid(greenland.z_srf, crs="EPSG:3413") == found
    assert found.crs.name == "EPSG:3413"
    assert found.shape == (181, 106)


def test_a_grid_without_coordinates_is_named() -> None:
    field = xr.DataArray(np.zeros((3, 4)), dims=("row", "column"), name="lithk")
    with pytest.raises(
        GridError, match=r"'lithk' .* is a grid without coordinates. Looked for y: .*; x: .*source="
    ):
        native_grid(field)
    half = field.assign_coords(x=("column", np.arange(4.0)))
    with pytest.raises(GridError, match=r"Looked for y: .* Coordinates there: x"):
        native_grid(half)
    with pytest.raises(GridError, match="found ndarray"):
        native_grid(field.values)  # type: ignore[arg-type]


def test_systems_that_are_unknown_or_absent_are_named() -> None:
    with pytest.raises(GridError, match="`EPSG:2056`; known: EPSG:3031, EPSG:3413, EPSG:4326"):
        grid("EPSG:2056", spacing=1e3)
    bare = xr.Dataset(coords={"y": [0.0, 1e5], "x": [0.0, 1e5]})
    with pytest.raises(GridError, match="has no coordinate reference system"):
        native_grid(bare)
    two = ismip6_grid("AIS", 320e3).assign_coords(other=((), 0, ismip6_grid("GrIS", 20e3).crs.attrs))
    with pytest.raises(GridError, match=r"differ: .*EPSG:3031.*EPSG:3413"):
        native_grid(two)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.0, 1e5, 1e5], "repeat: 100000 stands at index 1 and 2"),
        ([0.0, 1e5, 5e4], "not monotonic: 100000 is followed by 50000 at index 2"),
        ([0.0, np.nan, 1e5], "index 1 is not finite"),
        ([1e5], "needs bounds"),
    ],
)
def test_broken_axes_are_named(values: list[float], message: str) -> None:
    broken = xr.Dataset(coords={"y": [0.0, 1e5], "x": values})
    with pytest.raises(GridError, match=f"coordinate x: .*{message}"):
        native_grid(broken, crs="EPSG:3031")


def test_units_that_do_not_fit_are_named() -> None:
    def axes(units: str | None) -> xr.Dataset:
        attrs = {} if units is None else {"units": units}
        return xr.Dataset(coords={"y": ("y", [0.0, 50.0], attrs), "x": ("x", [0.0, 50.0], attrs)})

    with pytest.raises(GridError, match="units 'furlongs', expected m or km"):
        native_grid(axes("furlongs"), crs="EPSG:3031")
    with pytest.raises(GridError, match="units 'km', expected degrees"):
        native_grid(axes("km"), crs="EPSG:4326")
    with pytest.raises(GridError, match="no units, and 50 may be m or km"):
        native_grid(axes(None), crs="EPSG:3031")


def test_bounds_are_read_and_checked() -> None:
    made = grid("EPSG:3031", spacing=1e4, bounds=(0, 0, 5e4, 5e4), registration="cell")
    one = made.isel(x=[2], y=slice(None, None, -1))
    assert native_grid(one).x_bounds.tolist() == [2e4, 3e4]
    assert native_grid(one).y_bounds.tolist() == [5e4, 4e4, 3e4, 2e4, 1e4, 0.0]
    torn = made.isel(x=[0, 2])
    with pytest.raises(GridError, match="x_bnds: cells 0 and 1 do not share an edge"):
        native_grid(torn)


def test_bounds_may_be_any_four_numbers() -> None:
    bounds = (0.0, 0.0, 5e4, 3e4)
    expected = grid("EPSG:3031", spacing=1e4, bounds=bounds)
    xr.testing.assert_identical(grid("EPSG:3031", spacing=1e4, bounds=np.array(bounds)), expected)  # type: ignore[arg-type]
    xr.testing.assert_identical(grid("EPSG:3031", spacing=1e4, bounds=list(bounds)), expected)  # type: ignore[arg-type]


def test_arguments_out_of_range_are_named() -> None:
    with pytest.raises(ArgumentError, match="7000 does not divide the extent"):
        ismip6_grid("AIS", 7e3)
    with pytest.raises(ArgumentError, match="expected a positive number"):
        ismip6_grid("AIS", -1.0)
    with pytest.raises(ArgumentError, match="expected 'AIS' or 'GrIS'"):
        ismip6_grid("Antarctica", 8e3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"nk.latlon\(spacing\)"):
        grid("EPSG:4326", spacing=1.0)
    with pytest.raises(ArgumentError, match="each pair rising"):
        grid("EPSG:3031", spacing=1e3, bounds=(1e4, 0, 0, 1e4))
    with pytest.raises(ArgumentError, match=r"found tuple .* expected four numbers"):
        grid("EPSG:3031", spacing=1e3, bounds=(0, 1e4))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="registration"):
        grid("EPSG:3031", spacing=1e3, registration="corner")  # type: ignore[arg-type]
