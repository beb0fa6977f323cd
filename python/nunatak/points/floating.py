"""Masks of floating ice on grids, by what their values mean."""

from __future__ import annotations

import numpy as np
import xarray as xr

from nunatak._nunatak import locate_points
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import find_horizontal
from nunatak.points.values import plain_values

__all__ = ["floating_at"]

_FLOATING_WORDS = ("floating", "ice_shelf", "shelf_ice", "ice_shelves")
_NOT_FLOATING_WORDS = ("not_floating", "non_floating", "grounded")


def floating_at(
    mask: xr.DataArray, longitude: np.ndarray, latitude: np.ndarray, crs: str | None
) -> np.ndarray:
    """Which points float by a mask on a grid, in the cell that holds the point; outside nothing floats.

    Raises
    ------
    ArgumentError
        For a mask with other dimensions than its grid, or one whose values are neither a fraction nor
        explained.
    """
    horizontal = find_horizontal(mask, crs=crs)
    if set(mask.dims) != set(horizontal.dims):
        raise ArgumentError(
            f"floating: expected a mask with the dimensions of its grid, {tuple(horizontal.dims)}, found "
            f"{mask.dims}"
        )
    cells = locate_points(
        horizontal.grid, *(np.ascontiguousarray(part, dtype=float) for part in (longitude, latitude))
    )
    floats = _floats(mask.transpose(*horizontal.dims)).ravel()
    return np.where(cells >= 0, floats[np.maximum(cells, 0)], False)


def _floats(mask: xr.DataArray) -> np.ndarray:
    """Where a mask says floating ice: codes by their meanings, else a fraction above one half."""
    try:
        values = plain_values(mask.values).astype(float)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"floating: {mask.name!r} holds {mask.dtype}, expected booleans, codes or fractions"
        ) from None
    if "flag_meanings" in mask.attrs:
        return np.isin(values, _floating_codes(mask))
    if str(mask.attrs.get("units", "")).strip() in ("%", "percent"):
        values = values / 100.0
    wrong = values[(values < 0) | (values > 1)]
    if wrong.size:
        raise ArgumentError(
            f"floating: {mask.name!r} holds {wrong[0]:g}, expected booleans or a fraction of floating ice "
            f"from 0 to 1; "
            "of a mask of surface types give the cells that float (mask == 3), or its flag_values and "
            "flag_meanings"
        )
    return values > 0.5


def _floating_codes(mask: xr.DataArray) -> list[float]:
    """The values that mean floating ice, of a mask with flags."""
    meanings = str(mask.attrs["flag_meanings"]).replace(",", " ").split()
    codes = _numbers(mask.attrs.get("flag_values"))
    if len(codes) != len(meanings):
        raise ArgumentError(
            f"floating: {mask.name!r} has {len(meanings)} flag_meanings and {len(codes)} flag_values, "
            f"expected one value "
            "for each; give the cells that float (mask == 3)"
        )

    def floats(meaning: str) -> bool:
        text = meaning.lower()
        return any(word in text for word in _FLOATING_WORDS) and not any(
            word in text for word in _NOT_FLOATING_WORDS
        )

    found = [code for code, meaning in zip(codes, meanings, strict=True) if floats(meaning)]
    if not found:
        raise ArgumentError(
            f"floating: {mask.name!r} means {', '.join(meanings)}, expected one of them to be floating "
            f"ice; give the "
            "cells that float as booleans"
        )
    return found


def _numbers(values: object) -> list[float]:
    """Flag values as numbers; some products write them as text such as ``0b, 1b``."""
    if values is None:
        return []
    if isinstance(values, str):
        texts = [part.strip().rstrip("bBsSlL") for part in values.replace(",", " ").split()]
        return [float(text) for text in texts if text.lstrip("+-").replace(".", "", 1).isdigit()]
    return [float(value) for value in np.atleast_1d(np.asarray(values))]
