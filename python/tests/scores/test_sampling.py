"""Models on meshes, HEALPix and curvilinear grids at points: against matplotlib, scipy and healpy."""

from __future__ import annotations

import healpy
import matplotlib.tri
import numpy as np
import pyproj
import pytest
import xarray as xr
from scipy.interpolate import LinearNDInterpolator

import nunatak as nk
from nunatak.errors import ArgumentError
from nunatak.points import Points
from nunatak.points.columns import points_dataset
from nunatak.scores.comparison import compare
from nunatak.scores.residuals import residuals

CRS = "EPSG:3031"
YEARS = np.array(["2015-01-01", "2016-01-01", "2017-01-01"], "datetime64[ns]")


def surface(x, y):
    return 1500.0 + 400.0 * np.sin(x / 90e3) * np.cos(y / 70e3)


def points_at(longitude, latitude, time="2015-06-01"):
    n = len(longitude)
    columns = {
        "longitude": np.asarray(longitude, float),
        "latitude": np.asarray(latitude, float),
        "time": np.full(n, np.datetime64(time, "ns")),
        "height": np.zeros(n),
        "geoid_height": np.zeros(n),
        "height_sigma": np.ones(n),
        "sigma_geo": np.full(n, 0.5),
        "pass_id": np.arange(n) % 7,
    }
    return Points(points_dataset(columns, {}))


@pytest.fixture(scope="module")
def places():
    """800 places of a map: x, y (m), longitude, latitude (degrees)."""
    generator = np.random.default_rng(3)
    x, y = generator.uniform(-380e3, 380e3, (2, 800))
    return x, y, *pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)


@pytest.fixture(scope="module")
def mesh():
    """Triangles of a map (UGRID), the fields `nodal` and `facial`, and the triangulation."""
    generator = np.random.default_rng(5)
    x, y = generator.uniform(-400e3, 400e3, (2, 900))
    triangulation = matplotlib.tri.Triangulation(x, y)
    faces = triangulation.triangles
    dataset = xr.Dataset(
        {
            "mesh": ((), 0, {
                "cf_role": "mesh_topology",
                "topology_dimension": 2,
                "node_coordinates": "node_x node_y",
                "face_node_connectivity": "face_nodes",
            }),
            "node_x": ("node", x, {"standard_name": "projection_x_coordinate", "units": "m"}),
            "node_y": ("node", y, {"standard_name": "projection_y_coordinate", "units": "m"}),
            "face_nodes": (("face", "corner"), faces, {"start_index": 0}),
            "crs": ((), 0, pyproj.CRS(CRS).to_cf()),
        }
    )  # fmt: skip
    own = {"mesh": "mesh", "grid_mapping": "crs", "units": "m"}
    dataset["nodal"] = ("node", surface(x, y), own | {"location": "node"})
    dataset["facial"] = ("face", surface(x[faces].mean(1), y[faces].mean(1)), own | {"location": "face"})
    return dataset, triangulation


def modelled(found: Points) -> np.ndarray:
    return found.dataset["model"].values


def test_a_mesh_with_data_on_nodes_is_matplotlibs_and_scipys(places, mesh):
    x, y, longitude, latitude = places
    dataset, triangulation = mesh
    found = modelled(residuals(points_at(longitude, latitude), dataset["nodal"], source=dataset))
    values = dataset["nodal"].values
    expected = matplotlib.tri.LinearTriInterpolator(triangulation, values)(x, y).filled(np.nan)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    nodes = np.stack([triangulation.x, triangulation.y], axis=1)
    np.testing.assert_allclose(found, LinearNDInterpolator(nodes, values)(x, y), rtol=1e-9)
    assert np.isfinite(found).sum() > 700


def test_a_comparison_with_a_mesh_is_in_time_too(places, mesh):
    x, y, longitude, latitude = places
    dataset, triangulation = mesh
    steps = xr.DataArray([0.0, 10.0, 30.0], {"time": YEARS}, ("time",))
    model = (dataset["nodal"] + steps).transpose("time", "node").assign_attrs(dataset["nodal"].attrs)
    found = compare(model, points_at(longitude, latitude, "2016-07-02T00:00"), source=dataset)
    expected = matplotlib.tri.LinearTriInterpolator(triangulation, dataset["nodal"].values)(x, y)
    expected = expected.filled(np.nan) + 10.0 + 20.0 * 183 / 366
    np.testing.assert_allclose(found.points.dataset["model"].values, expected, rtol=1e-9)
    assert found.settings["method"] == "bilinear"
    assert found.summary()["n"] == np.isfinite(expected).sum()


