"""Aggregation onto a grid that there is no memory for: refused with its size, before memory is taken."""

from __future__ import annotations

import json
import re
import sys

import netCDF4
import pytest

from nunatak_testing.fresh_process import run_code

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and counted as on Linux")

WORK = """
import json, resource, sys, warnings
import numpy as np, xarray as xr, nunatak as nk
warnings.simplefilter("ignore")
rng, n, faces = np.random.default_rng(0), 1000, 10**9
points = nk.open_points({
    "longitude": rng.uniform(-180, 180, n), "latitude": rng.uniform(-89, -75, n), "height": rng.random(n),
    "height_sigma": np.full(n, 0.1), "sigma_geo": np.full(n, 0.3),
    "time": np.full(n, np.datetime64("2020-01-01", "ns")),
}, quality="all")
sheet = (-3040e3, -3040e3, 3040e3, 3040e3)

def claiming():
    # Four nodes, and a billion triangles of three of them, for which no memory is taken.
    return xr.Dataset({
        "x": ("vertices", np.array([0.0, 1e6, 0.0, 1e6])),
        "y": ("vertices", np.array([0.0, 0.0, 1e6, 1e6])),
        "elements": (("triangles", "corner"), np.broadcast_to(np.array([1, 2, 3]), (faces, 3))),
        "epsg": ((), 3031),
    })

targets = {
    "rows and columns": lambda: nk.grid(3031, spacing=20.0, bounds=sheet),
    "another map": lambda: nk.grid(6932, spacing=20.0, bounds=sheet),
    "cells of a map": lambda: nk.grid(3031, spacing=20.0, bounds=sheet, registration="cell"),
    "longitudes": lambda: nk.latlon(0.001),
    "HEALPix": lambda: nk.healpix(29),
    "a mesh in memory": claiming,
    "a mesh in a file": lambda: xr.open_dataset(sys.argv[1], engine="nunatak"),
    "a file of a mesh": lambda: nk.open_mesh(sys.argv[1]),
    "HEALPix, occupied": lambda: nk.healpix(14),
}

def most():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(lines["VmHWM"].split()[0]) // 1024

nk.aggregate(points, nk.latlon(10.0))
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
before, said = most(), {}
for name, target in targets.items():
    try:
        result = nk.aggregate(points, target())
        said[name] = f"{int(result['count'].sum())} points in {result.sizes['cells']} cells"
    except nk.NunatakError as error:
        said[name] = f"{type(error).__name__}: {error}"
print(json.dumps([most() - before, said]))
"""

SIZES = {
    "rows and columns": "304001 x 304001 cells, whose statistics take .* GB",
    "another map": "304001 x 304001 cells, whose statistics take .* GB",
    "cells of a map": "304000 x 304000 cells, whose statistics take .* GB",
    "longitudes": "180000 x 360000 cells, whose statistics take .* GB",
    "HEALPix": "3458764513820540928, whose numbers alone take",
    "a mesh in memory": r"22\.4 GiB .*1000000000, 3",
    "a mesh in a file": "12000000000 bytes do not fit",
    "a file of a mesh": "12000000000 bytes do not fit",
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, str]]:
    """Memory that all took (MB), and what is said of each."""
    path = tmp_path_factory.mktemp("mesh") / "few_nodes.nc"
    with netCDF4.Dataset(path, "w") as file:
        for name, length in (("node", 4), ("face", 10**9), ("corner", 3)):
            file.createDimension(name, length)
        mesh = file.createVariable("mesh2d", "i4")
        mesh.setncatts({"cf_role": "mesh_topology", "topology_dimension": 2})
        mesh.setncatts({"node_coordinates": "node_lon node_lat", "face_node_connectivity": "faces"})
        places = {"longitude": ("east", [0, 10, 0, 10]), "latitude": ("north", [-80, -80, -70, -70])}
        for name, (side, values) in places.items():
            nodes = file.createVariable(f"node_{name[:3]}", "f8", ("node",))
            nodes.setncatts({"units": f"degrees_{side}", "standard_name": name})
            nodes[:] = values
        faces = file.createVariable("faces", "i4", ("face", "corner"), chunksizes=(100_000, 3), zlib=True)
        faces.start_index = 0
    assert path.stat().st_size < 100_000
    run = run_code(WORK, path)
    assert run.returncode == 0, run.stderr[-1000:]
    return tuple(json.loads(run.stdout))


@pytest.mark.parametrize("kind", SIZES)
def test_a_grid_beyond_memory_is_refused_with_its_size(
    refused: tuple[int, dict[str, str]], kind: str
) -> None:
    _, said = refused
    assert said[kind].startswith(("ArgumentError", "GridError")), said[kind]
    assert re.search(SIZES[kind], said[kind]), said[kind]


def test_no_memory_is_taken_before(refused: tuple[int, dict[str, str]]) -> None:
    taken, said = refused
    assert taken < 300
    # Cells that hold a point are few, however many there are.
    assert said["HEALPix, occupied"] == "1000 points in 1000 cells"
