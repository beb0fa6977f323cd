"""The plan of an export: variables that become references, that are copied, or that are left out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import array_references
from nunatak.catalog.exports.report import ExportedVariable
from nunatak.io.lazy import own_array

__all__ = ["INLINE_BYTES", "Plan", "PlannedNode", "VirtualVariable", "plan"]

INLINE_BYTES = 1 << 20
"""Most bytes of a variable that is copied because no reference can express it."""

_SMALL_BYTES = 1 << 16
"""Variables up to this size are copied: a request for each record would cost more."""


@dataclass(frozen=True)
class VirtualVariable:
    """A variable whose chunks are ranges of bytes of a file.

    Attributes
    ----------
    references
        What ``array_references`` found: type, shapes, filters, fill values, and where each chunk is.
    """

    dims: tuple[str, ...]
    attrs: Mapping[str, Any]
    encoding: Mapping[str, Any]
    references: Mapping[str, Any]


@dataclass
class PlannedNode:
    """One dataset of an export."""

    path: str
    attrs: dict[Any, Any]
    coordinates: list[str] = field(default_factory=list)
    virtual: dict[str, VirtualVariable] = field(default_factory=dict)
    inline: dict[str, xr.Variable] = field(default_factory=dict)

    def inline_dataset(self) -> xr.Dataset:
        """The variables that are copied, with the attributes and the coordinates of the whole node."""
        dataset = xr.Dataset(self.inline, attrs=dict(self.attrs))
        named = [name for name in self.coordinates if name in self.virtual or name in self.inline]
        if named:
            dataset.attrs["coordinates"] = " ".join(named)
        return dataset


@dataclass
class Plan:
    """All datasets of an export, and what became of every variable."""

    nodes: list[PlannedNode] = field(default_factory=list)
    variables: list[ExportedVariable] = field(default_factory=list)


def plan(tree: xr.DataTree, *, zarr_format: int) -> Plan:
    """Sort the variables of a tree.

    Parameters
    ----------
    tree
        What :meth:`nunatak.Catalog.to_datatree` gave, without Dask.
    zarr_format
        2 has no transposition of three axes and takes a fill value for a missing value always.
    """
    made = Plan()
    for node in tree.subtree:
        if not node.variables and not node.attrs:
            continue
        planned = PlannedNode(node.path.strip("/"), dict(node.attrs))
        dataset = node.to_dataset(inherit=False)
        planned.coordinates = [str(name) for name in dataset.coords if name not in dataset.dims]
        for name, variable in dataset.variables.items():
            made.variables.append(_place(planned, str(name), variable, zarr_format))
        made.nodes.append(planned)
    return made


def _place(node: PlannedNode, name: str, variable: xr.Variable, zarr_format: int) -> ExportedVariable:
    found = _references(variable, zarr_format)
    if not isinstance(found, str):
        node.virtual[name] = VirtualVariable(
            tuple(str(dim) for dim in variable.dims), variable.attrs, variable.encoding, found
        )
        differs = _difference(variable, found)
        chunks = len(found["offsets"])
        return ExportedVariable(node.path, name, "virtual", differs, chunks, variable.nbytes)
    if variable.nbytes > INLINE_BYTES:
        return ExportedVariable(node.path, name, "left out", found, 0, variable.nbytes)
    copied, note = _copied(variable)
    node.inline[name] = copied
    return ExportedVariable(node.path, name, "inline", note or found, 0, variable.nbytes)


def _references(variable: xr.Variable, zarr_format: int) -> dict[str, Any] | str:
    """References, or why there are none."""
    if variable.nbytes <= _SMALL_BYTES:
        return "small"
    array = own_array(variable._data)
    if array is None:
        return "in memory"
    if " since " in str(variable.attrs.get("units", "")):
        return "times"
    found = array_references(array)
    if isinstance(found, str) or zarr_format > 2:
        return found
    fill = found["unwritten"]
    if fill is not None and not np.isnan(fill) and fill not in found["fill_values"]:
        return "unwritten chunks hold a value that Zarr 2 takes for missing"
    axes = [axis for axis in found["order"] if found["chunk_shape"][axis] > 1]
    if axes != sorted(axes) and found["order"] != sorted(found["order"], reverse=True):
        return "transposed"
    return found


def _difference(variable: xr.Variable, found: Mapping[str, Any]) -> str:
    """What plain readers do otherwise."""
    if found["clipped"] is not None:
        least, most = found["clipped"]
        return f"not clipped to {least:g} to {most:g}"
    # Numbers in attributes have no type there.
    if found["packed"] and variable.dtype != np.dtype("f8"):
        return f"unpacked to float64, not {variable.dtype}"
    return ""


def _copied(variable: xr.Variable) -> tuple[xr.Variable, str]:
    """Values in memory, encoded as they will be written, and what had to be changed."""
    kept: dict[Hashable, Any] = {
        key: value for key, value in variable.encoding.items() if key in ("units", "calendar")
    }
    attrs, note = dict(variable.attrs), ""
    if variable.dtype.kind == "f":
        kept["_FillValue"] = None
    if " since " in str(attrs.get("units", "")):
        # Plain readers would refuse the whole group for a time that cannot be decoded.
        attrs["nunatak_units"], note = attrs.pop("units"), "time that cannot be decoded"
    values = variable.values
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace").astype(object)
    return xr.Variable(variable.dims, values, attrs, kept), note
