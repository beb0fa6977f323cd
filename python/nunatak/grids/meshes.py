"""Meshes of files as plain xarray datasets in the UGRID conventions."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, GridError
from nunatak.grids.recognition import HorizontalGrid, describe, find_candidates

__all__ = ["open_mesh"]

_TOPOLOGY = "mesh"


@checked
def open_mesh(
    path: str | os.PathLike[str],
    *,
    crs: str | int | None = None,
    location: Literal["face", "node"] | None = None,
) -> xr.Dataset:
    """The mesh of a file, whatever its conventions, as UGRID.

    Parameters
    ----------
    path
        A netCDF file: UGRID, MPAS or MALI, ISSM (the mesh in the group ``mesh`` or at the root), SCRIP, or an
        ESMF mesh. Its content decides which.
    crs
        Coordinate reference system of x and y; it wins over the file's own. Planar MPAS meshes need it, and
        ISSM meshes without ``epsg``.
    location
        Location of data on the mesh: ``"face"`` (cells, elements) or ``"node"`` (vertices). By default faces,
        and nodes for ISSM.

    Returns
    -------
    Dataset
        The topology variable ``mesh`` (UGRID), node coordinates, faces, and the grid mapping variable
        ``crs``. Cells of a SCRIP grid become faces, in their order.

    Raises
    ------
    GridError
        For a file without a mesh; the message says what was looked for.
    """
    if location not in (None, "face", "node"):
        raise ArgumentError(f"location: found {location!r}, expected 'face' or 'node'")
    with _dataset(os.fspath(path)) as dataset:
        candidates = [candidate for candidate in find_candidates(dataset) if candidate.family in _FAMILIES]
        if not candidates:
            raise GridError(
                f"{describe(dataset)} has no mesh. Looked for UGRID (cf_role mesh_topology), MPAS "
                "(verticesOnCell), ISSM (x, y, elements), SCRIP (grid_corner_lat), ESMF meshes (elementConn)"
            )
        system = None if crs is None else Crs.parse(str(crs))
        built = [candidate.build(system) for candidate in candidates]
        faces = next((own for own in built if own.grid.location == "faces"), built[0])
        on_nodes = built[0].grid.location == "nodes" if location is None else location == "node"
        return ugrid_dataset(faces, "node" if on_nodes else "face")


_FAMILIES = ("ugrid", "mpas", "issm", "scrip", "esmf mesh")


def _dataset(path: str) -> xr.Dataset:
    """The root of a file, or its group ``mesh`` where ISSM has it."""
    root = xr.open_dataset(path, engine="nunatak", decode_times=False)
    if root.data_vars or root.coords:
        return root
    root.close()
    return xr.open_dataset(path, engine="nunatak", group="mesh", decode_times=False)


def ugrid_dataset(horizontal: HorizontalGrid, location: str) -> xr.Dataset:
    """A mesh of the Rust kernels as UGRID."""
    grid = horizontal.grid
    x, y = grid.nodes
    faces = _padded(*grid.faces)
    geographic = grid.crs.is_geographic
    standard = (
        ("longitude", "latitude") if geographic else ("projection_x_coordinate", "projection_y_coordinate")
    )
    units = ("degrees_east", "degrees_north") if geographic else ("m", "m")
    letters = ("lon", "lat") if geographic else ("x", "y")
    coords: dict[Hashable, xr.Variable] = {}
    for values, name, standard_name, unit in zip((x, y), letters, standard, units, strict=True):
        attrs = {"standard_name": standard_name, "units": unit}
        coords[f"{_TOPOLOGY}_node_{name}"] = xr.Variable((f"{_TOPOLOGY}_nodes",), values, attrs)
    attrs: dict[str, Any] = {
        "cf_role": "mesh_topology",
        "topology_dimension": 2,
        "node_coordinates": " ".join(f"{_TOPOLOGY}_node_{name}" for name in letters),
        "face_node_connectivity": f"{_TOPOLOGY}_face_nodes",
        "face_dimension": f"{_TOPOLOGY}_faces",
        "location": location,
    }
    connectivity = {"cf_role": "face_node_connectivity", "start_index": 0, "_FillValue": -1}
    coords[f"{_TOPOLOGY}_face_nodes"] = xr.Variable(
        (f"{_TOPOLOGY}_faces", f"{_TOPOLOGY}_corners"), faces, connectivity
    )
    if horizontal.rows is not None:
        # As SCRIP has it: the first runs fastest.
        attrs["grid_dims"] = np.array(horizontal.rows[::-1], np.int32)
    centres = grid.given_centres
    if centres is not None:
        attrs["face_coordinates"] = " ".join(f"{_TOPOLOGY}_face_{name}" for name in letters)
        for values, name, standard_name, unit in zip(centres, letters, standard, units, strict=True):
            own = {"standard_name": standard_name, "units": unit}
            coords[f"{_TOPOLOGY}_face_{name}"] = xr.Variable((f"{_TOPOLOGY}_faces",), values, own)
    coords[_TOPOLOGY] = xr.Variable((), np.int32(0), attrs)
    coords["crs"] = xr.Variable((), np.int32(0), grid.crs.grid_mapping())
    return xr.Dataset(coords=coords, attrs={"Conventions": "CF-1.11 UGRID-1.0"})


def _padded(starts: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Nodes of faces (face, corner), -1 beyond the last of each."""
    counts = np.diff(starts.astype(np.int64))
    there = np.arange(int(counts.max(initial=0))) < counts[:, None]
    faces = np.full(there.shape, -1, np.int32)
    faces[there] = nodes
    return faces
