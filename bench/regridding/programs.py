"""CDO, a program: it reads files, makes weights with two threads and applies them from file to file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from .clock import Clock
from .fields import float32_fields

_OPERATORS = {"conservative": "gencon", "bilinear": "genbil"}


def cdo(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """Weights of grids that it is told by their axes where it can, else by their cells."""
    program = shutil.which("cdo")
    if program is None:
        raise ModuleNotFoundError("cdo is not on the PATH")
    source, target = _description(folder, "source"), _description(folder, "target")
    with tempfile.TemporaryDirectory() as place:
        weights, field = f"{place}/weights.nc", f"{place}/fields.nc"
        start = [program, "-s", "-O", "-P", "2"]
        made = [*start, f"{_OPERATORS[method]},{target}", f"-const,1,{source}", weights]
        clock("weights", lambda: _run(made))
        _write_fields(Path(field), np.load(Path(folder) / "source.npz")["shape"], steps)
        apply = [*start, f"remap,{target},{weights}", f"-setgrid,{source}", field, f"{place}/result.nc"]
        clock("apply", lambda: _run(apply))
    return {}


def _description(folder: str, side: str) -> str:
    axes = Path(folder) / f"{side}_axes.txt"
    return str(axes if axes.is_file() else Path(folder) / f"{side}_scrip.nc")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or "no message").splitlines()[-1])


def _write_fields(path: Path, shape: Any, steps: int) -> None:
    from netCDF4 import Dataset

    sizes = tuple(int(size) for size in shape)
    values = float32_fields(steps, int(np.prod(sizes))).reshape(steps, *sizes)
    names = ("cell",) if len(sizes) == 1 else ("y", "x")
    with Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as file:
        for name, size in (("time", None), *zip(names, sizes, strict=True)):
            file.createDimension(name, size)
        time = file.createVariable("time", "f8", ("time",))
        time.units = "days since 2000-01-01"
        time[:] = np.arange(steps)
        file.createVariable("field", "f4", ("time", *names))[:] = values
