"""The error of integrals that a regridder reports, against answers that need none of its weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.grids.recognition import find_horizontal
from nunatak.regridding.weights_plan import Method
from nunatak_testing import grid_families as families

SPHERE = {"grid_mapping_name": "latitude_longitude", "earth_radius": 6.371e6}
EDGES = np.linspace(-90.0, 90.0, 19)
"""Latitudes between the rows of the source."""


def rows(edges: np.ndarray, step: float) -> xr.Dataset:
    """Longitudes and latitudes of a sphere between these latitudes."""
    lon = np.arange(-180 + step / 2, 180, step)
    return xr.Dataset(
        coords={
            "lat": ("lat", 0.5 * (edges[1:] + edges[:-1]), {"units": "degrees_north", "bounds": "lat_bnds"}),
            "lon": ("lon", lon, {"units": "degrees_east"}),
            "lat_bnds": (("lat", "bound"), np.stack([edges[:-1], edges[1:]], axis=-1)),
            "crs": ((), 0, SPHERE),
        }
    )


def field(grid: xr.Dataset) -> xr.DataArray:
    """A parabola of the latitude."""
    values = (1 + (grid.lat / 90) ** 2 + 0 * grid.lon).assign_coords(crs=grid.crs)
    return values.transpose("lat", "lon").rename("thk")


def zones(edges: np.ndarray) -> np.ndarray:
    """Areas of zones of the sphere, over a constant (Archimedes)."""
    return np.diff(np.sin(np.radians(edges)))


@pytest.mark.parametrize("method", ["nearest", "bilinear"])
def test_the_error_of_values_at_centres_is_known(method: Method) -> None:
    """Centres of cells three times as wide are centres of the source, whose values represent them."""
    source, target = rows(EDGES, 10.0), rows(EDGES[::3], 30.0)
    values = 1 + (source.lat.values / 90) ** 2
    before = (zones(EDGES) * values).sum()
    after = (zones(EDGES[::3]) * values[1::3]).sum()
    expected = after / before - 1
    assert abs(expected) > 1e-3
    error = nk.Regridder(source, target, method).conservation_error(field(source))
    assert float(error) == pytest.approx(expected, rel=1e-9)
    assert abs(float(nk.Regridder(source, target).conservation_error(field(source)))) < 1e-13


def test_a_part_of_the_source_counts_by_what_is_covered() -> None:
    """One row from 52 to 86 north, its centre at 69: parts of two rows of the source and two whole ones."""
    source, target = rows(EDGES, 10.0), rows(np.array([52.0, 86.0]), 30.0)
    values = 1 + (np.array([55.0, 65, 75, 85]) / 90) ** 2
    parts = zones(np.array([52.0, 60, 70, 80, 86]))
    expected = parts.sum() * values[1] / (parts * values).sum() - 1
    nearest = nk.Regridder(source, target, "nearest")
    assert float(nearest.conservation_error(field(source))) == pytest.approx(expected, rel=1e-9)
    assert abs(float(nk.Regridder(source, target).conservation_error(field(source)))) < 1e-13


def test_cells_that_a_mask_leaves_out_count_on_neither_side() -> None:
    source, target = rows(EDGES, 10.0), rows(EDGES[::3], 30.0)
    keep = field(source).copy(data=np.broadcast_to((source.lat.values > 0)[:, None], (18, 36)))
    values = 1 + (source.lat.values[9:] / 90) ** 2
    before = (zones(EDGES[9:]) * values).sum()
    after = (zones(EDGES[9::3]) * values[1::3]).sum()
    thickness = field(source).where(source.lat > 0, 1e6)
    nearest = nk.Regridder(source, target, "nearest", mask=keep)
    assert float(nearest.conservation_error(thickness)) == pytest.approx(after / before - 1, rel=1e-9)
    for method in ("conservative", "conservative2"):
        regridder = nk.Regridder(source, target, method, mask=keep)
        assert abs(float(regridder.conservation_error(thickness))) < 1e-12


def test_what_is_extrapolated_is_no_gain() -> None:
    """Cells of the target that the source does not reach have values, and no part in the integrals."""
    source, target = rows(EDGES[6:], 10.0), rows(EDGES, 10.0)
    regridder = nk.Regridder(source, target, extrapolate="nearest")
    assert bool(regridder(field(source)).notnull().all())
    assert abs(float(regridder.conservation_error(field(source)))) < 1e-13


def test_missing_values_are_zero_on_both_sides() -> None:
    """Along a further dimension: the whole field, and one with missing rows."""
    source, target = rows(EDGES, 10.0), rows(EDGES[::3], 30.0)
    both = xr.concat([field(source), field(source).where(source.lat > -25)], dim="time")
    error = nk.Regridder(source, target).conservation_error(both)
    assert error.dims == ("time",)
    np.testing.assert_allclose(error, 0.0, atol=1e-13)
    values = np.where(source.lat.values > -25, 1 + (source.lat.values / 90) ** 2, 0.0)
    expected = (zones(EDGES[::3]) * values[1::3]).sum() / (zones(EDGES) * values).sum() - 1
    error = nk.Regridder(source, target, "nearest").conservation_error(both)
    assert float(error[1]) == pytest.approx(expected, rel=1e-9)


def test_weights_of_a_file_that_do_not_conserve_are_found_out(tmp_path: Path) -> None:
    """A file that is said to be conservative, and has the weights of the middle rows alone."""
    source, target = rows(EDGES, 10.0), rows(EDGES[::3], 30.0)
    right = nk.Regridder(source, target)
    right.to_netcdf(tmp_path / "right.nc")
    nearest = nk.Regridder(source, target, "nearest")
    nearest.to_netcdf(tmp_path / "wrong.nc")
    read = {
        name: nk.Regridder.from_netcdf(tmp_path / f"{name}.nc", source, target) for name in ("right", "wrong")
    }
    errors = {name: float(regridder.conservation_error(field(source))) for name, regridder in read.items()}
    assert abs(errors["right"]) < 1e-13
    assert abs(errors["wrong"]) > 1e-3
    assert errors["wrong"] == pytest.approx(float(nearest.conservation_error(field(source))), rel=1e-9)


FROM: dict[str, Callable[[], xr.Dataset]] = {
    "planar": families.polar,
    "lat/lon": families.rectilinear,
    "curvilinear": families.rotated,
    "HEALPix": families.healpix_grid,
    "mesh": families.ugrid,
    "HEALPix of a sphere": lambda: nk.healpix(3, ellipsoid="sphere"),
}
REGIONS: dict[str, Callable[[], xr.Dataset]] = {
    "planar": lambda: nk.grid("EPSG:3031", spacing=210e3, bounds=(-1.05e6, -1.26e6, 1.47e6, 0.84e6)),
    "lat/lon": lambda: nk.grid("EPSG:4326", spacing=7, bounds=(22, -85, 162, -57), registration="cell"),
    "equal area": lambda: nk.grid("EPSG:6932", spacing=300e3, bounds=(-1.2e6, -1.2e6, 1.2e6, 1.2e6)),
    "HEALPix": lambda: nk.healpix(4, cells=np.arange(2048, 2100)),
    "mesh": lambda: families.issm(6),
}
"""Targets that cut through cells of the sources."""


def smooth(source: xr.Dataset) -> xr.DataArray:
    horizontal = find_horizontal(source)
    longitude, latitude = (np.radians(values) for values in horizontal.grid.centres())
    values = 2 + np.cos(latitude) ** 2 * np.cos(2 * longitude) + np.sin(5 * latitude)
    return xr.DataArray(values.reshape(horizontal.grid.shape), dims=horizontal.dims)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("source", FROM)
def test_conservative_weights_to_a_region_lose_nothing(source: str, region: str) -> None:
    have, want = FROM[source](), REGIONS[region]()
    regridder = nk.Regridder(have, want)
    assert abs(float(regridder.conservation_error(smooth(have)))) < 1e-12
    # What the region covers in part is counted in part.
    covered = regridder.target_area * regridder.coverage
    assert 0 < float(covered.sum()) < 0.99 * regridder.source_area.sum()
    bilinear = nk.Regridder(have, want, "bilinear")
    assert 1e-6 < abs(float(bilinear.conservation_error(smooth(have)))) < 0.2


@pytest.mark.parametrize("source", FROM)
def test_second_order_loses_nothing_of_whole_cells(source: str) -> None:
    """The target covers all of every source; the boundary of the planar one crosses target cells."""
    have = FROM[source]()
    regridder = nk.Regridder(have, nk.latlon(7.5), "conservative2")
    assert abs(float(regridder.conservation_error(smooth(have)))) < 1e-12
