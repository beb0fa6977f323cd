"""What is written reads clean elsewhere: attributes and encodings as CF and other programs expect them."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from nunatak._nunatak import GRID_MAPPING_ATTRIBUTES, Crs, __version__

__all__ = [
    "CONVENTIONS",
    "described",
    "history",
    "narrow",
    "place_name",
    "squared_units",
    "with_grid_mapping",
    "without_fill",
    "without_lost_links",
]

CONVENTIONS = "CF-1.11"
"""The conventions that products follow."""

_Gridded = TypeVar("_Gridded", xr.DataArray, xr.Dataset)

_LARGEST = 2**31 - 1


def narrow(attrs: Mapping[Any, Any]) -> dict[Any, Any]:
    """Attributes whose whole numbers have 32 bits where they fit: CDO and older tools read no wider ones."""
    return {name: _narrow(value) for name, value in attrs.items()}


def _narrow(value: Any) -> Any:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)
    if is_whole and abs(int(value)) <= _LARGEST:
        return value if isinstance(value, np.integer) and value.dtype.itemsize <= 4 else np.int32(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.dtype.itemsize > 4:
        fits = value.size == 0 or int(np.abs(value.astype(float)).max()) <= _LARGEST
        return value.astype(np.int32) if fits else value
    return value


def place_name(name: Hashable, attrs: Mapping[Any, Any], system: Crs) -> dict[str, str]:
    """The standard name of a coordinate of cells that has neither this nor a description, where its name says it.

    CF's grid mappings want a longitude and a latitude, or a projected x and y, that say so.
    """
    text = str(name).lower()
    if {"standard_name", "long_name"} & set(attrs) or not text:
        return {}
    if system.is_geographic:
        found = [axis for axis in ("longitude", "latitude") if axis[:3] in text]
    else:
        found = [f"projection_{axis}_coordinate" for axis in "xy" if text[0] == axis or text[-1] == axis]
    return {"standard_name": found[0]} if len(found) == 1 else {}


def without_fill(variable: xr.Variable) -> xr.Variable:
    """A coordinate or its bounds, to be written without a fill value, which CF forbids there."""
    if variable.dtype.kind == "f" and "_FillValue" not in variable.attrs:
        variable.encoding["_FillValue"] = None
    return variable


def described(obj: _Gridded) -> _Gridded:
    """An object whose variables name as ``coordinates`` what are some: no mapping, bounds or cell numbers.

    xarray would write every coordinate that is no axis into that attribute; the others it names once for the
    whole file, so that it has them as coordinates again.
    """
    there = {name: coordinate.variable for name, coordinate in obj.coords.items()}
    shapes = {variable.attrs.get("bounds") for variable in there.values()}
    places = {
        name: variable
        for name, variable in there.items()
        if variable.dims != (name,) and name not in shapes and not _is_no_place(variable)
    }
    hidden = any(_is_no_place(variable) for variable in there.values())
    for variable in _fields(obj):
        if "coordinates" in variable.attrs or not (hidden or "coordinates" in variable.encoding):
            continue
        named = [str(name) for name, place in places.items() if set(place.dims) <= set(variable.dims)]
        variable.encoding["coordinates"] = " ".join(named) or None
    for variable in there.values():
        without_fill(variable)
    return obj


def _fields(obj: xr.DataArray | xr.Dataset) -> list[xr.Variable]:
    if isinstance(obj, xr.DataArray):
        return [obj.variable]
    return [values.variable for values in obj.data_vars.values()]


def _is_no_place(variable: xr.Variable) -> bool:
    """Whether a coordinate says which cells there are, not where: a grid mapping, numbers of HEALPix."""
    if variable.attrs.get("standard_name") == "healpix_index" or variable.attrs.get("grid_name") == "healpix":
        return True
    return variable.ndim == 0 and any(name in variable.attrs for name in GRID_MAPPING_ATTRIBUTES)


def with_grid_mapping(dataset: xr.Dataset, name: Hashable) -> xr.DataArray:
    """A variable of a dataset, with the grid mapping that it names as a coordinate."""
    array = dataset[name]
    text = array.attrs.get("grid_mapping", array.encoding.get("grid_mapping"))
    for mapping in str(text or "").replace(":", " ").split():
        if mapping in dataset.variables and mapping not in array.coords and dataset[mapping].ndim == 0:
            array = array.assign_coords({mapping: dataset[mapping].variable})
    return array


def without_lost_links(array: xr.DataArray) -> xr.DataArray:
    """An array whose coordinates name no bounds that were left behind, and the array no variable."""
    for coordinate in array.coords.values():
        for link in ("bounds", "climatology"):
            if link in coordinate.attrs and coordinate.attrs[link] not in array.coords:
                del coordinate.attrs[link]
            if link in coordinate.encoding and coordinate.encoding[link] not in array.coords:
                del coordinate.encoding[link]
    for link in ("grid_mapping", "ancillary_variables", "cell_measures"):
        words = str(array.attrs.get(link, "")).replace("area:", " ").replace(":", " ").split()
        if link in array.attrs and not all(word in array.coords for word in words):
            del array.attrs[link]
    return described(array)


def history(attrs: Mapping[Any, Any], what: str) -> dict[Any, Any]:
    """Global attributes of a product: those of what it was made of, the conventions, and what was done."""
    before = str(attrs.get("history", "")).strip()
    line = f"nunatak {__version__}: {what}"
    told = {"history": line if not before else f"{line}\n{before}"}
    conventions = str(attrs.get("Conventions", ""))
    own = {} if "CF-" in conventions else {"Conventions": f"{CONVENTIONS} {conventions}".strip()}
    return {**attrs, **own, **told}


_FACTOR = re.compile(r"([A-Za-zµ%°Å]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?:\^|\*\*)?([+-]?[0-9]+)?")


def squared_units(units: str) -> str | None:
    """The square of a unit, as UDUNITS reads it: ``m`` gives ``m2``, ``m s-1`` gives ``m2 s-2``.

    None where the unit is none that can be squared, such as dates.
    """
    parts: list[str] = []
    for at, quotient in enumerate(units.strip().split("/")):
        for factor in re.split(r"[\s.·]+|(?<!\*)\*(?!\*)", quotient.strip()):
            found = _FACTOR.fullmatch(factor) if factor else None
            if found is None:
                return None
            square = _square(found[1], int(found[2] or 1) * (-1 if at else 1))
            if square is None:
                return None
            parts.append(square)
    kept = [part for part in parts if part != "1"]
    return " ".join(kept) or "1"


def _square(name: str, exponent: int) -> str | None:
    if name[0].isdigit():
        value = math.pow(float(name), 2 * exponent)
        return f"{value:.15g}"
    if name in ("since", "as", "degC", "degF", "celsius", "Celsius", "fahrenheit"):
        # A difference of degrees Celsius is one of kelvins; its square is no square of a temperature.
        return f"K{2 * exponent}" if name in ("degC", "celsius", "Celsius") else None
    return f"{name}{2 * exponent}"
