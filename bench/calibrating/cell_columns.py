"""A campaign as plain NumPy columns, ordered by cell: for trying an estimate before it is built.

from bench.calibrating.cell_columns import cell_columns
columns = cell_columns(campaign("fractal", slope=0.006, overpasses=3, posting=60, seed=1))
first, last = columns.first[cell], columns.first[cell + 1]
columns.height[first:last]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyproj
from numpy.typing import NDArray

from nunatak.samples import Campaign

Field = NDArray[np.float64]
Numbers = NDArray[np.int64]


class CellColumns(NamedTuple):
    """Segments ordered by cell, then by overpass and beam, then along the track.

    Attributes
    ----------
    cell
        Cell of each segment, row times columns plus column of the grid.
    first
        Where the segments of each cell begin, and at the end their number (cells + 1).
    x, y, offset_x, offset_y
        Position on the map, and from the centre of the cell (m).
    distance
        Distance along the track (m).
    height, sigma
        Height and its formal error (m).
    slope_along, slope_across
        Signed slopes (1).
    overpass, pair, beam
        Overpass as a number from 0, pair 1 to 3 and beam 1 to 6.
    truth
        Mean height of each cell (m).
    """

    cell: Numbers
    first: Numbers
    x: Field
    y: Field
    offset_x: Field
    offset_y: Field
    distance: Field
    height: Field
    sigma: Field
    slope_along: Field
    slope_across: Field
    overpass: Numbers
    pair: Numbers
    beam: Numbers
    truth: Field


def cell_columns(campaign: Campaign) -> CellColumns:
    """The columns of a campaign; positions come from longitude and latitude through PROJ."""
    table, grid = campaign.table, campaign.grid
    transformer = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3031", always_xy=True)
    x, y = transformer.transform(table.longitude.to_numpy(), table.latitude.to_numpy())
    spacing = float(grid.x[1] - grid.x[0])
    column = np.clip(np.floor((x - float(grid.x[0])) / spacing + 0.5).astype(int), 0, grid.sizes["x"] - 1)
    row = np.clip(np.floor((y - float(grid.y[0])) / spacing + 0.5).astype(int), 0, grid.sizes["y"] - 1)
    cell = row * grid.sizes["x"] + column
    _, overpass = np.unique(
        table.cycle.to_numpy().astype(int) * 2000 + table.rgt.to_numpy(), return_inverse=True
    )
    beam, along = table.beam.to_numpy().astype(int), table.x_atc.to_numpy()
    order = np.lexsort((along, beam, overpass, cell))
    count = grid.sizes["x"] * grid.sizes["y"]
    return CellColumns(
        cell[order],
        np.searchsorted(cell[order], np.arange(count + 1)),
        x[order],
        y[order],
        (x - grid.x.values[column])[order],
        (y - grid.y.values[row])[order],
        along[order],
        *(
            table[name].to_numpy().astype(float)[order]
            for name in ("height", "height_sigma", "slope_along", "slope_across")
        ),
        overpass[order],
        table.pair.to_numpy().astype(int)[order],
        beam[order],
        campaign.truth.height.values.reshape(-1),
    )
