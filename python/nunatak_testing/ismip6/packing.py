"""Packing of data into 16-bit integers where the flavour says so."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .content import FileContent
from .fields import FILL_VALUE

PACKED_FILL_VALUE = np.int16(-32767)
"""NetCDF's default fill value of 16-bit integers."""


def stored_data(content: FileContent) -> NDArray[Any]:
    """The values of the data variable as they lie in the file."""
    values = content.values()
    if content.flavour.packing is None:
        return values
    scale, offset = content.flavour.packing
    missing = (values == FILL_VALUE) | np.isnan(values)
    packed = np.round((np.where(missing, offset, values).astype(np.float64) - offset) / scale)
    return np.where(missing, PACKED_FILL_VALUE, np.clip(packed, -32766, 32767)).astype(np.int16)
