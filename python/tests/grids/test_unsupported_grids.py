"""What is no grid is named: broken grids of every family, arguments that do not fit, files without a mesh."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError, GridError, GridWarning
from nunatak.grids.recognition import find_horizontal
from nunatak_testing import grid_families as families


def points(**units: str) -> xr.Dataset:
    """Scattered points without cells."""
    random = np.random.default_rng(1)
    return xr.Dataset(
        {"height": ("point", np.zeros(20))},
        coords={
            "lon": ("point", random.uniform(0, 90, 20), {"units": units.get("lon", "degrees_east")}),
            "lat": ("point", random.uniform(0, 90, 20), {"units": units.get("lat", "degrees_north")}),
        },
    )


def crossed() -> xr.Dataset:
    dataset = families.scrip()
    dataset["grid_corner_lat"][31] = dataset.grid_corner_lat[31].values[[0, 2, 1, 3]]
    dataset["grid_corner_lon"][31] = dataset.grid_corner_lon[31].values[[0, 2, 1, 3]]
    return dataset


def swapped() -> xr.Dataset:
    dataset = families.rotated()
    return dataset.rename(lon="lat", lat="lon")


def swapped_values() -> xr.Dataset:
    dataset = families.rotated(bounds=False)
    for name in ("lon", "lat"):
        dataset[name].attrs = {}
    return dataset.rename(lon="lat", lat="lon")


def swapped_axes() -> xr.Dataset:
    dataset = nk.latlon(10.0)
    return xr.Dataset(coords={"lat": ("lat", dataset.lon.values), "lon": ("lon", dataset.lat.values)})


def other_units() -> xr.Dataset:
    dataset = nk.latlon(10.0)
    dataset.lon_bnds.attrs["units"] = "radians"
    return dataset


def wrong_units() -> xr.Dataset:
    dataset = families.polar()
    dataset.x.attrs["units"] = "degrees_east"
    return dataset


def closed_twice() -> xr.Dataset:
    return xr.Dataset(coords={"lon": np.linspace(0, 360, 10), "lat": np.linspace(-90, 90, 10)})


def one_row() -> xr.Dataset:
    return families.rotated(bounds=False).isel(j=[3])


def bad_node() -> xr.Dataset:
    dataset = families.esmf_mesh()
    dataset["elementConn"][3, 1] = 9999
    return dataset


def bad_cell() -> xr.Dataset:
    return nk.healpix(2).assign_coords(cell_ids=lambda d: d.cell_ids.copy(data=d.cell_ids + 1))


def listed_twice() -> xr.Dataset:
    dataset = nk.healpix(2).isel(cells=[0, 1, 1])
    return dataset


def beyond_the_pole() -> xr.Dataset:
    dataset = families.scrip()
    dataset["grid_corner_lat"][0, 0] = -95.0
    return dataset


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (points, r"points along one dimension without bounds.*Add bounds \(cell, corner\)"),
        (crossed, "cell 31: its outline crosses itself"),
        (swapped, "longitude and latitude look swapped"),
        (swapped_values, "beyond the pole.*longitude and latitude swapped"),
        (swapped_axes, "beyond the pole; are longitude and latitude swapped"),
        (other_units, r"bounds lon_bnds: units 'radians', expected those of lon"),
        (wrong_units, "units 'degrees_east', expected m or km for EPSG:3031"),
        (closed_twice, "span more than 360 degrees; is the first meridian there twice"),
        (one_row, r"1 x 36 cell centres have no bounds"),
        (bad_node, "elementConn: names node 9999, there are 258"),
        (bad_cell, "HEALPix level 2 has no cell 192"),
        (listed_twice, "a HEALPix cell is listed twice, so that cells overlap"),
        (beyond_the_pole, "latitude -95 of a corner is beyond the pole"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_no_grid_is_named(make: Callable[[], xr.Dataset], message: str) -> None:
    with pytest.raises(GridError, match=message):
        nk.cell_area(make())


def test_a_part_called_global_is_named() -> None:
    longitude, latitude = np.arange(0.0, 300.0, 30.0), np.linspace(-81, 81, 10)
    dataset = xr.Dataset(
        coords={"lon": longitude, "lat": latitude},
        attrs={"geospatial_lon_min": -180, "geospatial_lon_max": 180},
    )
    with pytest.warns(GridWarning, match=r"called global.*its cells span 300 of 360 degrees"):
        find_horizontal(dataset)
    with pytest.warns(GridWarning, match="leave a gap of 36 degrees"):
        find_horizontal(xr.Dataset(coords={"lon": np.arange(0.0, 324.0, 36.0), "lat": latitude}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        find_horizontal(xr.Dataset(coords={"lon": np.arange(0.0, 360.0, 36.0), "lat": latitude}))
        find_horizontal(xr.Dataset(coords={"lon": np.arange(0.0, 90.0, 10.0), "lat": latitude}))


def test_a_variable_without_its_mesh_asks_for_it() -> None:
    dataset = families.ugrid()
    with pytest.raises(GridError, match=r"faces of mesh 'mesh2d'.*source="):
        find_horizontal(dataset.height)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nk.healpix(30), "level: found 30"),
        (lambda: nk.healpix(2, order="spiral"), "order: found 'spiral'"),  # type: ignore[arg-type]
        (lambda: nk.healpix(2, ellipsoid="moon"), "ellipsoid: found 'moon'"),  # type: ignore[arg-type]
        (lambda: nk.healpix(2, cells=np.array([1, 1])), "cells: expected different numbers"),
        (
            lambda: nk.reduced_gaussian(np.array([10.0, 30.0, 20.0]), np.array([4, 4, 4])),
            "latitudes: expected",
        ),
        (lambda: nk.reduced_gaussian(np.array([10.0, 30.0]), np.array([4, 1])), "counts: expected whole"),
        (lambda: nk.reduced_gaussian(np.array([10.0, 30.0]), np.array([4])), "counts: expected one for each"),
    ],
)
def test_arguments_that_do_not_fit_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()


def test_a_file_without_a_mesh_says_what_was_looked_for(tmp_path: Path) -> None:
    nk.latlon(30.0).to_netcdf(tmp_path / "grid.nc")
    with pytest.raises(GridError, match=r"has no mesh\. Looked for UGRID"):
        nk.open_mesh(tmp_path / "grid.nc")
