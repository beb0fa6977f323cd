"""Trees on another grid, node by node."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import xarray as xr

from nunatak.errors import ArgumentError, GridError
from nunatak.grids.recognition import GridCandidate, fields, inventory, is_mapping
from nunatak.regridding.datasets import regrid_dataset
from nunatak.regridding.request import RegridRequest

__all__ = ["datasets_of", "regrid_tree"]


def regrid_tree(tree: xr.DataTree, request: RegridRequest) -> xr.DataTree:
    """A tree whose nodes with a grid are on the target; the others stay as they are.

    Raises
    ------
    GridError
        When no node has a grid, or one has a grid that cannot be used; the message names the node.
    """
    found: list[str] = []
    above = _mappings_above(tree)
    regridded = _regrid_node(tree, above, request, found)
    _regrid_below(tree, regridded, above, request, found)
    if not found:
        paths = ("/" + node.path.removeprefix(tree.path).lstrip("/") for node in tree.subtree)
        raise GridError(f"no node of the tree has a grid; nodes: {', '.join(paths)}")
    return regridded


def datasets_of(tree: xr.DataTree) -> Iterator[xr.Dataset]:
    """The datasets of the nodes of a tree, with the grid mappings of the nodes above them."""
    for node in tree.subtree:
        yield _with_mappings(node.to_dataset(inherit=True), _mappings_above(node))


def _mappings_above(node: xr.DataTree) -> dict[Hashable, xr.Variable]:
    above: dict[Hashable, xr.Variable] = {}
    for ancestor in reversed(node.parents):
        above |= _mappings(ancestor)
    return above


def _regrid_below(
    node: xr.DataTree,
    regridded: xr.DataTree,
    above: dict[Hashable, xr.Variable],
    request: RegridRequest,
    found: list[str],
) -> None:
    """Give a regridded node its children, from the top down: xarray aligns each of them once."""
    if not node.children:
        return
    above = above | _mappings(node)
    regridded.children = {
        name: _regrid_node(child, above, request, found) for name, child in node.children.items()
    }
    for name, child in node.children.items():
        _regrid_below(child, regridded.children[name], above, request, found)


def _regrid_node(
    node: xr.DataTree, above: dict[Hashable, xr.Variable], request: RegridRequest, found: list[str]
) -> xr.DataTree:
    """A node without its children; the paths of those with a grid are added to ``found``."""
    dataset = _with_mappings(node.to_dataset(inherit=True), above)
    try:
        candidates = _candidates(dataset, request)
        if not candidates:
            return xr.DataTree(node.to_dataset(inherit=False), name=node.name)
        regridded = regrid_dataset(dataset, request, candidates)
    except (GridError, ArgumentError) as error:
        raise type(error)(f"node {node.path}: {error}") from error
    found.append(node.path)
    return xr.DataTree(regridded, name=node.name)


def _mappings(node: xr.DataTree) -> dict[Hashable, xr.Variable]:
    """The grid mappings of a node, which those below it use too (scalars are not inherited)."""
    own = node.to_dataset(inherit=False).variables
    return {name: values for name, values in own.items() if is_mapping(values.attrs)}


def _with_mappings(dataset: xr.Dataset, above: dict[Hashable, xr.Variable]) -> xr.Dataset:
    there = dataset.variables
    missing = {name: values for name, values in above.items() if name not in there}
    return dataset.assign_coords(missing) if missing else dataset


def _candidates(dataset: xr.Dataset, request: RegridRequest) -> list[GridCandidate]:
    """The grids that a node may be on; none when it has no grid, nor the names of one.

    Raises
    ------
    GridError
        When it has the names of a grid that cannot be recognised.
    """
    known = inventory(dataset)
    has_names = known.has_axis_names()
    try:
        found = request.source.candidates(dataset, known)
    except GridError:
        if has_names:
            raise
        return []
    if has_names or not request.source.is_grid:
        return found
    is_held = any(candidate.holds(values) for candidate in found for values in fields(dataset).values())
    return found if is_held else []
