"""Trees from datasets by path."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

__all__ = ["tree_of"]


def tree_of(datasets: Mapping[str, xr.Dataset], name: str | None = None) -> xr.DataTree:
    """A tree of datasets, which keeps them as they are.

    Parameters
    ----------
    datasets
        Datasets by the path of their node (``"JPL1/ISSM/exp05"``); nodes between are made without data.
    name
        Name of the root.
    """
    return xr.DataTree.from_dict(dict(datasets), name=name)
