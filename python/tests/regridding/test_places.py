"""Values at places without cells: stations, boreholes, lists of x and y."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError, GridError, NunatakError, NunatakWarning
from nunatak.grids.rectilinear import native_grid

LON, LAT = np.array([10.0, 20.25, -33.3, 289.4, 100.0]), np.array([-70.0, -71.2, 80.2, 65.4, 0.5])


def stations(lon: str = "lon", lat: str = "lat", dim: str = "station") -> xr.Dataset:
    return xr.Dataset(
        coords={
            lon: (dim, LON, {"units": "degrees_east"}),
            lat: (dim, LAT, {"units": "degrees_north"}),
            "name": (dim, list("abcde")),
            "height": (dim, np.arange(5.0), {"units": "m"}),
        }
    )


def sources() -> dict[str, xr.DataArray]:
    """The sine of latitude on grids of several families."""
    regular = nk.latlon(1.0)
    healpix = nk.healpix(6)
    lon, lat = np.meshgrid(np.arange(0.5, 360), np.arange(-89.5, 90))
    curvilinear = xr.Dataset(coords={"lon": (("j", "i"), lon), "lat": (("j", "i"), lat)})
    centres = nk.cell_area(healpix)
    latitudes = np.asarray(native_grid(healpix).centres()[1])
    return {
        "rows and columns": xr.DataArray(np.sin(np.radians(regular.lat)) + 0 * regular.lon, name="v"),
        "HEALPix": centres.copy(data=np.sin(np.radians(latitudes))).rename("v"),
        "curvilinear": xr.DataArray(np.sin(np.radians(lat)), curvilinear.coords, ("j", "i"), "v"),
    }


@pytest.mark.parametrize("family", ["rows and columns", "HEALPix", "curvilinear"])
@pytest.mark.parametrize("method", ["bilinear", "patch", "nearest", "inverse_distance"])
def test_any_grid_gives_values_at_stations(family: str, method: str) -> None:
    target = stations("longitude", "latitude", "site")
    found = nk.regrid(sources()[family], target, method)
    assert found.dims == ("site",)
    assert set(found.coords) >= {"longitude", "latitude", "name", "height"}
    xr.testing.assert_equal(found.longitude.drop_vars(["crs"], errors="ignore"), target.longitude)
    np.testing.assert_allclose(
        found, np.sin(np.radians(LAT)), atol={"patch": 1e-5, "bilinear": 3e-4}.get(method, 1e-2)
    )


def test_a_dataset_keeps_its_times_and_dask_its_blocks() -> None:
    field = sources()["rows and columns"]
    data = xr.Dataset({"v": xr.concat([field, 2 * field], "time").assign_coords(time=[2000, 2001])})
    plain = nk.regrid(data, stations(), "bilinear")
    assert plain.v.dims == ("time", "station") and list(plain.name.values) == list("abcde")
    xr.testing.assert_allclose(nk.regrid(data.chunk(time=1), stations(), "bilinear").compute(), plain)
    regridder = nk.Regridder(data, stations(), "bilinear")
    xr.testing.assert_identical(regridder(data).v.variable, plain.v.variable)
    assert "5 places" in repr(regridder)


def test_places_of_a_map_and_in_another_order() -> None:
    grid = nk.ismip6_grid("GrIS", 16e3)
    x, y = np.array([-1e5, 2.05e5, 3.3e4]), np.array([-2.1e6, -1.33e6, -9e5])
    plane = grid.assign(v=(("y", "x"), grid.y.values[:, None] + 2 * grid.x.values[None, :])).v
    for units, factor in (("m", 1.0), ("km", 1e3)):
        attrs = {"units": units}
        cores = xr.Dataset(
            coords={"x": ("core", x / factor, attrs), "y": ("core", y / factor, attrs), "crs": grid.crs}
        )
        np.testing.assert_allclose(nk.regrid(plane, cores, "bilinear"), y + 2 * x, rtol=1e-9)
        np.testing.assert_allclose(
            nk.regrid(plane, cores.isel(core=[2, 0, 1]), "bilinear"), (y + 2 * x)[[2, 0, 1]]
        )
    bare = cores.drop_vars("crs")
    np.testing.assert_allclose(nk.regrid(plane, bare, "bilinear"), y + 2 * x, rtol=1e-9)


def test_methods_of_areas_and_amounts_are_refused() -> None:
    field = sources()["rows and columns"]
    for method in ("conservative", "conservative2", "nearest_target"):
        with pytest.raises(
            GridError,
            match=r"lon and lat are points .* get values by bilinear, patch, nearest, inverse_distance",
        ):
            nk.regrid(field, stations(), method)
    with pytest.raises(ArgumentError, match="places have no area"):
        nk.regrid(field.assign_attrs(cell_methods="area: sum"), stations(), "bilinear")
    with pytest.raises(GridError, match="points along one dimension without bounds"):
        nk.cell_area(stations())
    areas = xr.Dataset({"v": field, "areacella": nk.cell_area(nk.latlon(1.0))})
    with pytest.warns(NunatakWarning, match="dropped areacella"):
        assert "areacella" not in nk.regrid(areas, stations(), "bilinear")


def test_names_that_both_have_are_refused_and_missing_places_are_missing() -> None:
    field = sources()["rows and columns"].expand_dims(time=[1, 2])
    for target in (stations(dim="time"), stations().assign_coords(time=("station", np.arange(5)))):
        with pytest.raises(NunatakError, match="time"):
            nk.regrid(field, target, "bilinear")
    gone = stations()
    gone["lon"] = gone.lon.where(gone.lon != 20.25)
    found = nk.regrid(field, gone, "bilinear")
    assert list(np.isnan(found.isel(time=0).values)) == [False, True, False, False, False]
