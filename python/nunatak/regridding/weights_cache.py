"""Weights that are kept in a directory, each set under the digest of what it is made of."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

from nunatak._nunatak import Weights, __version__
from nunatak.errors import ArgumentError, StoreError
from nunatak.grids.matching import flat_mask
from nunatak.grids.recognition import HorizontalGrid
from nunatak.io.checked_files import read_checked, write_checked
from nunatak.regridding.weights_plan import WeightsPlan

__all__ = ["kept_weights"]


def kept_weights(directory: Path, plan: WeightsPlan, source: HorizontalGrid) -> Weights:
    """Weights of a cache directory; those that are not there, or are damaged, are computed and saved.

    Raises
    ------
    ArgumentError
        The directory is a file.
    StoreError
        The directory cannot be made.
    """
    try:
        is_file = any(own.exists() and not own.is_dir() for own in (directory, *directory.parents))
    except OSError as error:
        raise StoreError(f"cache: {str(directory)!r:.80} is no directory: {error.strerror}") from error
    if is_file:
        raise ArgumentError(f"cache: found the file {str(directory)!r}, expected a directory")
    mask = None if plan.mask is None else flat_mask(plan.mask, source).tobytes()
    recipe = (source.grid, plan.target, plan.method, plan.extrapolate, mask, __version__)
    place = directory / f"{hashlib.sha256(pickle.dumps(recipe)).hexdigest()[:32]}.weights"
    kept = read_checked(place)
    if kept is not None:
        return Weights.from_bytes(kept)
    weights = plan.weights(source)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cache: {str(directory)!r} cannot be made: {error}") from error
    write_checked(place, weights.to_bytes())
    return weights
