"""Components of vectors: which variables they are, along which axes, and whether they must be rotated."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import xarray as xr

from nunatak._nunatak import Grid
from nunatak.errors import ArgumentError

__all__ = [
    "Axes",
    "Axis",
    "Component",
    "Role",
    "Vectors",
    "check_vectors",
    "find_components",
    "has_x_first",
    "needs_rotation",
    "role",
]

Vectors = Sequence[tuple[Hashable, Hashable]] | None
Axis = Literal["x", "y"]
Axes = Literal["grid", "geographic"]

_ISMIP6 = ("velsurf", "velbase", "velmean")
"""Velocities of ISMIP6, after their x or y."""

_WORDS: tuple[tuple[Axes, re.Pattern[str]], ...] = (
    ("grid", re.compile(r"(?:^|_)(x|y)_(?=velocity|wind|stress)")),
    ("geographic", re.compile(r"(?:^|_)(eastward|northward)(?=_|$)")),
)
"""The word of a CF standard name that says which component it is."""


@dataclass(frozen=True)
class Component:
    """A variable as a component of a vector."""

    axis: Axis
    axes: Axes
    """The axes: those of the grid, or east and north whatever the grid."""
    partner: Hashable
    """The variable that is the other component."""


@dataclass(frozen=True)
class Role:
    """The component that a variable is by its name."""

    axis: Axis
    axes: Axes
    vector: str
    """The name that both components share, without the word of the component."""


def check_vectors(vectors: Vectors, obj: object) -> None:
    """Check that pairs of names are pairs, and are in a dataset or in some dataset of a tree.

    Raises
    ------
    ArgumentError
        When they are not.
    """
    if vectors is None or (isinstance(vectors, Sequence) and not vectors):
        return
    pairs = [] if isinstance(vectors, str) or not isinstance(vectors, Sequence) else list(vectors)
    if not pairs or any(isinstance(pair, str) or not _is_pair(pair) for pair in pairs):
        raise ArgumentError(
            f"vectors: found {vectors!r:.80}, expected pairs of names such as [('xvelsurf', 'yvelsurf')]"
        )
    if isinstance(obj, xr.DataArray):
        raise ArgumentError(
            f"vectors: DataArray {obj.name!r} has no second component; pass the Dataset that has both"
        )
    datasets = [obj] if isinstance(obj, xr.Dataset) else []
    if isinstance(obj, xr.DataTree):
        datasets = [node.dataset for node in obj.subtree]
    for pair in pairs:
        if not any(all(name in dataset.data_vars for name in pair) for dataset in datasets):
            there = sorted({str(name) for dataset in datasets for name in dataset.data_vars})
            raise ArgumentError(f"vectors: no variables {pair[0]!r} and {pair[1]!r} among {', '.join(there)}")


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, Sequence) and len(pair) == 2


def find_components(there: Mapping[Hashable, xr.Variable], vectors: Vectors) -> dict[Hashable, Component]:
    """The variables that are components of vectors, with their partners.

    Parameters
    ----------
    there
        The variables of a dataset.
    vectors
        Pairs of names (those that are not there are left out), or None: pairs are found by their standard
        names and by ISMIP6's names.
    """
    known = ((name, role(name, values.attrs)) for name, values in there.items())
    roles = {name: own for name, own in known if own is not None}
    found: dict[Hashable, Component] = {}
    for x, y in _pairs(there, roles) if vectors is None else vectors:
        if x not in there or y not in there:
            continue
        if not _fit(there[x], there[y]):
            raise ArgumentError(
                f"vectors: {x} has dimensions {dict(there[x].sizes)}, expected those of {y}, "
                f"{dict(there[y].sizes)}"
            )
        axes: Axes = roles[x].axes if x in roles else "grid"
        found[x], found[y] = Component("x", axes, y), Component("y", axes, x)
    return found


def needs_rotation(source: Grid, target: Grid, axes: Axes) -> bool:
    """Whether vectors along these axes of one grid have other components on another.

    The azimuthal directions of two geographic grids differ, too: near the poles by any angle.
    """
    if axes == "geographic" or source.crs.is_geographic:
        return source != target
    return not source.crs.has_axes_of(target.crs)


_X_DIMENSIONS = frozenset(
    ("x", "xc", "x1", "rlon", "lon", "longitude", "easting", "i", "ni", "nx", "nlon", "xi")
)
_Y_DIMENSIONS = frozenset(
    ("y", "yc", "y1", "rlat", "lat", "latitude", "northing", "j", "nj", "ny", "nlat", "eta")
)


def has_x_first(grid: Grid, dims: Sequence[Hashable]) -> bool:
    """Whether the columns of a curvilinear grid are stored as its rows: x is not where it seems."""
    if not grid.is_curvilinear:
        return False
    first, second = (str(dim).lower() for dim in dims)
    return first in _X_DIMENSIONS and second in _Y_DIMENSIONS


def role(name: Hashable, attrs: Mapping[Any, Any]) -> Role | None:
    """Which component a variable is, by ISMIP6's names or its standard name."""
    return _role(str(name), str(attrs.get("standard_name", "")))


@lru_cache(maxsize=1024)
def _role(name: str, standard_name: str) -> Role | None:
    if name[:1] in ("x", "y") and name[1:] in _ISMIP6:
        return Role("x" if name[0] == "x" else "y", "grid", name[1:])
    for axes, word in _WORDS:
        match = word.search(standard_name)
        if match is not None:
            axis: Axis = "x" if match[1] in ("x", "eastward") else "y"
            return Role(axis, axes, f"{standard_name[: match.start(1)]}*{standard_name[match.end(1) :]}")
    return None


def _pairs(
    there: Mapping[Hashable, xr.Variable], roles: Mapping[Hashable, Role]
) -> list[tuple[Hashable, Hashable]]:
    """Components of one vector: by their names when several share a standard name."""
    pairs: list[tuple[Hashable, Hashable]] = []
    for x, own in roles.items():
        if own.axis == "y":
            continue
        same = [name for name, other in roles.items() if (other.axes, other.vector) == (own.axes, own.vector)]
        others = [name for name in same if roles[name].axis == "y" and _fit(there[x], there[name])]
        named = [name for name in others if str(name) in _swapped(str(x))]
        if len(named) == 1:
            pairs.append((x, named[0]))
        elif len(others) == 1 and len(same) == 2:
            pairs.append((x, others[0]))
    return pairs


def _swapped(name: str) -> set[str]:
    """Names that the second component may have, after the first."""
    swaps = (("x", "y"), ("u", "v"), ("U", "V"), ("east", "north"), ("_x", "_y"), ("_u", "_v"))
    return {name.replace(one, other, 1) for one, other in swaps} - {name}


def _fit(one: xr.Variable, other: xr.Variable) -> bool:
    return dict(one.sizes) == dict(other.sizes)
