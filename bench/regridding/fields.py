"""The fields that are regridded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def float32_fields(steps: int, cells: int) -> NDArray[np.float32]:
    """Smooth fields (step, cell), step by step in memory as files give them."""
    place = np.linspace(0, 40 * np.pi, cells, dtype=np.float32)
    return np.stack([np.sin(place + np.float32(step / 10)) + 2 for step in range(steps)])
