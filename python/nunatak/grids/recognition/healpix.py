"""HEALPix cells as CF (grid mapping ``healpix``), easygems and xdggs (``cell_ids``) have them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, describe, variables
from nunatak.io.counting import is_counting

__all__ = ["AUTHALIC_RADIUS", "candidates", "healpix_mapping"]

AUTHALIC_RADIUS = 6_371_007.180_918_474
"""Radius (m) of the sphere with the surface of WGS84: the sphere of files that do not say which."""
_LEVELS = ("refinement_level", "healpix_level", "level", "depth", "resolution")
_SIDES = ("healpix_nside", "nside")
_ORDERS = ("indexing_scheme", "healpix_order", "healpix_scheme", "order")
_CELLS = ("cell_ids", "healpix_index", "cell", "cells", "pix", "pixel", "hp_index")
_SPHERES = {"wgs84": (6_378_137.0, 298.257_223_563), "sphere": (AUTHALIC_RADIUS, 0.0)}


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The HEALPix grid of an object, if it says so."""
    there = variables(obj)
    mapping = next(
        (n for n, v in there.items() if _attribute(v.attrs, "grid_mapping_name") == "healpix"), None
    )
    cells = next((name for name, v in there.items() if v.ndim == 1 and _is_cells(v.attrs)), None)
    if mapping is None and cells is None:
        return []
    if cells is None:
        cells = next((n for n in _CELLS if n in there and there[n].ndim == 1), None)
    attrs = {
        **(there[mapping].attrs if mapping is not None else {}),
        **({} if cells is None else there[cells].attrs),
    }
    level = _level(obj, attrs)
    dim = there[cells].dims[0] if cells is not None else _dimension(obj, level)
    names = frozenset({mapping, cells}) - {None}
    return [
        GridCandidate(
            "healpix", (dim,), names, lambda crs: _build(obj, mapping, cells, dim, level, attrs, crs)
        )
    ]


def healpix_mapping(level: int, order: str, ellipsoid: Mapping[str, float]) -> dict[str, Any]:
    """Attributes of the grid mapping variable of HEALPix cells: those of CF and those of easygems."""
    return {
        "grid_mapping_name": "healpix",
        "refinement_level": level,
        "indexing_scheme": order,
        "healpix_nside": 2**level,
        "healpix_order": "nest" if order == "nested" else order,
        **ellipsoid,
    }


def _is_cells(attrs: Mapping[Any, Any]) -> bool:
    return _attribute(attrs, "grid_name") == "healpix" or attrs.get("standard_name") == "healpix_index"


def _attribute(attrs: Mapping[Any, Any], name: str) -> str:
    return str(attrs.get(name, "")).strip().lower()


def _build(
    obj: xr.Dataset | xr.DataArray,
    mapping: Hashable | None,
    cells: Hashable | None,
    dim: Hashable,
    level: int,
    attrs: Mapping[Any, Any],
    crs: str | Crs | None,
) -> HorizontalGrid:
    order, count = _order(obj, attrs), 12 * 4**level
    system = _sphere(attrs) if crs is None else crs if isinstance(crs, Crs) else Crs.parse(crs)
    listed = None if cells is None else _listed(variables(obj)[cells], cells, count)
    if listed is None and obj.sizes[dim] != count:
        raise GridError(
            f"{describe(obj)}: HEALPix level {level} has {count} cells, dimension {dim!r} {obj.sizes[dim]}; "
            "a part of them needs a coordinate cell_ids of their numbers"
        )
    grid = Grid.healpix(level, order, system, listed)
    ellipsoid = system.grid_mapping()
    written = {name: ellipsoid[name] for name in ("semi_major_axis", "inverse_flattening")}
    return HorizontalGrid(
        (dim,),
        grid,
        None if mapping is None else str(mapping),
        () if cells is None else (cells,),
        mapping=healpix_mapping(level, order, written),
    )


def _level(obj: xr.Dataset | xr.DataArray, attrs: Mapping[Any, Any]) -> int:
    for name in _LEVELS:
        if name in attrs:
            return int(np.ravel(attrs[name])[0])
    for name in _SIDES:
        if name in attrs:
            side = int(np.ravel(attrs[name])[0])
            if side > 0 and side & (side - 1) == 0:
                return side.bit_length() - 1
            raise GridError(f"{describe(obj)}: HEALPix {name} of {side}, expected a power of 2")
    raise GridError(f"{describe(obj)}: HEALPix cells without {' or '.join((*_LEVELS[:3], *_SIDES))}")


def _order(obj: xr.Dataset | xr.DataArray, attrs: Mapping[Any, Any]) -> str:
    found = next((_attribute(attrs, name) for name in _ORDERS if name in attrs), None)
    if found in ("nested", "nest"):
        return "nested"
    if found == "ring":
        return "ring"
    raise GridError(
        f"{describe(obj)}: HEALPix {' or '.join(_ORDERS[:2])}: found {found or 'nothing'}, expected "
        "'nested' or 'ring'"
    )


def _dimension(obj: xr.Dataset | xr.DataArray, level: int) -> Hashable:
    count = 12 * 4**level
    dims = [dim for dim, length in obj.sizes.items() if length == count]
    if len(dims) == 1:
        return dims[0]
    raise GridError(
        f"{describe(obj)}: HEALPix level {level} has {count} cells; expected one dimension of that length or "
        f"a coordinate cell_ids, found {dict(obj.sizes)}"
    )


def _sphere(attrs: Mapping[Any, Any]) -> Crs:
    """The ellipsoid under the cells; a sphere when nothing is said, as other HEALPix software has it."""
    shape = {name: attrs[name] for name in ("earth_radius", "semi_major_axis") if name in attrs}
    if shape:
        named = [
            (name, float(np.ravel(attrs[name])[0]))
            for name in ("earth_radius", "semi_major_axis", "semi_minor_axis", "inverse_flattening")
            if name in attrs
        ]
    else:
        ellipsoid = attrs.get("ellipsoid", "sphere")
        name = _attribute(ellipsoid if isinstance(ellipsoid, dict) else {"name": ellipsoid}, "name")
        a, inverse = _SPHERES.get(name, _SPHERES["sphere"])
        named = [("semi_major_axis", a), ("inverse_flattening", inverse)]
    return Crs.from_grid_mapping("crs", [("grid_mapping_name", "latitude_longitude"), *named])[0]


def _listed(variable: xr.Variable, name: Hashable, count: int) -> np.ndarray | None:
    """The numbers of the cells, unless they are all of a level in order."""
    if variable.size == count and (is_counting(variable) or _is_whole(variable)):
        return None
    values = np.asarray(variable.values)
    if values.dtype.kind == "f" and np.isfinite(values).all() and np.all(values == np.round(values)):
        values = values.astype(np.int64)
    if values.dtype.kind not in "iu" or (values.dtype.kind == "i" and values.size and values.min() < 0):
        raise GridError(f"{name}: expected the numbers of HEALPix cells, found {values.dtype}")
    if len(np.unique(values)) != len(values):
        raise GridError(f"{name}: a HEALPix cell is listed twice, so that cells overlap")
    return np.ascontiguousarray(values, np.uint64)


_BLOCK = 1 << 22
"""Numbers of cells that are looked at together."""


def _is_whole(variable: xr.Variable) -> bool:
    """Whether numbers run from 0 in order: read in blocks, so that a fine level is never in memory whole."""
    for start in range(0, variable.size, _BLOCK):
        values = np.asarray(variable[start : start + _BLOCK].values)
        if values.dtype.kind not in "iuf" or not np.array_equal(
            values, np.arange(start, start + len(values))
        ):
            return False
    return True
