"""Weights of one method between two grids: Nunatak's, YAC's and CDO's, or why there are none."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

import nunatak as nk

from .grids import SphereGrid
from .scrip import write_scrip

_YAC = Path(__file__).with_name("yac_worker.py")
_LIMIT = 900


class Missing(Exception):
    """There are no weights; the message is for the table."""


@dataclass(frozen=True)
class Contender:
    """One method of one library.

    Attributes
    ----------
    library, method
        As in the tables.
    kind
        What it is compared with: `conservative`, `conservative2`, `bilinear`, `smooth` or `nearest`.
    """

    library: str
    method: str
    kind: str


CONTENDERS = (
    Contender("Nunatak", "conservative", "conservative"),
    Contender("YAC", "con1", "conservative"),
    Contender("CDO", "gencon", "conservative"),
    Contender("Nunatak", "conservative2", "conservative2"),
    Contender("YAC", "con2", "conservative2"),
    Contender("Nunatak", "bilinear", "bilinear"),
    Contender("YAC", "avg", "bilinear"),
    Contender("CDO", "genbil", "bilinear"),
    Contender("Nunatak", "patch", "smooth"),
    Contender("YAC", "hcsbb", "smooth"),
    Contender("Nunatak", "nearest", "nearest"),
    Contender("YAC", "nnn1", "nearest"),
)


def weights(contender: Contender, source: SphereGrid, target: SphereGrid, peers: Path | None) -> csr_array:
    """A row for each target cell; raises :class:`Missing`."""
    if contender.library == "Nunatak":
        return _ours(contender.method, source, target)
    with tempfile.TemporaryDirectory() as folder:
        if contender.library == "CDO":
            rows, columns, values = _cdo(contender.method, source, target, Path(folder))
        else:
            rows, columns, values = _yac(contender.method, source, target, Path(folder), peers)
    return csr_array((values, (rows, columns)), shape=(len(target.centres), len(source.centres)))


Triplets = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _ours(method: str, source: SphereGrid, target: SphereGrid) -> csr_array:
    try:
        return nk.Regridder(source.dataset(), target.dataset(), method).weights  # pyright: ignore[reportArgumentType]
    except (nk.NunatakError, TypeError, ValueError, NotImplementedError) as error:
        raise Missing(f"not yet ({str(error).splitlines()[0][:90]})") from error


def _yac(method: str, source: SphereGrid, target: SphereGrid, folder: Path, peers: Path | None) -> Triplets:
    if peers is None:
        raise Missing("not installed")
    given = {**_in_radians("source", source), **_in_radians("target", target)}
    np.savez(folder / "grids.npz", **given)  # pyright: ignore[reportArgumentType]
    command = [str(peers), str(_YAC), str(folder / "grids.npz"), method, str(folder / "weights.npz")]
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    _run(command, {**os.environ, **root})
    found = np.load(folder / "weights.npz")
    return found["rows"], found["columns"], found["values"]


def _in_radians(side: str, grid: SphereGrid) -> dict[str, NDArray[Any]]:
    """A grid as arrays of corners that cells share."""
    arrays = grid.unstructured()
    degrees = [name for name in arrays if name.endswith(("_lon", "_lat"))]
    arrays |= {name: np.radians(arrays[name]) for name in degrees}
    return {f"{side}_{name}": values for name, values in arrays.items()}


def _cdo(method: str, source: SphereGrid, target: SphereGrid, folder: Path) -> Triplets:
    from netCDF4 import Dataset

    cdo = shutil.which("cdo")
    if cdo is None:
        raise Missing("not installed")
    for name, grid in (("source.nc", source), ("target.nc", target)):
        write_scrip(folder / name, grid)
    field = f"-const,1,{folder / 'source.nc'}"
    _run([cdo, "-s", "-P", "2", f"{method},{folder / 'target.nc'}", field, str(folder / "weights.nc")])
    with Dataset(folder / "weights.nc") as found:
        rows, columns = found["dst_address"][:].filled() - 1, found["src_address"][:].filled() - 1
        return rows, columns, found["remap_matrix"][:, 0].filled()


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, env=environment)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"stopped after {_LIMIT} s") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise Missing(f"failed ({said[-1][:90]})")