def test_conservative_is_the_face_that_holds_the_point(places, mesh):
    x, y, longitude, latitude = places
    dataset, triangulation = mesh
    points = points_at(longitude, latitude)
    found = modelled(residuals(points, dataset["facial"], source=dataset, method="conservative"))
    face = triangulation.get_trifinder()(x, y)
    expected = np.where(face < 0, np.nan, dataset["facial"].values[face])
    np.testing.assert_array_equal(found, expected)


def authalic(latitude):
    """Snyder (1987, eq. 3-11 and 3-12)."""
    e2 = 0.00669437999014
    e, sine = np.sqrt(e2), np.sin(np.radians(latitude))
    q = (1 - e2) * (sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e)
    return np.degrees(np.arcsin(q / (1 + (1 - e2) / e * np.arctanh(e))))


@pytest.mark.parametrize("order", ["nested", "ring"])
def test_healpix_is_healpys(order):
    generator = np.random.default_rng(7)
    level, n = 6, 3000
    longitude, latitude = generator.uniform(-180, 180, n), np.degrees(np.arcsin(generator.uniform(-1, 1, n)))
    latitude[:3] = [89.9, -89.95, 41.9]
    values = generator.normal(1000.0, 50.0, healpy.nside2npix(2**level))
    grid = nk.healpix(level, order=order)
    dims = nk.cell_area(grid).dims
    model = xr.DataArray(values, {name: grid[name] for name in grid.coords}, dims, name="orog")
    model.attrs = nk.cell_area(grid).attrs | {"standard_name": "surface_altitude", "units": "m"}
    found = modelled(residuals(points_at(longitude, latitude), model))
    expected = healpy.get_interp_val(
        values, longitude, authalic(latitude), nest=order == "nested", lonlat=True
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    held = modelled(residuals(points_at(longitude, latitude), model, method="conservative"))
    pixel = healpy.ang2pix(2**level, longitude, authalic(latitude), nest=order == "nested", lonlat=True)
    assert (held == values[pixel]).mean() > 0.999


def test_a_curvilinear_model_equals_its_own_rows_and_columns(places):
    _, _, longitude, latitude = places
    axes = nk.grid(CRS, spacing=20e3, bounds=(-400e3, -400e3, 400e3, 400e3))
    y, x = np.meshgrid(axes.y, axes.x, indexing="ij")
    inverse = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lon, lat = inverse.transform(x, y)
    names = {
        "lat": (("j", "i"), lat, {"units": "degrees_north"}),
        "lon": (("j", "i"), lon, {"units": "degrees_east"}),
    }
    bent = xr.DataArray(surface(x, y), names, ("j", "i"), name="orog")
    straight = xr.DataArray(surface(x, y), {"y": axes.y, "x": axes.x}, ("y", "x"), name="orog")
    points = points_at(longitude, latitude)
    found, expected = modelled(residuals(points, bent)), modelled(residuals(points, straight, crs=CRS))
    # Great circles between the centres are not the map's straight lines, by little in cells of 20 km.
    np.testing.assert_allclose(found, expected, atol=0.5)


@pytest.mark.parametrize("method", ["patch", "nearest", "inverse_distance"])
def test_other_methods_come_near_the_surface(places, mesh, method):
    x, y, longitude, latitude = places
    dataset, _ = mesh
    found = modelled(
        residuals(points_at(longitude, latitude), dataset["nodal"], source=dataset, method=method)
    )
    inner = np.hypot(x, y) < 300e3
    apart = np.abs(found - surface(x, y))[inner]
    assert np.median(apart) < {"patch": 5.0, "nearest": 80.0, "inverse_distance": 80.0}[method]


def test_what_cannot_be_is_said(places, mesh):
    _, _, longitude, latitude = places
    dataset, _ = mesh
    points = points_at(longitude, latitude)
    with pytest.raises(ArgumentError, match="`nearest_target` gives no values at points"):
        residuals(points, dataset["nodal"], source=dataset, method="nearest_target")
    with pytest.raises(ArgumentError, match="unknown regridding method `cubic`"):
        residuals(points, dataset["nodal"], source=dataset, method="cubic")
    with pytest.raises(ArgumentError, match="crs and source"):
        residuals(points, dataset["nodal"], source=dataset, crs=CRS)
