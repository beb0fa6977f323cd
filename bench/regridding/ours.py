"""Nunatak, through its public functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .bandwidth import moving
from .clock import Clock
from .fields import float32_fields


def run(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """Weights, then the steps: without missing values, NaN-aware, and NaN-aware over real holes."""
    import nunatak as nk

    source, target = (xr.load_dataset(Path(folder) / f"{side}_dataset.nc") for side in ("source", "target"))
    _warm_up(nk)
    regridder = clock("weights", lambda: _anew(source, target, method))
    matrix = regridder.weights
    np.savez(
        Path(folder) / f"weights_{method}.npz",
        data=matrix.data,
        indices=matrix.indices,
        indptr=matrix.indptr,
        shape=matrix.shape,
    )
    data = _on(source, float32_fields(steps, matrix.shape[1]))
    clock("apply", lambda: regridder(data, skipna=False, dtype="float32").values)
    holes = data.where(data > np.quantile(data[0], 0.1))
    clock("aware", lambda: regridder(holes, skipna=True, dtype="float32").values)
    target, source = matrix.shape
    least = moving(data.values.reshape(steps, source), target)
    return {"nonzeros": int(matrix.nnz), "target": target, "source": source, "moving": least}


def _anew(source: xr.Dataset, target: xr.Dataset, method: Any) -> Any:
    """Weights that the process did not keep from the last time."""
    from nunatak import Regridder
    from nunatak._nunatak import forget_weights

    forget_weights()
    return Regridder(source, target, method)


def _warm_up(nk: Any) -> None:
    """Weights of a few cells, so that what is imported and started at first use is not counted: nor is
    xugrid's compiler.
    """
    few, fewer = (nk.grid("EPSG:3031", spacing=spacing) for spacing in (160e3, 320e3))
    nk.regrid(nk.cell_area(few), fewer).load()


def _on(source: xr.Dataset, values: np.ndarray) -> xr.DataArray:
    """Fields on the source grid, with what Nunatak needs to know it by."""
    for dims in (("lat", "lon"), ("y", "x"), ("face",), ("cell",)):
        if set(dims) <= set(source.sizes):
            shape = tuple(source.sizes[dim] for dim in dims)
            array = xr.DataArray(values.reshape(len(values), *shape), dims=("time", *dims))
            return array.assign_coords({name: source[name] for name in source.coords if name in dims})
    raise ValueError(f"no horizontal dimensions among {dict(source.sizes)}")
