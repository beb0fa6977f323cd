"""Score surfaces of Greenland against real ICESat-2 granules, basin by basin.

    python examples/greenland.py GRANULES SURFACE BASINS

GRANULES is a folder or pattern of ATL06 files, SURFACE a NetCDF file with `z_srf` on the ISMIP6 16 km grid,
and BASINS one with `basin` on the same grid. Three surfaces are compared: the file's, one that is a metre
higher, which no granule can tell from it, and one that is too high by 150 m.
"""

from __future__ import annotations

import sys

import xarray as xr

import nunatak as nk


def main(granules: str, surface: str, basins: str) -> nk.Ranking:
    """Rank the surfaces, and print what the granules say about them."""
    points = nk.open_atl06(granules)
    with xr.open_dataset(surface) as file, xr.open_dataset(basins) as labels:
        height, basin = file["z_srf"].load(), labels["basin"].load()
    offsets = {"observed": 0.0, "raised": 1.0, "far": 150.0}
    models = {name: (height + offset).to_dataset(name="orog") for name, offset in offsets.items()}
    ranking = nk.compare(
        xr.DataTree.from_dict(models),
        points,
        crs="EPSG:3413",
        discrepancy="estimate",
        by=basin.where(basin > 0).round().assign_attrs(grid_mapping="polar_stereographic"),
    )
    weights = nk.model_weights(ranking)
    print(ranking, weights, ranking.groups, sep="\n\n")
    return ranking


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
