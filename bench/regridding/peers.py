"""Peers that are Python packages, each at its best setting; they get the same cells and fields."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from .clock import Clock
from .fields import float32_fields

# pyright: reportMissingImports=false


def yac(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """YAC's core: weights between cells of great circles, all steps in one call."""
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    import yac.core as core

    grids = {side: np.load(Path(folder) / f"{side}.npz") for side in ("source", "target")}
    fields = clock("grids", lambda: {side: _yac_field(core, side, grid) for side, grid in grids.items()})
    stack = core.InterpolationStack()
    if method == "conservative":
        stack.add_conservative(order=1)
    else:
        stack.add_average(core.yac_interp_avg_weight_type.YAC_INTERP_AVG_BARY)
    weights = clock("weights", lambda: core.compute_weights(stack, fields["source"], fields["target"]))
    interpolation = weights.get_interpolation(collection_size=steps)
    data = float32_fields(steps, len(grids["source"]["centre_lon"])).astype("f8")
    clock("apply", lambda: np.asarray(interpolation(data)))
    return {}


def _yac_field(core: Any, side: str, grid: Any) -> Any:
    lon, lat = np.radians(grid["node_lon"]), np.radians(grid["node_lat"])
    made = core.BasicGrid.unstruct_new(side, grid["counts"], lon, lat, grid["cells"])
    centres = np.radians(grid["centre_lon"]), np.radians(grid["centre_lat"])
    return core.InterpField(made.add_coordinates(core.yac_location.YAC_LOC_CELL, *centres))


def xugrid(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """xugrid's overlaps on the map, compiled before the clock starts."""
    import xugrid as xu

    source, target = (np.load(Path(folder) / f"{side}.npz") for side in ("source", "target"))
    if "x" not in target or not ({"x", "nodes"} & set(source)):
        raise NotImplementedError("not a pair of grids of one map")
    given, wanted = _on_map(xu, source, 1), _on_map(xu, target, 1)
    xu.OverlapRegridder(given, wanted, method="mean")
    regridder = clock("weights", lambda: xu.OverlapRegridder(given, wanted, method="mean"))
    data = _on_map(xu, source, steps)
    regridder.regrid(given)
    clock("apply", lambda: np.asarray(regridder.regrid(data).values))
    return {}


def _on_map(xu: Any, grid: Any, steps: int) -> Any:
    """Fields on a raster or on a mesh, as xugrid takes them."""
    import xarray as xr

    if "nodes" not in grid:
        y, x = grid["y"], grid["x"]
        values = float32_fields(steps, len(x) * len(y)).reshape(steps, len(y), len(x))
        array = xr.DataArray(values, {"y": y, "x": x}, ("time", "y", "x"))
        return array if steps > 1 else array[0]
    mesh = xu.Ugrid2d(grid["nodes"][:, 0], grid["nodes"][:, 1], -1, grid["faces"])
    values = float32_fields(steps, mesh.n_face)
    array = xr.DataArray(values, dims=("time", mesh.face_dimension))
    return xu.UgridDataArray(array if steps > 1 else array[0], mesh)


def xarray_regrid(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """xarray-regrid makes its weights anew at each call: they and the steps are one figure."""
    import xarray as xr
    import xarray_regrid  # noqa: F401  (registers the accessor `regrid`)

    source, target = (np.load(Path(folder) / f"{side}.npz") for side in ("source", "target"))
    names = [
        pair for pair in (("lat", "lon"), ("y", "x")) if all(set(pair) <= set(g) for g in (source, target))
    ]
    if not names:
        raise NotImplementedError("not a pair of grids along the same axes")
    first, second = names[0]
    axes = {name: source[name] for name in names[0]}
    shape = (steps, len(axes[first]), len(axes[second]))
    data = xr.DataArray(
        float32_fields(steps, shape[1] * shape[2]).reshape(shape), axes, ("time", first, second)
    )
    wanted = xr.Dataset(coords={name: target[name] for name in names[0]})
    latitude = "lat" if first == "lat" else None
    clock(
        "both",
        lambda: data.regrid.conservative(wanted, latitude_coord=latitude, skipna=False).values,  # pyright: ignore[reportAttributeAccessIssue]
    )
    clock(
        "both_aware",
        lambda: data.regrid.conservative(wanted, latitude_coord=latitude, skipna=True).values,  # pyright: ignore[reportAttributeAccessIssue]
    )
    return {}
