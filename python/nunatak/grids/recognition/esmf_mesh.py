"""Mesh files of ESMF (ESMFMESH): data on elements and on nodes."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, data_first, variables
from nunatak.grids.recognition.polygons import mesh_of_connectivity
from nunatak.grids.recognition.systems import find_crs, find_geographic, scaled
from nunatak.grids.recognition.ugrid import node_numbers

__all__ = ["candidates"]

_NAMES = (
    "nodeCoords",
    "elementConn",
    "numElementConn",
    "centerCoords",
    "elementArea",
    "elementMask",
    "nodeMask",
)


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The elements and the nodes of an ESMF mesh, those with data first."""
    there = variables(obj)
    if not {"nodeCoords", "elementConn"} <= set(there):
        return []
    names = frozenset(name for name in _NAMES if name in there)
    element = there["numElementConn" if "numElementConn" in there else "elementConn"].dims[0]
    node = there["nodeCoords"].dims[0]

    def at(dim: Hashable, on_nodes: bool) -> GridCandidate:
        return GridCandidate("esmf mesh", (dim,), names, lambda crs: _build(obj, dim, on_nodes, crs))

    return data_first(obj, [at(element, False), at(node, True)])


def _build(
    obj: xr.Dataset | xr.DataArray, dim: Hashable, on_nodes: bool, crs: str | Crs | None
) -> HorizontalGrid:
    there = variables(obj)
    coordinates = there["nodeCoords"]
    is_map = str(coordinates.attrs.get("units", "degrees")).lower() in (
        "m",
        "meters",
        "metres",
        "km",
        "kilometers",
    )
    find = find_crs if is_map else find_geographic
    system, mapping = find(obj, ("nodeCoords", "nodeCoords"), crs)
    nodes = scaled(coordinates, "nodeCoords", system)
    centres = None
    if "centerCoords" in there and not on_nodes:
        centre = there["centerCoords"].copy(deep=False)
        centre.attrs.setdefault("units", coordinates.attrs.get("units", "degrees"))
        values = scaled(centre, "centerCoords", system)
        centres = (np.ascontiguousarray(values[:, 0]), np.ascontiguousarray(values[:, 1]))
    grid = mesh_of_connectivity(
        system,
        nodes[:, 0],
        nodes[:, 1],
        _faces(obj, len(nodes)),
        "ESMF mesh",
        on_nodes=on_nodes,
        centres=centres,
    )
    carried = [name for name in _NAMES[:4] if name in there]
    return HorizontalGrid.of_cells(dim, grid, mapping, carried, there)


def _faces(obj: xr.Dataset | xr.DataArray, nodes: int) -> np.ndarray:
    """Nodes of the elements from 0, -1 beyond the last; a list of all is cut by ``numElementConn``."""
    there = variables(obj)
    numbers = node_numbers(there["elementConn"], "elementConn", nodes, 1)
    if "numElementConn" not in there:
        return numbers
    counts = there["numElementConn"].values.astype(np.int64)
    within = np.arange(int(counts.max(initial=0))) < counts[:, None]
    if numbers.ndim == 2:
        return np.where(np.arange(numbers.shape[1]) < counts[:, None], numbers, -1)
    faces = np.full(within.shape, -1, np.int64)
    faces[within] = numbers
    return faces
