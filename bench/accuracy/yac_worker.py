"""YAC's weights between two grids: python yac_worker.py GRIDS METHOD WEIGHTS, in the peers' environment."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "con1": ("add_conservative", {"order": 1}),
    "con2": ("add_conservative", {"order": 2}),
    "avg": ("add_average", {"weight_type": "YAC_INTERP_AVG_BARY"}),
    "hcsbb": ("add_bernstein_bezier", {}),
    "nnn1": ("add_nnn", {"n": 1}),
}
"""The methods of the published rows: YAC's name, and how its Python module adds it."""


def main() -> None:
    """Make the weights and write them as triplets."""
    import yac.core as yac  # pyright: ignore[reportMissingImports]
    from netCDF4 import Dataset

    grids, method, output = np.load(sys.argv[1]), sys.argv[2], sys.argv[3]
    source, target = (_field(yac, side, grids) for side in ("source", "target"))
    stack = yac.InterpolationStack()
    name, options = METHODS[method]
    weight_type = options.get("weight_type")
    if weight_type is not None:
        options = {**options, "weight_type": yac.yac_interp_avg_weight_type[weight_type]}
    getattr(stack, name)(**options)
    if method == "hcsbb" or method == "avg":
        stack.add_nnn(n=1)
    weights = yac.compute_weights(stack, source, target)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.nc"
        weights.write_to_file(
            str(file), "source", "target", len(grids["source_centre_lon"]), len(grids["target_centre_lon"])
        )
        with Dataset(file) as found:
            np.savez(
                output,
                rows=found["dst_address"][:].filled() - 1,
                columns=found["src_address"][:].filled() - 1,
                values=found["remap_matrix"][:, 0].filled(),
            )
    sys.stdout.flush()
    os._exit(0)


def _field(yac: Any, side: str, grids: Any) -> Any:
    """A grid as YAC wants it, with the points that its values stand for."""
    lon, lat, counts, cells = (
        grids[f"{side}_{name}"] for name in ("node_lon", "node_lat", "counts", "cells")
    )
    grid = yac.BasicGrid.unstruct_new(side, counts, lon, lat, cells)
    cell, corner = yac.yac_location.YAC_LOC_CELL, yac.yac_location.YAC_LOC_CORNER
    # Without them YAC numbers cells by where they lie.
    grid.set_global_index(cell, np.arange(len(counts)))
    grid.set_global_index(corner, np.arange(len(lon)))
    points = grid.add_coordinates(cell, grids[f"{side}_centre_lon"], grids[f"{side}_centre_lat"])
    return yac.InterpField(points)


if __name__ == "__main__":
    main()
