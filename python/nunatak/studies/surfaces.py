"""Published surfaces on the grids of ISMIP6, with their masks and basins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs

__all__ = ["ice_free_is_missing", "surface_with_masks"]


def surface_with_masks(topography: Path, basins: Path, crs: str) -> xr.Dataset:
    """``z_srf`` (m) with ``sftgif``, ``sftgrf`` (1) and ``basins`` on x and y in metres.

    The files' own grid mappings contradict themselves (the latitude of origin of Greenland's is its standard
    parallel), so that the system is stated.

    Parameters
    ----------
    topography
        BedMachine on an ISMIP6 grid: ``z_srf`` and ``mask`` (2 grounded, 3 floating, 4 lake Vostok).
    basins
        ``basin`` on the same grid.
    crs
        Its system, such as ``"EPSG:3413"``.
    """
    with xr.open_dataset(topography, engine="nunatak") as opened:
        surface, mask = opened["z_srf"].load(), opened["mask"].load()
    with xr.open_dataset(basins, engine="nunatak") as opened:
        numbers = opened["basin"].load()
    mapping = xr.Variable((), np.int8(0), Crs.parse(crs).grid_mapping())
    axes = {
        name: xr.Variable((name,), surface[f"{name}c"].values * 1e3, {"units": "m", "axis": name.upper()})
        for name in ("x", "y")
    }
    kind, on_map = mask.values, {"grid_mapping": "crs"}
    whole = np.floor(numbers.transpose("yc", "xc").values)
    fields = {
        "z_srf": (surface.values, {"units": "m", "standard_name": "surface_altitude"}),
        "sftgif": (np.isin(kind, (2, 3, 4)).astype(np.float64), {"units": "1"}),
        "sftgrf": (np.isin(kind, (2, 4)).astype(np.float64), {"units": "1"}),
        "basins": (whole, {"units": "1"}),
    }
    return xr.Dataset(
        {name: (("y", "x"), values, own | on_map) for name, (values, own) in fields.items()},
        {**axes, "crs": mapping},
    )


def ice_free_is_missing(dataset: xr.Dataset) -> xr.DataArray:
    """The surface where there is ice: elsewhere it is the sea or rock, and no model of ice."""
    return dataset["z_srf"].where(dataset["sftgif"] > 0.5)
