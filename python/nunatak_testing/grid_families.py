"""Datasets on a grid of every family, as models and tools write them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.grids.global_grids import healpix, reduced_gaussian
from nunatak.grids.rectilinear import grid, latlon

GAUSSIAN_ROWS = np.degrees(np.arcsin(np.polynomial.legendre.leggauss(16)[0]))[::-1]
"""Gaussian latitudes of 16 rows, from the north."""
GAUSSIAN_COUNTS = np.array([20, 24, 32, 36, 40, 44, 48, 48, 48, 48, 44, 40, 36, 32, 24, 20])


def rectilinear() -> xr.Dataset:
    """Longitude-latitude cells of the globe."""
    return latlon(10.0)


def polar() -> xr.Dataset:
    """Polar stereographic cells."""
    return grid("EPSG:3031", spacing=400e3, bounds=(-3.2e6, -3.2e6, 3.2e6, 3.2e6))


def equal_area() -> xr.Dataset:
    """Cells of an equal-area map."""
    return grid("EPSG:6932", spacing=400e3, bounds=(-3.2e6, -3.2e6, 3.2e6, 3.2e6))


def rotated(rows: int = 18, columns: int = 36, bounds: bool = True) -> xr.Dataset:
    """A globe whose poles lie on the equator: two-dimensional longitudes and latitudes, with vertices."""
    north, east = np.linspace(-90, 90, rows + 1), np.linspace(0, 360, columns + 1)
    corner_lon, corner_lat = _rotated(*np.meshgrid(east, north))
    middle = np.meshgrid(0.5 * (east[1:] + east[:-1]), 0.5 * (north[1:] + north[:-1]))
    longitude, latitude = _rotated(*middle)
    dataset = xr.Dataset(
        coords={
            "lon": (("j", "i"), longitude, {"units": "degrees_east", "standard_name": "longitude"}),
            "lat": (("j", "i"), latitude, {"units": "degrees_north", "standard_name": "latitude"}),
        }
    )
    if bounds:
        for name, corners in (("lon", corner_lon), ("lat", corner_lat)):
            four = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], -1)
            dataset[f"{name}_bnds"] = (("j", "i", "vertex"), four)
            dataset[name].attrs["bounds"] = f"{name}_bnds"
        dataset = dataset.set_coords(["lon_bnds", "lat_bnds"])
    return dataset


def _rotated(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A turn by 90 degrees about the x axis, which brings the poles to the equator."""
    x = np.cos(np.radians(north)) * np.cos(np.radians(east))
    y = np.cos(np.radians(north)) * np.sin(np.radians(east))
    z = np.sin(np.radians(north))
    y, z = -z, y
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(np.clip(z, -1, 1)))


def healpix_grid() -> xr.Dataset:
    """All HEALPix cells of a level."""
    return healpix(3)


def gaussian() -> xr.Dataset:
    """Rows of a reduced Gaussian grid."""
    return reduced_gaussian(GAUSSIAN_ROWS, GAUSSIAN_COUNTS)


