"""Unstructured meshes by the UGRID conventions: data on faces and on nodes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition.candidates import (
    GridCandidate,
    HorizontalGrid,
    data_first,
    describe,
    metadata,
    variables,
)
from nunatak.grids.recognition.polygons import mesh_of_connectivity
from nunatak.grids.recognition.systems import find_crs, find_geographic, scaled

__all__ = ["candidates", "node_numbers"]


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The faces and the nodes of the two-dimensional meshes of an object, those with data first.

    Raises
    ------
    GridError
        For data that name a mesh which is not with them.
    """
    there = variables(obj)
    found: list[GridCandidate] = []
    for name, variable in there.items():
        attrs = variable.attrs
        if attrs.get("cf_role") == "mesh_topology" and int(attrs.get("topology_dimension", 2)) == 2:
            found += _of_topology(obj, there, name)
    if not found and isinstance(obj, xr.DataArray) and "mesh" in obj.attrs and "location" in obj.attrs:
        raise GridError(
            f"{describe(obj)} is on the {obj.attrs['location']}s of mesh {obj.attrs['mesh']!r}, which is "
            "not among its coordinates; regrid the dataset, or pass it as source="
        )
    return data_first(obj, found)


def _of_topology(
    obj: xr.Dataset | xr.DataArray, there: Mapping[Hashable, xr.Variable], name: Hashable
) -> list[GridCandidate]:
    attrs = there[name].attrs
    connectivity = _named(there, name, attrs, "face_node_connectivity")[0]
    x, y = _pair(there, name, _named(there, name, attrs, "node_coordinates"))
    faces = there[connectivity]
    face_dim = attrs.get("face_dimension", faces.dims[0])
    if face_dim not in faces.dims:
        raise GridError(f"mesh {name}: {connectivity} lacks face_dimension {face_dim!r}, it has {faces.dims}")
    described = {name, connectivity, x, y}
    described.update(word for value in attrs.values() if isinstance(value, str) for word in value.split())
    names = frozenset(word for word in described if word in there)
    (node_dim,) = there[x].dims

    def at(dim: Hashable, location: str) -> GridCandidate:
        return GridCandidate(
            "ugrid", (dim,), names, lambda crs: _build(obj, name, dim, location, (x, y), crs)
        )

    pair = [at(face_dim, "face"), at(node_dim, "node")]
    return pair[::-1] if attrs.get("location") == "node" else pair


def _named(
    there: Mapping[Hashable, xr.Variable], mesh: Hashable, attrs: Mapping[Any, Any], role: str
) -> list[str]:
    names = [name for name in str(attrs.get(role, "")).split() if name in there]
    if not names:
        raise GridError(
            f"mesh {mesh}: {role} of {attrs.get(role, 'nothing')!r} names no variable that is there"
        )
    return names


def _pair(there: Mapping[Hashable, xr.Variable], mesh: Hashable, names: list[str]) -> tuple[str, str]:
    """The coordinates along x and along y among those named: degrees first."""
    kinds = {"lon": "x", "lat": "y", "projection_x": "x", "projection_y": "y"}
    for pair in (("lon", "lat"), ("projection_x", "projection_y")):
        found = {}
        for name in names:
            attrs = there[name].attrs
            text = f"{attrs.get('standard_name', '')} {name}".lower()
            units = str(attrs.get("units", "")).lower()
            for kind in pair:
                direct = text.startswith(kind) or units == {
                    "lon": "degrees_east",
                    "lat": "degrees_north",
                }.get(kind)
                if direct:
                    found.setdefault(kinds[kind], name)
        if len(found) == 2:
            return found["x"], found["y"]
    if len(names) == 2:
        return names[0], names[1]
    raise GridError(f"mesh {mesh}: node_coordinates {' '.join(names)} are no pair of coordinates")


def _build(
    obj: xr.Dataset | xr.DataArray,
    name: Hashable,
    dim: Hashable,
    location: str,
    nodes: tuple[str, str],
    crs: str | Crs | None,
) -> HorizontalGrid:
    there = variables(obj)
    attrs = there[name].attrs
    degrees = all(_is_degrees(there[node]) for node in nodes)
    system, mapping = (find_geographic if degrees else find_crs)(obj, nodes, crs)
    x, y = (scaled(there[node], node, system) for node in nodes)
    connectivity = _named(there, name, attrs, "face_node_connectivity")[0]
    variable = there[connectivity]
    face_dim = attrs.get("face_dimension", variable.dims[0])
    faces = node_numbers(variable.transpose(face_dim, ...), connectivity, len(x), 0)
    centres = None
    own = [word for word in str(attrs.get(f"{location}_coordinates", "")).split() if word in there]
    if location == "face" and len(own) >= 2:
        pair = _pair(there, name, own)
        if all(_is_degrees(there[word]) == degrees for word in pair):
            centres = (scaled(there[pair[0]], pair[0], system), scaled(there[pair[1]], pair[1], system))
    grid = mesh_of_connectivity(
        system, x, y, faces, f"mesh {name}", on_nodes=location == "node", centres=centres
    )
    described = [word for value in attrs.values() if isinstance(value, str) for word in value.split()]
    known = [word for word in dict.fromkeys([name, connectivity, *nodes, *described]) if word in there]
    own_attrs = {"mesh": str(name), "location": location}
    return HorizontalGrid.of_cells(dim, grid, mapping, known, there, data_attrs=own_attrs)


def _is_degrees(variable: xr.Variable) -> bool:
    units = str(variable.attrs.get("units", "")).lower()
    return units.startswith(("degree", "rad")) or (
        not units and variable.attrs.get("standard_name") in ("longitude", "latitude")
    )


def node_numbers(variable: xr.Variable, name: Hashable, nodes: int, start: int) -> np.ndarray:
    """Connectivity (face, corner) that counts nodes from 0; a negative number where a face has fewer corners.

    ``start`` is the number of the first node when the variable does not say (``start_index``).

    Raises
    ------
    GridError
        For a number that no node has.
    """
    values = np.asarray(variable.values)
    fill = metadata(variable, "_FillValue")
    start = int(np.ravel(metadata(variable, "start_index") if "start_index" in variable.attrs else start)[0])
    is_plain = values.size and start == 0 and (fill is None or fill < 0)
    # Values of which one is missing have no least.
    if is_plain and values.min() == 0 and values.max() < nodes:
        return values.astype(np.int32, copy=False)
    missing = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    if fill is not None:
        missing |= values == fill
    numbers = np.where(missing, 0, values).astype(np.int64) - start
    missing |= numbers < 0
    # Numbers from 1 where from 0 was said.
    if start == 0 and np.any(~missing) and numbers[~missing].max() == nodes and numbers[~missing].min() >= 1:
        numbers -= 1
    if np.any(~missing & (numbers >= nodes)):
        found = int(numbers[~missing].max()) + start
        raise GridError(f"{name}: names node {found}, there are {nodes} (the first is number {start})")
    return np.where(missing, -1, numbers)
