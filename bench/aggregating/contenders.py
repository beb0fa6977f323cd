"""Nunatak and its peers, each from longitude and latitude to statistics of the cells of a polar grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

Columns = dict[str, np.ndarray]
FEW = ("count", "plain_mean", "spread")
"""What `np.bincount` is asked for too: count, mean and standard deviation."""
HALF = 3_040_000.0
"""Metres from the pole to the centres of the outer cells."""
FLOOR = 0.1
"""Metres that are added to a segment's error in its weight."""


def points(columns: Columns) -> Any:
    """Points of these columns."""
    import xarray as xr

    import nunatak as nk

    dataset = xr.Dataset({name: ("segment", values) for name, values in columns.items()})
    dataset.attrs["vertical_datum"] = "ellipsoid"
    return nk.Points(dataset)


def grid(spacing: float) -> Any:
    """The Antarctic grid of this spacing, 3,040 km to each side of the pole."""
    import nunatak as nk

    return nk.grid("EPSG:3031", spacing=spacing, bounds=(-HALF, -HALF, HALF, HALF))


def nunatak(columns: Columns, spacing: float, few: bool) -> Callable[[], Columns]:
    """What aggregates with Nunatak; points and grid are made before."""
    import nunatak as nk

    made, target = points(columns), grid(spacing)

    def run() -> Columns:
        found = nk.aggregate(made, target, statistics=FEW if few else None)
        return {name: found[name].values.ravel() for name in (FEW if few else (*FEW, "mean"))}

    return run


def _cells(columns: Columns, spacing: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Flat cells of the points by pyproj, which of them are in the grid, and how many cells there are."""
    import pyproj

    transformer = pyproj.Transformer.from_crs(4326, 3031, always_xy=True)
    x, y = transformer.transform(columns["longitude"], columns["latitude"])
    side = round(2 * HALF / spacing) + 1
    first = -HALF - spacing / 2
    column, row = np.floor((x - first) / spacing), np.floor((y - first) / spacing)
    inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    return (row * side + column)[inside].astype(np.int64), inside, side * side


def bincount(columns: Columns, spacing: float) -> Callable[[], Columns]:
    """Count, mean and standard deviation by pyproj and `np.bincount`."""

    def run() -> Columns:
        cells, inside, size = _cells(columns, spacing)
        height = columns["height"][inside]
        middle = height.mean()
        height = height - middle
        with np.errstate(invalid="ignore"):
            count = np.bincount(cells, minlength=size)
            mean = np.bincount(cells, height, minlength=size) / count
            square = np.bincount(cells, height * height, minlength=size) / count
            spread = np.sqrt(np.clip(square - mean * mean, 0.0, None))
        return {"count": count, "plain_mean": mean + middle, "spread": spread}

    return run


def pandas(columns: Columns, spacing: float) -> Callable[[], Columns]:
    """Sums per (cell, pass), then per cell: means, spread, random and correlated error, time span."""
    import pandas as pd

    def run() -> Columns:
        cells, inside, size = _cells(columns, spacing)
        own = {name: values[inside] for name, values in columns.items()}
        height, sigma = own["height"], own["height_sigma"].astype(float)
        weight = 1.0 / (sigma * sigma + FLOOR * FLOOR)
        frame = pd.DataFrame(
            {
                "cell": cells,
                "pass": own["pass_id"],
                "count": 1,
                "height": height,
                "square": height * height,
                "weight": weight,
                "weighted": weight * height,
                "random": (weight * sigma) ** 2,
                "shared": weight * own["sigma_geo"],
                "first": own["time"],
                "last": own["time"],
            }
        )
        how = {name: "sum" for name in frame.columns[2:9]} | {"first": "min", "last": "max"}
        passes = frame.groupby(["cell", "pass"], sort=False).agg(how).reset_index()
        passes["correlated"] = passes["shared"] ** 2
        cell = passes.groupby("cell").agg(how | {"correlated": "sum"})
        mean = cell["height"] / cell["count"]
        spread = np.sqrt(np.clip(cell["square"] / cell["count"] - mean * mean, 0.0, None))
        found = {
            "count": cell["count"],
            "plain_mean": mean,
            "spread": spread,
            "mean": cell["weighted"] / cell["weight"],
            "sigma_random": np.sqrt(cell["random"]) / cell["weight"],
            "sigma_correlated": np.sqrt(cell["correlated"]) / cell["weight"],
        }
        result = {name: np.full(size, np.nan) for name in found}
        result["count"] = np.zeros(size)
        for name, values in found.items():
            result[name][cell.index.to_numpy()] = values.to_numpy()
        return result

    return run


def streamed(pieces: Iterable[Columns], spacing: float, few: bool) -> int:
    """Points of a stream that were aggregated: pieces are made one at a time, and let go."""
    import nunatak as nk

    def stream() -> Iterator[Any]:
        for columns in pieces:
            yield points(columns)

    found = nk.aggregate(stream(), grid(spacing), statistics=FEW if few else None)
    return int(found["count"].values.sum())
