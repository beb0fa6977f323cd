"""Systems of files, read whole or refused: parameters, units, meridians, several mappings, rotated poles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridError, GridMappingWarning

AXES = {"x": "projection_x_coordinate", "y": "projection_y_coordinate"}


def globe() -> xr.Dataset:
    """Latitudes and longitudes as fields: both are interpolated exactly."""
    grid = nk.latlon(1.0)
    fields = {
        "north": (("lat", "lon"), np.broadcast_to(grid.lat.values[:, None], (180, 360))),
        "east": (("lat", "lon"), np.broadcast_to(grid.lon.values, (180, 360))),
    }
    return grid.assign(fields)


def on_map(x: Any, y: Any, attrs: dict[str, Any], units: str | None = "m") -> xr.Dataset:
    """Axes of a map with its grid mapping."""
    more = {} if units is None else {"units": units}
    axes = {
        name: (name, values, {"standard_name": AXES[name], **more}) for name, values in (("x", x), ("y", y))
    }
    return xr.Dataset(coords={**axes, "crs": ((), 0, attrs)})


def near(crs: pyproj.CRS, longitude: float, latitude: float, step: float = 2e4) -> tuple[np.ndarray, ...]:
    """Axes round a place, in the unit of the map, and the longitudes and latitudes of their cells."""
    proj = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    greenwich = crs.prime_meridian.longitude * crs.prime_meridian.unit_conversion_factor * 180 / np.pi
    x0, y0 = (round(value, -3) for value in proj.transform(longitude - greenwich, latitude))
    x, y = x0 + np.arange(5) * step, y0 + np.arange(4) * step
    east, north = proj.transform(*np.meshgrid(x, y), direction="INVERSE")
    return x, y, np.asarray(east) + greenwich, np.asarray(north)


def check(grid: xr.Dataset, east: np.ndarray, north: np.ndarray) -> None:
    found = nk.regrid(globe(), grid, "bilinear")
    np.testing.assert_allclose(found.north, north, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.east, east, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "longitude", "latitude"),
    [
        ("+proj=lcc +lat_0=64 +lon_0=-30 +lat_1=64 +R=6371229", -28, 65),
        ("+proj=lcc +lat_0=45 +lon_0=10 +lat_1=45 +k_0=0.9995 +x_0=100000 +ellps=GRS80", 11, 46),
        ("+proj=tmerc +lat_0=50 +lon_0=12 +k=0.9999 +x_0=3000000 +ellps=bessel", 12.5, 55),
        ("+proj=stere +lat_0=52 +lon_0=5 +k=0.9999 +x_0=155000 +y_0=463000 +ellps=bessel", 6, 53),
        ("+proj=aea +lat_1=60 +lat_2=70 +lat_0=65 +lon_0=-150 +R=6370000", -149, 66),
    ],
)
@pytest.mark.parametrize(
    "dropped", [(), ("standard_parallel",), ("latitude_of_projection_origin", "false_easting")]
)
def test_well_known_text_stands_in_for_what_attributes_lack(
    text: str, longitude: float, latitude: float, dropped: tuple[str, ...]
) -> None:
    crs = pyproj.CRS(text)
    x, y, east, north = near(crs, longitude, latitude)
    attrs = {name: value for name, value in crs.to_cf().items() if name not in dropped}
    check(on_map(x, y, attrs), east, north)
    check(on_map(x, y, {"crs_wkt": crs.to_wkt()}), east, north)


@pytest.mark.parametrize(
    "name", ["lambert_conformal_conic", "transverse_mercator", "lambert_azimuthal_equal_area"]
)
def test_a_mapping_without_an_origin_is_refused(name: str) -> None:
    attrs = {"grid_mapping_name": name, "standard_parallel": 60.0, "earth_radius": 6371229.0}
    with pytest.raises(GridError, match=f"{name} without l"):
        nk.cell_area(on_map(np.arange(4) * 1e5, np.arange(3) * 1e5, attrs))


def test_attributes_that_contradict_the_text_win_with_a_warning() -> None:
    crs = pyproj.CRS("+proj=laea +lat_0=70 +lon_0=-40 +ellps=WGS84")
    x, y, east, north = near(crs, -38, 71)
    attrs = crs.to_cf() | {"crs_wkt": pyproj.CRS("+proj=laea +lat_0=70 +lon_0=20 +ellps=WGS84").to_wkt()}
    with pytest.warns(GridMappingWarning, match=r"crs_wkt: found .*lon_0=20.*as the other attributes say"):
        check(on_map(x, y, attrs), east, north)


@pytest.mark.parametrize(
    ("code", "place"), [(2232, (-104, 39)), (2964, (-150, 64)), (2222, (-110.5, 33)), (2277, (-98, 31))]
)
@pytest.mark.parametrize("form", ["WKT2_2019", "WKT1_GDAL", "PROJ"])
def test_feet_are_converted(code: int, place: tuple[float, float], form: str) -> None:
    crs = pyproj.CRS.from_epsg(code)
    x, y, east, north = near(crs, *place)
    text = {"spatial_ref": crs.to_proj4()} if form == "PROJ" else {"spatial_ref": crs.to_wkt(form)}
    name = crs.axis_info[0].unit_name
    for units in (None, name, name.replace(" ", "_")):
        grid = on_map(x, y, text, units)
        check(grid, east, north)
        # What is written says the same again.
        area = nk.cell_area(grid)
        np.testing.assert_allclose(nk.cell_area(area), area, rtol=1e-12)
    with pytest.raises(GridError, match=r"foot|ft"):
        nk.cell_area(on_map(x, y, text, "m"))
    if code == 2964:  # without a false origin there is no doubt
        return
    with pytest.raises(GridError, match="false_easting"):
        bare = {key: value for key, value in crs.to_cf().items() if key != "crs_wkt"}
        nk.cell_area(on_map(x, y, bare, name))


def test_kilometres_of_a_proj_string_are_those_of_the_data() -> None:
    text = "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +units=km"
    x, y = np.arange(-300.0, 301, 100), np.arange(-2500.0, -2000, 100)
    expected = nk.cell_area(on_map(x * 1e3, y * 1e3, pyproj.CRS(3413).to_cf()))
    for units, scale in ((None, 1.0), ("km", 1.0), ("m", 1e3)):
        found = nk.cell_area(on_map(x * scale, y * scale, {"spatial_ref": text}, units))
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    with pytest.raises(GridError, match="km"):
        nk.grid(text, spacing=1e4, bounds=(0, 0, 1e5, 1e5))


@pytest.mark.parametrize(
    ("code", "place"), [(27391, (6.0, 60.0)), (31251, (10.5, 47.0)), (20791, (-8.0, 40.0))]
)
@pytest.mark.parametrize("form", ["WKT2_2019", "WKT1_GDAL", "PROJ", "CF"])
def test_longitudes_count_from_greenwich(code: int, place: tuple[float, float], form: str) -> None:
    crs = pyproj.CRS.from_epsg(code)
    x, y, east, north = near(crs, *place)
    assert abs(east.mean() - place[0]) < 1
    attrs = {
        "PROJ": lambda: {"spatial_ref": crs.to_proj4()},
        "CF": lambda: {name: value for name, value in crs.to_cf().items() if name != "crs_wkt"},
    }.get(form, lambda: {"crs_wkt": crs.to_wkt(form)})()
    check(on_map(x, y, attrs), east, north)


def test_longitudes_from_another_meridian_are_refused() -> None:
    grid = nk.latlon(30.0).drop_vars("crs")
    for attrs in (
        {"crs_wkt": pyproj.CRS.from_epsg(4807).to_wkt()},
        {"grid_mapping_name": "latitude_longitude", "longitude_of_prime_meridian": 10.72},
        {"spatial_ref": "+proj=longlat +ellps=bessel +pm=oslo"},
    ):
        with pytest.raises(GridError, match=r"meridian|degrees"):
            nk.cell_area(grid.assign_coords(crs=((), 0, attrs)))


@pytest.mark.parametrize("attribute", ["crs_wkt", "spatial_ref"])
@pytest.mark.parametrize("form", ["WKT2_2019", "WKT1_GDAL", "WKT1_ESRI"])
def test_a_text_that_says_metre_settles_the_unit(attribute: str, form: str) -> None:
    x = y = np.arange(-15, 16) * 500.0
    expected = nk.cell_area(on_map(x, y, pyproj.CRS(3031).to_cf()))
    found = nk.cell_area(on_map(x, y, {attribute: pyproj.CRS(3031).to_wkt(form)}, None))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    with pytest.raises(GridError, match="may be m or km"):
        attrs = {name: value for name, value in pyproj.CRS(3031).to_cf().items() if name != "crs_wkt"}
        nk.cell_area(on_map(x, y, attrs, None))


@pytest.mark.parametrize(
    "text",
    [
        "+proj=laea +lat_0=90 +R_A",
        "+proj=tmerc +lat_0=50 +lon_0=9w",
        "+proj=laea +lat_0=90 +es=0.006",
        "+proj=cass +tilt=3",
    ],
)
def test_a_parameter_that_is_not_read_is_refused(text: str) -> None:
    with pytest.raises(GridError, match=r"R_A|9w|es|tilt"):
        nk.grid(text, spacing=1e4, bounds=(0, 0, 1e5, 1e5))


@pytest.mark.parametrize(
    "text",
    [
        "polar: x y wgs84: lat lon",
        "wgs84: lat lon polar: x y",
        "wgs84: lon lat polar: y x",
        "wgs84:lon lat polar:y x",
    ],
)
@pytest.mark.parametrize("moved", [False, True])
def test_the_long_form_names_the_mapping_of_each_coordinate(text: str, moved: bool) -> None:
    grid = nk.grid(3413, spacing=5e4, bounds=(-3e5, -2e6, 1e5, -17e5))
    x, y = np.meshgrid(grid.x, grid.y)
    lon, lat = pyproj.Proj(3413)(x, y, inverse=True)
    data = xr.Dataset(
        {"h": (("y", "x"), lat, {"coordinates": "lat lon"}), "polar": grid.crs.variable},
        {"x": grid.x.variable, "y": grid.y.variable, "lon": (("y", "x"), lon, {"units": "degrees_east"})},
    ).assign(wgs84=((), 0, pyproj.CRS(4326).to_cf()))
    data = data.assign_coords(lat=(("y", "x"), lat, {"units": "degrees_north"}))
    (data.h.encoding if moved else data.h.attrs)["grid_mapping"] = text
    np.testing.assert_allclose(nk.cell_area(data), nk.cell_area(grid))
    found = nk.regrid(data, nk.grid(3413, spacing=1e5, bounds=(-2e5, -19e5, 0, -18e5)), "bilinear")
    assert not {"polar", "wgs84"} & set(found.variables)
    expected = pyproj.Proj(3413)(*np.meshgrid(found.x, found.y), inverse=True)[1]
    np.testing.assert_allclose(found.h, expected, atol=1e-2)


def rotated(names: tuple[str, str], attrs: dict[str, dict[str, str]]) -> xr.Dataset:
    """True latitudes of a domain that lies at the equator of a rotated pole."""
    crs = pyproj.CRS("+proj=ob_tran +o_proj=longlat +o_lon_p=0 +o_lat_p=20 +lon_0=140 +R=6371229")
    transformer = pyproj.Transformer.from_crs(crs, pyproj.CRS("+proj=longlat +R=6371229"), always_xy=True)
    x, y = np.arange(-8, 8.1, 0.5), np.arange(-6, 6.1, 0.5)
    lon, lat = transformer.transform(*np.meshgrid(x, y))
    dims = (names[1], names[0])
    axes = {
        name: (name, values, {"units": "degrees"} | attrs[axis])
        for name, values, axis in zip(names, (x, y), "XY", strict=True)
    }
    places = {
        "longitude": (dims, lon, {"units": "degrees_east", "standard_name": "longitude"}),
        "latitude": (dims, lat, {"units": "degrees_north", "standard_name": "latitude"}),
    }
    return xr.Dataset({"v": (dims, lat)}, {**axes, **places})


AXIS = {"X": {"axis": "X"}, "Y": {"axis": "Y"}}
STANDARD = {
    "X": {"axis": "X", "standard_name": "grid_longitude"},
    "Y": {"axis": "Y", "standard_name": "grid_latitude"},
}
WRONG = {"X": {"axis": "X", "standard_name": "longitude"}, "Y": {"axis": "Y", "standard_name": "latitude"}}


@pytest.mark.parametrize(
    ("names", "attrs"),
    [
        (("rlon", "rlat"), STANDARD),
        (("rlon", "rlat"), AXIS),
        (("x", "y"), STANDARD),
        (("x", "y"), AXIS),
        (("x", "y"), WRONG),
    ],
)
def test_axes_from_a_rotated_pole_are_no_longitudes_and_latitudes(
    names: tuple[str, str], attrs: dict[str, dict[str, str]]
) -> None:
    data = rotated(names, attrs)
    for obj in (data.v, data, data.isel({names[1]: slice(None, None, -1)})):
        found = nk.regrid(obj, nk.latlon(1.0))
        found = found if isinstance(found, xr.DataArray) else found.v
        assert int(found.notnull().sum()) > 300
        assert float(abs(found - found.lat).max()) < 1
    if names[0] == "rlon" or attrs is STANDARD:
        bare = data.drop_vars(["longitude", "latitude"])
        for source in (None, "EPSG:4326"):
            with pytest.raises(GridError, match=r"rotated pole|no coordinate"):
                nk.regrid(bare, nk.latlon(1.0), source=source)


def test_true_axes_with_the_same_places_beside_them_stay_axes() -> None:
    data = nk.latlon(10.0).drop_vars("crs")
    lon, lat = np.meshgrid(data.lon.values % 360, data.lat.values)
    data = data.assign_coords(lon2d=(("lat", "lon"), lon, {"units": "degrees_east"}))
    data = data.assign_coords(lat2d=(("lat", "lon"), lat, {"units": "degrees_north"}))
    np.testing.assert_allclose(nk.cell_area(data).sum(), 5.1006562172409e14)


def area_of(ellipsoid: pyproj.Geod) -> float:
    """Surface of an ellipsoid: the polygon of its equator, twice."""
    return 2 * abs(ellipsoid.polygon_area_perimeter(np.arange(0, 360, 10.0), np.zeros(36))[0])


@pytest.mark.parametrize(
    ("ellipsoid", "geod"),
    [
        ("GRS80", pyproj.Geod(ellps="GRS80")),
        ("bessel", pyproj.Geod(ellps="bessel")),
        (
            {"name": "own", "semimajor_axis": 6378273.0, "inverse_flattening": 298.279411123064},
            pyproj.Geod(a=6378273.0, rf=298.279411123064),
        ),
        ({"name": "own", "radius": 1737400.0}, pyproj.Geod(a=1737400.0, b=1737400.0)),
        ({"name": "sphere", "radius": 6371229.0}, pyproj.Geod(a=6371229.0, b=6371229.0)),
    ],
)
def test_healpix_cells_are_on_the_ellipsoid_that_is_named(ellipsoid: Any, geod: pyproj.Geod) -> None:
    attrs = {"grid_name": "healpix", "level": 2, "indexing_scheme": "ring", "ellipsoid": ellipsoid}
    cells = xr.Dataset({"v": ("cells", np.ones(192))}, {"cell_ids": ("cells", np.arange(192), attrs)})
    np.testing.assert_allclose(nk.cell_area(cells).sum(), area_of(geod), rtol=1e-9)
    with pytest.raises(GridError, match="ellipsoid 'pancake'"):
        nk.cell_area(cells.assign_coords(cell_ids=cells.cell_ids.assign_attrs(ellipsoid="pancake")))
