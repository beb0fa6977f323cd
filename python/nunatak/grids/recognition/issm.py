"""Triangles of ISSM: x and y of the vertices on a map, and vertices of the elements counted from 1."""

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
from nunatak.grids.recognition.polygons import mesh_of_connectivity
from nunatak.grids.recognition.systems import find_crs, find_mapping
from nunatak.grids.recognition.ugrid import node_numbers

__all__ = ["candidates"]

_FLAT = (("x", "y", "elements"), ("x2d", "y2d", "elements2d"))
"""Names of a mesh in two dimensions, and of the base of one of prisms."""
_OTHERS = ("lat", "long", "epsg", "numberofelements", "numberofvertices", "scale_factor")


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The vertices and the elements of an ISSM mesh, those with data first; vertices when there are none."""
    there = variables(obj)
    for x, y, elements in reversed(_FLAT):
        if all(name in there for name in (x, y, elements)) and there[elements].ndim == 2:
            names = frozenset(name for name in (x, y, elements, *_OTHERS) if name in there)
            found = [_candidate(obj, (x, y, elements), there[x].dims[0], True, names)]
            found.append(_candidate(obj, (x, y, elements), there[elements].dims[0], False, names))
            return data_first(obj, found)
    return []


def _candidate(
    obj: xr.Dataset | xr.DataArray,
    mesh: tuple[str, str, str],
    dim: Hashable,
    on_nodes: bool,
    names: frozenset[Hashable],
) -> GridCandidate:
    return GridCandidate("issm", (dim,), names, lambda crs: _build(obj, mesh, dim, on_nodes, crs))


def _build(
    obj: xr.Dataset | xr.DataArray,
    mesh: tuple[str, str, str],
    dim: Hashable,
    on_nodes: bool,
    crs: str | Crs | None,
) -> HorizontalGrid:
    there = variables(obj)
    x, y, elements = mesh
    system, mapping = _system(obj, (x, y), crs)
    faces = node_numbers(there[elements], elements, there[x].size, 1)
    if there[elements].values.min() == 0:
        raise GridError(f"{describe(obj)}: {elements} has a vertex 0, ISSM counts from 1")
    grid = mesh_of_connectivity(
        system, numbers(there[x]), numbers(there[y]), faces, "ISSM mesh", on_nodes=on_nodes
    )
    return HorizontalGrid.of_cells(dim, grid, mapping, mesh, there)


def _system(
    obj: xr.Dataset | xr.DataArray, names: tuple[str, str], crs: str | Crs | None
) -> tuple[Crs, str | None]:
    """The map: as given, as a grid mapping says, or as the mesh's own ``epsg`` does."""
    if crs is None and find_mapping(obj) is None:
        there = variables(obj)
        found = there["epsg"].values if "epsg" in there else obj.attrs.get("epsg", 0)
        code = int(np.ravel(found)[0]) if np.size(found) else 0
        if code <= 0:
            raise GridError(
                f"{describe(obj)} is an ISSM mesh without epsg; pass crs= (source= in nk.regrid), for "
                "example 'EPSG:3031'"
            )
        return Crs.parse(f"EPSG:{code}"), None
    return find_crs(obj, names, crs)
