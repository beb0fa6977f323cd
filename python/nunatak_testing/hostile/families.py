"""Families of mutants: how they are made, and what is done with them."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak_testing.hostile import hdf5_bytes, hdf5_objects, netcdf3_bytes, parquet_bytes
from nunatak_testing.hostile.seeds import GRIDS

NAMES = {
    "hdf5": "mutant.h5",
    "netcdf3": "mutant.nc",
    "atl06": "ATL06_20200102030405_01230511_006_01.h5",
    "catalog": "mutant.parquet",
    "weights": "mutant_weights.nc",
}
"""The families, and the names of their files."""
SMALL = 200_000
"""Variables of up to so many values are read whole, of others a corner."""


def mutant(family: str, number: int, seeds: Mapping[str, Sequence[bytes]]) -> bytes:
    """The mutant of this number, the same wherever the same seeds are written."""
    rng = np.random.default_rng([list(NAMES).index(family), number])
    content = bytearray(seeds[family][rng.integers(len(seeds[family]))])
    if content.startswith(b"CDF"):
        netcdf3_bytes.change(rng, content)
    elif content.startswith(b"PAR1"):
        parquet_bytes.change(rng, content)
    elif (family in ("atl06", "weights") and rng.random() < 0.5) or rng.random() < 0.2:
        hdf5_objects.change(rng, content)
    else:
        hdf5_bytes.change(rng, content)
    return bytes(content)


def _read(path: Path) -> None:
    tree = nk.open_datatree(path)
    for node in tree.subtree:
        for variable in node.to_dataset(inherit=False).variables.values():
            small = variable.size <= SMALL
            corner = variable if small else variable[tuple(slice(0, 2) for _ in variable.dims)]
            with contextlib.suppress(nk.NunatakError):
                corner.load()


def _catalog(path: Path) -> None:
    catalog = nk.open_catalog(path, cache=False)
    repr(catalog)
    catalog.to_datatree()


def _weights(path: Path) -> None:
    regridder = nk.Regridder.from_netcdf(path, *GRIDS)
    latitude, longitude = GRIDS[0]["lat"], GRIDS[0]["lon"]
    regridder(xr.DataArray(np.ones((latitude.size, longitude.size)), [latitude, longitude])).load()


def open_and_read(family: str, path: Path) -> None:
    """What a user does with a file of this family."""
    match family:
        case "hdf5" | "netcdf3":
            _read(path)
        case "atl06":
            nk.open_atl06(path, on_error="raise", quality="all")
        case "catalog":
            _catalog(path)
        case _:
            _weights(path)


def outcome(family: str, path: Path) -> str:
    """ "opened", "refused" by an error of ours, or what else was raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            open_and_read(family, path)
        except nk.NunatakError:
            return "refused"
        except BaseException as error:
            return f"{type(error).__name__}: {str(error)[:300]}"
    return "opened"
