"""Draw what 13 published ISMIP6 models say about Antarctica's contribution to sea level, and their spread.

    python examples/real_models.py PATH/TO/computed_scalars models.png

The archive is that of Seroussi et al. (2020), Zenodo 10.5281/zenodo.3940766, in its published layout
INSTITUTION/MODEL/EXPERIMENT. Its time axis (`years since 0000-00-00`, calendar `365 days`) is repaired on
opening.
"""

from __future__ import annotations

import sys

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

import nunatak as nk

VARIABLE = "ivaf_minus_ctrl_proj"
"""Ice volume above flotation in exp05 minus that in the control run (m3)."""
CUBIC_METRES_PER_MILLIMETRE = 3.625e14 * 1e-3 * 1028.0 / 917.0
"""Ice that raises the sea by 1 mm: ocean of 3.625e14 m2, densities 1028 and 917 kg m-3."""


def draw(models: xr.DataArray, mean: xr.DataArray, spread: xr.DataArray, path: str) -> None:
    """The models' series, their mean and one standard deviation, in mm of sea level."""
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    to_sea_level = -1.0 / CUBIC_METRES_PER_MILLIMETRE
    axes.set_prop_cycle(color=plt.get_cmap("tab20").colors)
    for model in models:
        label = str(model["model"].item()).removesuffix("/exp05")
        axes.plot(model["year"], model * to_sea_level, linewidth=1, label=label)
    low, high = (mean - spread) * to_sea_level, (mean + spread) * to_sea_level
    axes.fill_between(mean["year"], low, high, color="0.85", label="mean ± 1 standard deviation")
    axes.plot(mean["year"], mean * to_sea_level, color="black", linewidth=2, label="mean")
    axes.set(xlabel="year", ylabel="sea level (mm)", title="exp05 minus control, ISMIP6 Antarctica")
    axes.legend(fontsize="x-small", ncols=2)
    figure.savefig(path, dpi=150)


def main(archive: str, picture: str) -> None:
    """Open the archive, compute the spread of the models, and draw it."""
    tree = nk.open_catalog(archive).search(variable="ivaf", experiment="exp05").to_datatree()
    # By nominal year: a state stamped 1 January N+1 ends year N, and lies beside the others of that year.
    models = nk.stack(tree, VARIABLE, match="*/exp05").astype("float64").compute()
    statistics = nk.ensemble(models, stats=("mean", "std"))
    # Years that every model has: a mean over fewer models would jump where one ends.
    every = models.notnull().all("model")
    last = np.std([float(model.dropna("year")[-1]) for model in models])
    draw(models, statistics["mean"].where(every), statistics["std"].where(every), picture)
    print(f"{len(models)} models; standard deviation at their last records {last:.4e} m3; drawn in {picture}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
