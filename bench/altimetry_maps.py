"""Maps of what the uncertainty of cells is made of, on real data.

    python bench/altimetry_maps.py [--data DIRECTORY] [--output docs]

The data are below NUNATAK_DATA: `atl06` (western Greenland, June 2019) and `altimetry_points` (one track
across Antarctica). Each page shows the height less the mean where the tracks went, and each component.
"""

from __future__ import annotations

import argparse
import os
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm

import nunatak as nk

PANELS = {
    "sigma_random": "random",
    "sigma_correlated": "correlated",
    "sigma_sampling": "sampling",
    "sigma_total": "total",
    "roughness": "roughness",
}


def greenland(data: Path) -> xr.Dataset:
    """Cells of 4 km from the granules of western Greenland."""
    points = nk.open_atl06(sorted(map(str, (data / "atl06").glob("processed_ATL06_2019*.h5"))))
    return nk.aggregate(points, nk.grid("EPSG:3413", spacing=4e3, bounds=points))


def antarctica(data: Path) -> xr.Dataset:
    """Cells of 8 km from the six beams of one track, of 600 km of its grounded ice.

    These files hold no slopes, so that neither the correlated uncertainty nor the total is known.
    """
    points = nk.open_points(sorted(map(str, (data / "altimetry_points").glob("ATL06_*_gt*.h5"))))
    cells = nk.aggregate(points, nk.grid("EPSG:3031", spacing=8e3, bounds=points))
    cells = cells.where((cells["y"] > 1.3e6) & (cells["y"] < 1.9e6), drop=True)
    return cells.isel(x=np.flatnonzero(np.isfinite(cells["height"]).any("y")))


def draw(cells: xr.Dataset, title: str, path: Path) -> None:
    """One page of maps of the same cells, uncertainties that are known on one logarithmic scale (m)."""
    panels = {name: label for name, label in PANELS.items() if bool(np.isfinite(cells[name]).any())}
    size = (2.5 * (len(panels) + 1), 5.2)
    figure, axes = plt.subplots(
        1, len(panels) + 1, figsize=size, sharex=True, sharey=True, layout="constrained"
    )
    x, y = cells["x"].values / 1e3, cells["y"].values / 1e3
    half = abs(y[1] - y[0]) / 2
    extent = (x.min() - half, x.max() + half, y.min() - half, y.max() + half)

    def show(axis: plt.Axes, values: xr.DataArray, name: str, **options: object) -> object:
        upwards = values.sortby("x").sortby("y").transpose("y", "x").values
        image = axis.imshow(upwards, origin="lower", extent=extent, interpolation="nearest", **options)
        axis.set(title=name, facecolor="0.93")
        axis.tick_params(labelsize=7)
        return image

    moved = cells["height"] - cells["mean"]
    largest = float(np.nanquantile(np.abs(moved), 0.95))
    image = show(axes[0], moved, "height less mean", cmap="RdBu", vmin=-largest, vmax=largest)
    figure.colorbar(image, ax=axes[0], orientation="horizontal", label="m")
    for axis, (name, label) in zip(axes[1:], panels.items(), strict=True):
        image = show(axis, cells[name], label, cmap="viridis", norm=LogNorm(1e-3, 1e2))
    figure.colorbar(image, ax=axes[1:], orientation="horizontal", label="m", aspect=60)
    axes[0].set_ylabel("km")
    figure.suptitle(title)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("NUNATAK_DATA"))
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).resolve().parents[1] / "docs" / "images"
    )
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: set NUNATAK_DATA or give --data")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        west = greenland(options.data)
        track = antarctica(options.data)
    draw(
        west,
        "Western Greenland, cells of 4 km, June 2019 (ATL06)",
        options.output / "altimetry_greenland.png",
    )
    south = options.output / "altimetry_antarctica.png"
    draw(track, "Antarctica, cells of 8 km, one track on 1 January 2019 (ATL06)", south)


if __name__ == "__main__":
    main()
