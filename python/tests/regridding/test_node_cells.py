"""Cells of the nodes of meshes: median duals, a third of each triangle about a node."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Grid
from nunatak.grids.recognition import find_candidates
from nunatak.regridding.weights_plan import Method
from nunatak_testing import grid_families as families

POLAR = pyproj.Proj("EPSG:3031")


def on_nodes_and_faces(dataset: xr.Dataset) -> tuple[Grid, Grid]:
    grids = {grid.location: grid for grid in (place.build(None).grid for place in find_candidates(dataset))}
    return grids["nodes"], grids["faces"]


def thirds_of_planar_triangles(mesh: xr.Dataset) -> np.ndarray:
    """Areas of the node cells of an ISSM mesh: on the map, over PROJ's areal scale in thirds' middles."""
    corners = mesh.elements.values - 1
    x, y = mesh.x.values[corners], mesh.y.values[corners]
    (u, v), (s, t) = ((values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]) for values in (x, y))
    third = np.abs(u * t - v * s) / 6
    areas = np.zeros(mesh.x.size)
    for corner in range(3):
        # The centroid of the quadrilateral of a corner, two edges' middles and the triangle's centroid.
        part = np.where(np.arange(3) == corner, 22, 7) / 36
        longitude, latitude = POLAR(x @ part, y @ part, inverse=True)
        np.add.at(areas, corners[:, corner], third / POLAR.get_factors(longitude, latitude).areal_scale)
    return areas


@pytest.mark.parametrize(
    ("cells", "error"), [(2, 1e-3), (4, 4e-4), (8, 4e-4), (16, 4e-4), (32, 4e-4), (128, 1e-4)]
)
def test_nodes_of_a_map_have_a_third_of_each_triangle(cells: int, error: float) -> None:
    """Edges stay within 1e-4 of their length, which is 4e-4 of a third of a triangle in a corner."""
    mesh = families.issm(cells)
    nodes, faces = on_nodes_and_faces(mesh)
    areas = nodes.cell_areas()
    np.testing.assert_allclose(areas, thirds_of_planar_triangles(mesh), rtol=error)
    assert areas.sum() == pytest.approx(faces.cell_areas().sum(), rel=1e-12)


def test_edges_of_any_number_of_cuts_bound_the_cells_of_nodes() -> None:
    """Edges of 1600 km are cut into many great circles, at the mesh's boundary as within it."""
    nodes, faces = on_nodes_and_faces(families.issm(1))
    assert nodes.cell_areas().sum() == pytest.approx(faces.cell_areas().sum(), rel=1e-12)


def thirds_of_spherical_triangles(
    longitude: np.ndarray, latitude: np.ndarray, faces: np.ndarray
) -> np.ndarray:
    """Areas of the node cells of triangles on the unit sphere (L'Huilier)."""
    east, north = np.radians(longitude), np.radians(latitude)
    places = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)[
        faces
    ]
    chords = np.linalg.norm(places - np.roll(places, 1, axis=1), axis=-1)
    sides = 2 * np.arcsin(chords / 2)
    half = sides.sum(axis=1, keepdims=True) / 2
    product = np.tan(half[:, 0] / 2) * np.tan((half - sides) / 2).prod(axis=1)
    return np.bincount(faces.ravel(), np.repeat(4 * np.arctan(np.sqrt(product)) / 3, 3))


def test_nodes_in_longitude_and_latitude_have_a_third_of_each_triangle() -> None:
    """To the square of the size of triangles: medians of a spherical one do not cut it into equal parts."""
    errors = []
    for times in (3, 4, 5):
        longitude, latitude, faces = families.octahedron(times)
        attrs = {"units": "degrees_east"}, {"units": "degrees_north"}
        mesh = families.ugrid("node")[["mesh2d"]].assign(
            node_lon=("node", longitude, attrs[0]),
            node_lat=("node", latitude, attrs[1]),
            face_nodes=(("face", "corner"), faces, {"start_index": 0}),
            height=("node", longitude, {"mesh": "mesh2d", "location": "node", "grid_mapping": "crs"}),
            crs=((), 0, {"grid_mapping_name": "latitude_longitude", "earth_radius": 1.0}),
        )
        areas = nk.cell_area(mesh).values
        assert areas.sum() == pytest.approx(4 * np.pi, rel=1e-12)
        errors.append(np.abs(areas / thirds_of_spherical_triangles(longitude, latitude, faces) - 1).max())
    assert errors[0] < 3e-3
    assert errors[1] < errors[0] / 3.9 and errors[2] < errors[1] / 3.9


WIDER: dict[str, Callable[[], xr.Dataset]] = {
    "HEALPix": lambda: nk.healpix(4),
    "lat/lon": lambda: nk.latlon(2.5),
    "planar": lambda: nk.grid("EPSG:3031", spacing=150e3, bounds=(-1.5e6, -1.5e6, 1.5e6, 1.5e6)),
}
"""Grids whose cells cover all of the ISSM mesh."""


@pytest.mark.parametrize("method", ["conservative", "conservative2"])
@pytest.mark.parametrize("name", WIDER)
@pytest.mark.parametrize("cells", [2, 8])
def test_weights_from_and_to_nodes_keep_integrals_and_ones(cells: int, name: str, method: Method) -> None:
    mesh = families.issm(cells)[["x", "y", "elements", "epsg", "thickness"]]
    there = nk.Regridder(mesh, WIDER[name](), method)
    assert there.weights.shape[1] == (cells + 1) ** 2
    given = 1000 + 1e-4 * mesh.x.values + 2e-4 * mesh.y.values
    before = (there.source_area * given).sum()
    after = (there.target_area.values.ravel() * (there.weights @ given)).sum()
    assert after == pytest.approx(before, rel=1e-12)
    back = nk.Regridder(WIDER[name](), mesh, method)
    np.testing.assert_allclose(back.weights.sum(axis=1), 1.0, rtol=0, atol=1e-12)
