"""Spacings and sizes: kilometres that were given as metres, and grids beyond any memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError
from nunatak_testing.fresh_process import run_code

CONTINENT = (-3040e3, -3040e3, 3040e3, 3040e3)
CONTINENT_IN_STEPS = (-3200e3, -3200e3, 3200e3, 3200e3)


@pytest.mark.parametrize(
    ("call", "kilometres"),
    [
        (lambda: nk.ismip6_grid("AIS", 8), "8 km are 8000 m"),
        (lambda: nk.ismip6_grid("GrIS", 5), "5 km are 5000 m"),
        (lambda: nk.grid(3031, spacing=32, bounds=CONTINENT), "32 km are 32000 m"),
        (
            lambda: nk.grid("+proj=laea +lat_0=-90", spacing=16, bounds=CONTINENT, registration="cell"),
            "16 km are 16000 m",
        ),
        (lambda: nk.grid("EPSG:32719", spacing=1, bounds=(400e3, 4500e3, 700e3, 4800e3)), None),
    ],
)
def test_kilometres_that_make_too_many_cells_are_doubted_and_not_filled(
    call: Callable[[], xr.Dataset], kilometres: str | None
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        grid = call()
    assert [kilometres in str(warning.message) for warning in caught] == (
        [] if kilometres is None else [True]
    )
    cells = grid.sizes["x"] * grid.sizes["y"]
    assert cells > 2**32
    with pytest.raises(nk.GridError, match=f"of a grid of {cells} cells take .* GB"):
        nk.cell_area(grid)


@pytest.mark.parametrize(
    "call",
    [
        lambda: nk.grid(3031, spacing=1e-3),
        lambda: nk.grid(3413, spacing=1e-11, bounds=(0, 0, 1, 1)),
        lambda: nk.grid(3031, spacing=5e-324),
        lambda: nk.latlon(1e-9),
    ],
)
def test_axes_without_end_are_refused(call: Callable[[], xr.Dataset]) -> None:
    with pytest.raises(ArgumentError, match=r"spacing: found .* axis for which there is memory, not one of"):
        call()


@pytest.mark.parametrize(
    "bounds",
    [
        (-1e6, -1e6, np.inf, 1e6),
        (np.nan, -1e6, 1e6, 1e6),
        (-1e6, -1e6, 1e300, 1e6),
        (-9.96921e36, -1e6, 1e6, 1e6),
        (3.04e9, 0, 3.05e9, 1e7),
        (-1e6, -1e6, 10**400, 1e6),
        (-1e6, -1e6, 1e6),
    ],
)
def test_bounds_beyond_the_earth_are_refused(bounds: Any) -> None:
    with pytest.raises(ArgumentError, match="bounds: found"):
        nk.grid(3031, spacing=1e5, bounds=bounds)


FILL = 9.969209968386869e36
FAR = {
    "a fill value": lambda x: np.r_[x[:-1], FILL],
    "a negative fill value": lambda x: np.r_[-FILL, x[1:]],
    "picometres": lambda x: 1e12 * x,
    "millimetres": lambda x: 1e3 * x,
    "an infinity": lambda x: np.r_[x[:-1], np.inf],
}


@pytest.mark.parametrize("change", FAR.values(), ids=FAR)
@pytest.mark.parametrize("crs", ["EPSG:3031", "EPSG:6932"])
@pytest.mark.parametrize("name", ["x", "y"])
def test_coordinates_beyond_the_earth_are_refused_by_name(
    change: Callable[[np.ndarray], np.ndarray], crs: str, name: str
) -> None:
    grid = nk.grid(crs, spacing=400e3, bounds=CONTINENT_IN_STEPS).drop_vars(["x_bnds", "y_bnds"])
    far = grid.assign_coords({name: (name, change(grid[name].values), {"units": "m"})})
    field = far.assign(v=(("y", "x"), np.ones((grid.sizes["y"], grid.sizes["x"]))))
    for call in (
        lambda: nk.cell_area(far),
        lambda: nk.regrid(field, grid),
        lambda: nk.regrid(field.v, nk.healpix(2)),
    ):
        with pytest.raises(nk.GridError, match=rf"coordinate {name}: .*(beyond the Earth|not finite)"):
            call()


@pytest.mark.parametrize("value", [FILL, 1e12, -3e9])
def test_nodes_beyond_the_earth_are_refused_by_number(value: float) -> None:
    mesh = xr.Dataset(
        {
            "x": ("vertices", [0.0, 1e5, 1e5, value]),
            "y": ("vertices", [0.0, 0.0, 1e5, 1e5]),
            "elements": (("triangles", "corner"), [[1, 2, 3], [1, 3, 4]]),
        },
        attrs={"EPSG": 3413},
    )
    with pytest.raises(nk.GridError, match=r"node 3: .* is beyond the Earth"):
        nk.cell_area(mesh, crs="EPSG:3413")


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
    "millimetres": lambda: nk.latlon(0.0001),
}[sys.argv[1]]()
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    nk.regrid(source, target, sys.argv[2])
except nk.GridError as error:
    print(error)
"""


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
@pytest.mark.parametrize("target", ["map", "another map", "longitudes", "HEALPix", "millimetres"])
def test_a_target_beyond_memory_is_refused_with_its_size(target: str, method: str) -> None:
    run = run_code(TOO_LARGE, target, method)
    assert (run.returncode, run.stderr) == (0, "")
    assert "cells" in run.stdout and ("GB" in run.stdout or "too large" in run.stdout), run.stdout
