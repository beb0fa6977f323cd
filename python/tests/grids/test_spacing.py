"""Spacings and sizes: kilometres that were given as metres, and grids beyond any memory."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable

import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError

CONTINENT = (-3040e3, -3040e3, 3040e3, 3040e3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: nk.ismip6_grid("AIS", 8),
        lambda: nk.ismip6_grid("GrIS", 5),
        lambda: nk.grid(3031, spacing=32, bounds=CONTINENT),
        lambda: nk.grid("+proj=laea +lat_0=-90", spacing=16, bounds=CONTINENT, registration="cell"),
        lambda: nk.grid("EPSG:32719", spacing=1, bounds=(400e3, 4500e3, 700e3, 4800e3)),
    ],
)
def test_kilometres_that_make_too_many_cells_are_refused(call: Callable[[], xr.Dataset]) -> None:
    with pytest.raises(ArgumentError, match=r"spacing: found .* in metres"):
        call()


@pytest.mark.parametrize(
    ("spacing", "bounds", "said"),
    [
        (32, (-304e3, -304e3, 304e3, 304e3), "32 km are 32000 m"),
        (8, (-3040, -3040, 3040, 3040), "at the origin of the map"),
        (8e3, CONTINENT, None),
        (2, (-2e5, -2.3e6, -1.9e5, -2.29e6), None),
        (0.5, (-100, -100, 100, 100), None),
    ],
)
def test_numbers_that_look_like_kilometres_are_doubted(
    spacing: float, bounds: tuple[float, float, float, float], said: str | None
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        grid = nk.grid(3413, spacing=spacing, bounds=bounds)
    assert grid.sizes["x"] == round((bounds[2] - bounds[0]) / spacing) + 1
    assert [said in str(warning.message) for warning in caught] == ([] if said is None else [True])


TOO_LARGE = """
import resource, sys
import numpy as np, nunatak as nk
source = nk.ismip6_grid("AIS", 32e3).assign(v=(("y", "x"), np.ones((191, 191))))
bounds = (-3040e3, -3040e3, 3040e3, 3040e3)
target = {
    "map": lambda: nk.grid(3031, spacing=100.0, bounds=bounds),
    "another map": lambda: nk.grid(6932, spacing=100.0, bounds=bounds),
    "longitudes": lambda: nk.latlon(0.004),
    "HEALPix": lambda: nk.healpix(14),
    "fine HEALPix": lambda: nk.healpix(17),
}[sys.argv[1]]()
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    nk.regrid(source, target, sys.argv[2])
except nk.GridError as error:
    print(error)
"""


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
@pytest.mark.parametrize("target", ["map", "another map", "longitudes", "HEALPix", "fine HEALPix"])
def test_a_target_beyond_memory_is_refused_with_its_size(target: str, method: str) -> None:
    run = subprocess.run([sys.executable, "-c", TOO_LARGE, target, method], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "cells" in run.stdout and ("GB" in run.stdout or "too large" in run.stdout), run.stdout
