"""Meshes of MPAS and MALI: Voronoi cells, and the triangles about their corners, on a sphere or a map."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition.candidates import (
    GridCandidate,
    HorizontalGrid,
    data_first,
    describe,
    numbers,
    variables,
)
from nunatak.grids.recognition.healpix import AUTHALIC_RADIUS
from nunatak.grids.recognition.polygons import mesh_of_connectivity
from nunatak.grids.recognition.systems import find_crs, find_mapping

__all__ = ["candidates"]

_COORDINATES = [
    f"{kind}{element}" for kind in ("lon", "lat", "x", "y", "z") for element in ("Cell", "Vertex", "Edge")
]
_CONNECTIVITY = [
    "verticesOnCell", "nEdgesOnCell", "cellsOnVertex", "cellsOnCell", "edgesOnCell", "edgesOnVertex",
    "verticesOnEdge", "cellsOnEdge", "edgesOnEdge", "nEdgesOnEdge", "indexToCellID", "indexToVertexID",
    "indexToEdgeID", "areaCell", "areaTriangle", "kiteAreasOnVertex", "dcEdge", "dvEdge", "angleEdge",
    "weightsOnEdge",
]  # fmt: skip


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The cells and the vertices of an MPAS mesh, those with data first."""
    there = variables(obj)
    if not {"verticesOnCell", "nEdgesOnCell"} <= set(there):
        return []
    names = frozenset(name for name in (*_COORDINATES, *_CONNECTIVITY) if name in there)
    found = [_candidate(obj, "Cell", "Vertex", names, "verticesOnCell")]
    if "cellsOnVertex" in there:
        found.append(_candidate(obj, "Vertex", "Cell", names, "cellsOnVertex"))
    return data_first(obj, found)


def _candidate(
    obj: xr.Dataset | xr.DataArray, own: str, corner: str, names: frozenset[Hashable], connectivity: str
) -> GridCandidate:
    dim = variables(obj)[connectivity].dims[0]
    return GridCandidate("mpas", (dim,), names, lambda crs: _build(obj, own, corner, dim, connectivity, crs))


def _build(
    obj: xr.Dataset | xr.DataArray,
    own: str,
    corner: str,
    dim: Hashable,
    connectivity: str,
    crs: str | Crs | None,
) -> HorizontalGrid:
    there = variables(obj)
    on_sphere = _is_on_sphere(obj)
    kinds = ("lon", "lat") if on_sphere else ("x", "y")
    needed = [f"{kind}{element}" for element in (corner, own) for kind in kinds]
    missing = [name for name in needed if name not in there]
    if missing:
        raise GridError(f"{describe(obj)}: MPAS mesh without {', '.join(missing)}")
    system, mapping = _system(obj, on_sphere, crs)
    # MPAS keeps longitudes and latitudes in radians, and does not always say so.
    factor = np.degrees(1.0) if on_sphere else 1.0
    x, y, centre_x, centre_y = (numbers(there[name]) * factor for name in needed)
    corners = there[connectivity].values.astype(np.int64) - 1
    if own == "Cell":
        used = np.arange(corners.shape[1]) < there["nEdgesOnCell"].values[:, None]
        corners = np.where(used, corners, -1)
    # A triangle that lacks a cell lies across the boundary of the mesh.
    elif (corners < 0).any():
        corners = np.where((corners < 0).any(axis=1)[:, None], -1, corners)
    grid = mesh_of_connectivity(system, x, y, corners, f"MPAS {connectivity}", centres=(centre_x, centre_y))
    carried = [connectivity, "nEdgesOnCell", "verticesOnCell", *needed]
    carried = [name for name in dict.fromkeys(carried) if name in there]
    attrs = {"on_a_sphere": "YES" if on_sphere else "NO"}
    if "sphere_radius" in obj.attrs:
        attrs["sphere_radius"] = obj.attrs["sphere_radius"]
    return HorizontalGrid.of_cells(dim, grid, mapping, carried, there, dataset_attrs=attrs)


def _is_on_sphere(obj: xr.Dataset | xr.DataArray) -> bool:
    said = str(obj.attrs.get("on_a_sphere", "")).strip().upper()
    if said:
        return said.startswith("Y")
    there = variables(obj)
    return "lonVertex" in there and bool(np.ptp(there["lonVertex"].values) > 0)


def _system(obj: xr.Dataset | xr.DataArray, on_sphere: bool, crs: str | Crs | None) -> tuple[Crs, str | None]:
    if crs is not None or not on_sphere:
        if crs is None and find_mapping(obj) is None:
            raise GridError(
                f"{describe(obj)} is an MPAS mesh on a plane (on_a_sphere = NO) that does not say which; "
                "pass crs= (source= in nk.regrid), for example 'EPSG:3031'"
            )
        system, mapping = find_crs(obj, ("xCell", "yCell"), crs)
        if system.is_geographic != on_sphere:
            expected = "a geographic system" if on_sphere else "that of a map"
            raise GridError(f"{describe(obj)}: an MPAS mesh with on_a_sphere = {on_sphere} needs {expected}")
        return system, mapping
    radius = float(np.ravel(obj.attrs.get("sphere_radius", 0.0))[0])
    attrs = [
        ("grid_mapping_name", "latitude_longitude"),
        ("earth_radius", radius if radius > 1e3 else AUTHALIC_RADIUS),
    ]
    return Crs.from_grid_mapping("crs", attrs)[0], None