def octahedron(times: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes and latitudes of nodes, and triangles (face, 3), of an octahedron cut up this often."""
    nodes = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    vectors = [np.array(node, float) for node in nodes]
    faces = [(0, 2, 4), (2, 1, 4), (1, 3, 4), (3, 0, 4), (2, 0, 5), (1, 2, 5), (3, 1, 5), (0, 3, 5)]
    for _ in range(times):
        middles: dict[tuple[int, int], int] = {}

        def middle(a: int, b: int, middles: dict[tuple[int, int], int] = middles) -> int:
            key = (min(a, b), max(a, b))
            if key not in middles:
                vector = vectors[a] + vectors[b]
                middles[key] = len(vectors)
                vectors.append(vector / np.linalg.norm(vector))
            return middles[key]

        finer = []
        for a, b, c in faces:
            ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
            finer += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        faces = finer
    x, y, z = np.array(vectors).T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(z)), np.array(faces)


def ugrid(location: str = "face", start: int = 0) -> xr.Dataset:
    """Triangles of the sphere by the UGRID conventions, four of them joined to two quadrilaterals."""
    longitude, latitude, triangles = octahedron()
    faces = np.full((len(triangles) - 2, 4), -1)
    faces[2:, :3] = triangles[4:]
    # The middle triangle of four and a corner one are a quadrilateral.
    faces[0] = [triangles[0][0], triangles[0][1], triangles[3][1], triangles[0][2]]
    faces[1] = [triangles[1][0], triangles[1][1], triangles[1][2], -1]
    faces = np.vstack([faces, [*triangles[2], -1]])
    faces = np.where(faces < 0, -999, faces + start)
    topology = {
        "cf_role": "mesh_topology",
        "topology_dimension": 2,
        "node_coordinates": "node_lon node_lat",
        "face_node_connectivity": "face_nodes",
    }
    dataset = xr.Dataset(
        {
            "mesh2d": ((), 0, topology),
            "node_lon": ("node", longitude, {"standard_name": "longitude", "units": "degrees_east"}),
            "node_lat": ("node", latitude, {"standard_name": "latitude", "units": "degrees_north"}),
            "face_nodes": (("face", "corner"), faces, {"start_index": start, "_FillValue": -999}),
        }
    )
    values = np.arange(float(dataset.sizes[location]))
    dataset["height"] = (location, values, {"mesh": "mesh2d", "location": location})
    return dataset


def mpas(planar: bool = False) -> xr.Dataset:
    """Hexagons, pentagons and squares about the nodes of triangles, as MPAS has them."""
    longitude, latitude, triangles = octahedron()
    count = len(longitude)
    vectors = _vectors(longitude, latitude)
    centres = vectors[triangles].sum(axis=1)
    centres /= np.linalg.norm(centres, axis=1)[:, None]
    around: list[list[int]] = [[] for _ in range(count)]
    for index, triangle in enumerate(triangles):
        for node in triangle:
            around[node].append(index)
    vertices = np.zeros((count, 7), np.int32)
    for node, members in enumerate(around):
        east = np.cross([0.0, 0.3, 1.0], vectors[node])
        north = np.cross(vectors[node], east)
        angles = [np.arctan2(centres[m] @ north, centres[m] @ east) for m in members]
        ordered = [members[at] for at in np.argsort(angles)]
        vertices[node, : len(ordered)] = np.array(ordered) + 1
    vertex_lon, vertex_lat = _degrees(centres)
    dataset = xr.Dataset(
        {
            "lonCell": ("nCells", np.radians(longitude % 360)),
            "latCell": ("nCells", np.radians(latitude)),
            "lonVertex": ("nVertices", np.radians(vertex_lon % 360)),
            "latVertex": ("nVertices", np.radians(vertex_lat)),
            "verticesOnCell": (("nCells", "maxEdges"), vertices),
            "nEdgesOnCell": ("nCells", (vertices > 0).sum(axis=1).astype(np.int32)),
            "cellsOnVertex": (("nVertices", "vertexDegree"), triangles.astype(np.int32) + 1),
            "thickness": ("nCells", np.arange(float(count))),
        },
        attrs={"on_a_sphere": "YES", "sphere_radius": 6_371_220.0},
    )
    if planar:
        south = np.array([all(vertex_lat[v - 1] < -50 for v in row if v) for row in vertices])
        dataset = dataset.isel(nCells=south).drop_vars("cellsOnVertex")
        crs = Crs.parse("EPSG:3031")
        keep = np.where(vertex_lat < -40)[0]
        places = {"Cell": _degrees(vectors[south]), "Vertex": (vertex_lon, np.minimum(vertex_lat, -30.0))}
        for name, (east, north) in places.items():
            x, y = crs.forward(np.ascontiguousarray(east), np.ascontiguousarray(north))
            dim = "nCells" if name == "Cell" else "nVertices"
            dataset[f"x{name}"], dataset[f"y{name}"] = (dim, x), (dim, y)
        assert len(keep)
        dataset.attrs = {"on_a_sphere": "NO", "sphere_radius": 0.0}
    return dataset


def _vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    east, north = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def _degrees(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y, z = vectors.T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(z))


def issm(cells: int = 8) -> xr.Dataset:
    """Triangles of a square of 1600 km in EPSG:3031, as ISSM writes its mesh."""
    side = np.linspace(-8e5, 8e5, cells + 1)
    x, y = (values.ravel() for values in np.meshgrid(side, side))
    corner = np.arange(cells * (cells + 1)).reshape(cells, cells + 1)[:, :-1].ravel()
    lower = np.stack([corner, corner + 1, corner + cells + 2], axis=1)
    upper = np.stack([corner, corner + cells + 2, corner + cells + 1], axis=1)
    elements = np.concatenate([lower, upper]) + 1
    return xr.Dataset(
        {
            "x": ("dim_0_81", x),
            "y": ("dim_0_81", y),
            "elements": (("dim_0_128", "dim_1_3"), elements.astype(np.int64)),
            "epsg": ((), 3031),
            "thickness": ("dim_0_81", x + 2 * y),
            "friction": ("dim_0_128", np.arange(float(len(elements)))),
        }
    )


def scrip(radians: bool = False) -> xr.Dataset:
    """The cells of a coarse globe in a SCRIP grid file, triangles at the poles with a repeated corner."""
    globe = latlon(30.0)
    lon, lat = np.meshgrid(globe.lon, globe.lat)
    offsets = np.array([(-15, -15), (15, -15), (15, 15), (-15, 15)])
    corner_lon = lon.ravel()[:, None] + offsets[:, 0]
    corner_lat = lat.ravel()[:, None] + offsets[:, 1]
    factor, units = (np.pi / 180, "radians") if radians else (1.0, "degrees")
    attrs = {"units": units}
    return xr.Dataset(
        {
            "grid_dims": ("grid_rank", np.array([12, 6], np.int32)),
            "grid_center_lat": ("grid_size", lat.ravel() * factor, attrs),
            "grid_center_lon": ("grid_size", lon.ravel() * factor, attrs),
            "grid_corner_lat": (("grid_size", "grid_corners"), corner_lat * factor, attrs),
            "grid_corner_lon": (("grid_size", "grid_corners"), corner_lon * factor, attrs),
            "grid_imask": ("grid_size", np.ones(lat.size, np.int32)),
        }
    )


def esmf_mesh() -> xr.Dataset:
    """Triangles of the sphere in an ESMF mesh file."""
    longitude, latitude, triangles = octahedron()
    return xr.Dataset(
        {
            "nodeCoords": (
                ("nodeCount", "coordDim"),
                np.stack([longitude, latitude], 1),
                {"units": "degrees"},
            ),
            "elementConn": (
                ("elementCount", "maxNodePElement"),
                (triangles + 1).astype(np.int32),
                {"start_index": 1, "_FillValue": -1},
            ),
            "numElementConn": ("elementCount", np.full(len(triangles), 3, np.int8)),
        },
        attrs={"gridType": "unstructured"},
    )


FAMILIES = {
    "rectilinear": rectilinear,
    "polar": polar,
    "equal_area": equal_area,
    "rotated": rotated,
    "healpix": healpix_grid,
    "gaussian": gaussian,
    "ugrid": ugrid,
    "mpas": mpas,
    "issm": issm,
    "scrip": scrip,
    "esmf_mesh": esmf_mesh,
}
