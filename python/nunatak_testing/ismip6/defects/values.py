"""Faults of group D: values, masks and what is declared of them."""

from __future__ import annotations

import numpy as np

from ..content import FileContent
from . import fits
from .record import Change, fault


def put_outside(content: FileContent, value: float, *, declared: bool = False) -> Change:
    """Another value where the field is missing, and no fill value unless it is declared all the same."""
    missing = content.values() == content.data.fill_value
    content.replace_values(np.where(missing, np.float32(value), content.values()))
    if not declared:
        content.data.fill_value = None
    return "_FillValue outside the ice, declared", f"{value:g} outside the ice"


@fault("D1", "1e20 outside the ice, not declared", fits.filled_field)
def _undeclared(content: FileContent) -> Change:
    return put_outside(content, 1e20)


@fault("D1.default", "NetCDF's default fill value outside the ice, not declared", fits.filled_field)
def _undeclared_default(content: FileContent) -> Change:
    return put_outside(content, float(content.data.fill_value))


@fault("D1.nan", "NaN outside the ice, no fill value", fits.filled_field)
def _not_a_number(content: FileContent) -> Change:
    return put_outside(content, np.nan)


@fault("D1.double", "fill value in double precision, data in single", fits.filled_field)
def _double_fill(content: FileContent) -> Change:
    put_outside(content, 1e20)
    content.data.attributes["missing_value"] = np.float64(1e20)
    return "_FillValue of the data's type", "missing_value = 1e20 in double precision"


@fault("D1.zero", "a literal 0 outside the ice", fits.variables("orog"), "reported", exact="ice")
def _zero(content: FileContent) -> Change:
    return put_outside(content, 0.0, declared=True)


@fault("D1.tenth", "0.1 m of ice outside the ice", fits.variables("lithk"), "reported", exact="ice")
def _tenth(content: FileContent) -> Change:
    values = content.values()
    content.replace_values(np.where(values == 0, np.float32(0.1), values))
    return "0 outside the ice", "0.1 outside the ice"


@fault("D1.range", "valid_min and valid_max of the first record", fits.state_field, "read", rule=None)
def _valid_range(content: FileContent) -> Change:
    first = content.values()[0]
    first = first[first != content.data.fill_value]
    content.data.attributes |= {"valid_min": first.min(), "valid_max": first.max()}
    return "no valid range", f"{first.min():g} to {first.max():g}"


@fault("D2", "a mask above 1", fits.mask)
def _above_one(content: FileContent) -> Change:
    values = content.values()
    content.replace_values(np.where(values == 1, np.float32(1.25), values))
    return "0 to 1", "1.25 where it should be 1"


@fault("D2.negative", "a mask below 0", fits.mask)
def _below_zero(content: FileContent) -> Change:
    values = content.values()
    content.replace_values(np.where(values == 0, np.float32(-0.1), values))
    return "0 to 1", "-0.1 where it should be 0"


@fault("D2.nan", "a mask of NaN outside the ice", fits.mask, "reported", exact="ice")
def _mask_of_nan(content: FileContent) -> Change:
    values = content.values()
    content.replace_values(np.where(values == 0, np.float32(np.nan), values))
    return "0 outside the ice", "NaN outside the ice"


@fault(
    "D3",
    "floating fraction of the ice, not of the cell",
    fits.variables("sftflf"),
    "reported",
    exact="nowhere",
)
def _of_the_ice(content: FileContent) -> Change:
    content.replace_values((content.values() > 0).astype(np.float32))
    return "sftflf = sftgif - sftgrf", "sftflf = 1 where ice floats, whatever sftgif"
