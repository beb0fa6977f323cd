"""The five workloads: their grids as plain Datasets, as arrays for peers and as SCRIP files for CDO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from accuracy.grids import SphereGrid, healpix, longitudes_latitudes, polar_stereographic
from accuracy.polygons import unit_vectors
from accuracy.scrip import write_scrip
from numpy.typing import NDArray

from .mesh import triangles, ugrid


@dataclass(frozen=True)
class BenchGrid:
    """One grid.

    Attributes
    ----------
    cells
        Its cells on the sphere; peers get geodetic latitudes for the sphere's.
    dataset
        The grid as Nunatak gets it.
    plane
        What planar peers get: axes `x` and `y`, or `nodes` and `faces`.
    """

    cells: SphereGrid
    dataset: xr.Dataset
    plane: dict[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Workload:
    """A source, a target and the methods that are timed."""

    letter: str
    words: str
    source: Callable[[], BenchGrid]
    target: Callable[[], BenchGrid]
    methods: tuple[str, ...]


def geographic(rows: int, columns: int, south: float = -90.0, north: float = 90.0) -> BenchGrid:
    """Equal steps in longitude and latitude, from one parallel to another."""
    edges_lat, edges_lon = np.linspace(south, north, rows + 1), np.linspace(0, 360, columns + 1)
    lat, lon = (edges_lat[1:] + edges_lat[:-1]) / 2, (edges_lon[1:] + edges_lon[:-1]) / 2
    dataset = xr.Dataset(
        coords={
            "lat": (
                "lat",
                lat,
                {"standard_name": "latitude", "units": "degrees_north", "bounds": "lat_bnds"},
            ),
            "lon": (
                "lon",
                lon,
                {"standard_name": "longitude", "units": "degrees_east", "bounds": "lon_bnds"},
            ),
            "lat_bnds": (("lat", "bnds"), np.stack([edges_lat[:-1], edges_lat[1:]], axis=1)),
            "lon_bnds": (("lon", "bnds"), np.stack([edges_lon[:-1], edges_lon[1:]], axis=1)),
        }
    )
    whole = longitudes_latitudes(round(rows * 180 / (north - south)), columns)
    kept = slice(0, rows * columns)
    cells = SphereGrid(whole.name, whole.centres[kept], whole.corners[kept], (rows, columns))
    return BenchGrid(cells, dataset, {"lat": lat, "lon": lon})


def bench_map(cells: int, spacing: float) -> BenchGrid:
    """A square of EPSG:3031."""
    axis = (np.arange(cells) - (cells - 1) / 2) * spacing
    coords: dict[str, Any] = {
        name: (name, axis, {"standard_name": f"projection_{name}_coordinate", "units": "m"}) for name in "yx"
    }
    dataset = xr.Dataset(coords={**coords, "crs": _crs()})
    return BenchGrid(polar_stereographic(cells, spacing), dataset, {"x": axis, "y": axis})


def _crs() -> tuple[tuple[()], int, dict[str, Any]]:
    from pyproj import CRS

    return ((), 0, CRS.from_epsg(3031).to_cf())


def _healpix(level: int) -> BenchGrid:
    attributes = {"grid_mapping_name": "healpix", "refinement_level": level, "indexing_scheme": "nested"}
    number = np.arange(12 * 4**level)
    dataset = xr.Dataset(coords={"cell": ("cell", number), "crs": ((), 0, attributes)})
    return BenchGrid(healpix(2**level), dataset)


def bench_mesh(nodes: int) -> BenchGrid:
    """The graded mesh, in UGRID's terms; its edges are straight on the map."""
    from pyproj import Transformer

    points, faces = triangles(nodes)
    transform = Transformer.from_crs(3031, 4326, always_xy=True).transform
    middle = points[faces].mean(axis=1)
    vectors, centres = unit_vectors(*transform(*points.T)), unit_vectors(*transform(*middle.T))
    cells = SphereGrid("mesh", centres, vectors[faces], (len(faces),))
    return BenchGrid(cells, ugrid(points, faces, _crs()), {"nodes": points, "faces": faces})


def workloads(quick: bool) -> dict[str, Workload]:
    """The workloads by letter; quick ones have a sixteenth of the cells."""
    part = 4 if quick else 1
    side, fine = (191, 32e3) if quick else (761, 8e3)
    quarter = (720 // part, 1440 // part)
    both = ("conservative", "bilinear")
    listed = (
        Workload(
            "a",
            "0.25 to 1 degree",
            lambda: geographic(*quarter),
            lambda: geographic(180 // part, 360 // part),
            both[:1],
        ),
        Workload(
            "b",
            "EPSG:3031, 8 to 16 km",
            lambda: bench_map(side, fine),
            lambda: bench_map(side // 2 + 1, 2 * fine),
            both[:1],
        ),
        Workload(
            "c",
            "EPSG:3031 8 km to 0.5 degree, 90 S to 55 S",
            lambda: bench_map(side, fine),
            lambda: geographic(70 // (part // 2 or 1), 720 // (part // 2 or 1), -90, -55),
            both,
        ),
        Workload(
            "d",
            "0.25 degree to HEALPix nside 256",
            lambda: geographic(*quarter),
            lambda: _healpix(8 - part // 2),
            both,
        ),
        Workload(
            "e",
            "505,997 triangles, 3 to 27 km, to EPSG:3031 8 km",
            lambda: bench_mesh(256_000 // part**2),
            lambda: bench_map(side, fine),
            both[:1],
        ),
    )
    return {workload.letter: workload for workload in listed}


def write(workload: Workload, folder: Path) -> None:
    """Both grids as files for the workers, unless they are there."""
    if (folder / "complete").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for side, build in (("source", workload.source), ("target", workload.target)):
        grid = build()
        grid.dataset.to_netcdf(folder / f"{side}_dataset.nc")
        write_scrip(folder / f"{side}_scrip.nc", grid.cells)
        arrays = {"shape": np.array(grid.cells.shape), **grid.cells.unstructured(), **grid.plane}
        np.savez(folder / f"{side}.npz", **arrays)  # pyright: ignore[reportArgumentType]
        if "lat" in grid.plane:
            (folder / f"{side}_axes.txt").write_text(_cdo_axes(grid.plane))
    (folder / "complete").touch()


def _cdo_axes(axes: dict[str, NDArray[Any]]) -> str:
    """A grid description for CDO: it is fastest where it knows the axes."""
    lon, lat = axes["lon"], axes["lat"]
    return (
        f"gridtype = lonlat\nxsize = {len(lon)}\nysize = {len(lat)}\n"
        f"xfirst = {lon[0]}\nxinc = {lon[1] - lon[0]}\nyfirst = {lat[0]}\nyinc = {lat[1] - lat[0]}\n"
    )
