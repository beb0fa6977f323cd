"""SciPy's sparse matrix with Nunatak's or YAC's weights, and what the memory could do at best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .clock import Clock
from .fields import float32_fields


def run(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """Apply weights that another contender left, in float32: step by step, and all steps side by side."""
    from scipy.sparse import csr_array

    if not (Path(folder) / f"weights_{method}.npz").is_file():
        raise NotImplementedError("needs Nunatak's weights")
    found = np.load(Path(folder) / f"weights_{method}.npz")
    shape = tuple(int(size) for size in found["shape"])
    values, indices, starts = (found[name] for name in ("data", "indices", "indptr"))
    matrix = csr_array((values.astype("f4"), indices.astype("i4"), starts.astype("i4")), shape=shape)
    data = float32_fields(steps, shape[1])
    clock("apply", lambda: np.stack([matrix @ step for step in data]))
    side_by_side = np.ascontiguousarray(data.T)
    clock("apply_dense", lambda: matrix @ side_by_side)
    clock("aware", lambda: _aware(matrix, data))
    return {"nonzeros": int(matrix.nnz)}


def _aware(matrix: Any, data: np.ndarray) -> np.ndarray:
    """Two products: of the values, and of where they are."""
    valid = np.isfinite(data)
    filled = np.where(valid, data, 0)
    return np.stack(
        [(matrix @ one) / (matrix @ there.astype("f4")) for one, there in zip(filled, valid, strict=True)]
    )
