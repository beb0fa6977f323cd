"""Rank sixteen models by altimetry, and weigh what they say about sea level. Run `make demo` first.

The six models of the sample archive, and ten members of one of them whose surfaces are off by a few metres,
as members with other parameters are.
"""

import numpy as np
import xarray as xr

import nunatak as nk

OCEAN = 3.625e14
"""Area of the ocean (m2)."""


def sea_level(run: xr.Dataset) -> float:
    """Rise of the sea (mm) between the first and the last record, if all ice counted that the run loses."""
    loss = run["lithk"].isel(time=0) - run["lithk"].isel(time=-1)
    return float((loss * nk.cell_area(run)).sum()) * 917.0 / 1028.0 / OCEAN * 1e3


tree = nk.open_catalog("demo/archive").to_datatree(on_error="skip")
runs = {
    path.rpartition("/")[0]: node.to_dataset() for path, node in tree.match("*/*/exp05").subtree_with_keys
}
runs = {model: run for model, run in runs.items() if "orog" in run}
parent = runs["ULB/fETISh_16km"]
for member, offset in enumerate(np.linspace(-9.0, 9.0, 10), start=1):
    surface = (parent["orog"] + offset).assign_attrs(parent["orog"].attrs)
    runs[f"ULB/member{member:02}"] = parent.assign(orog=surface)
models = xr.DataTree.from_dict({f"{model}/exp05": run for model, run in runs.items()})

points = nk.open_atl06("demo/granules/*.h5")
points = points.select(np.arange(len(points)) % 20 == 0)
ranking = nk.compare(models, points, match="*/exp05", discrepancy="estimate")
print(ranking)

families = {model: model.split("/")[0] for model in runs if model.startswith("ULB")}
weights = nk.model_weights(ranking, families=families)
print(weights.verdict, f"They are worth {weights.effective_size:.1f} equally weighted models.")

rise = xr.DataArray([sea_level(run) for run in runs.values()], {"model": list(runs)}, ("model",), name="rise")
projected = weights.apply(rise.assign_attrs(units="mm"))
print(projected["quantile"].to_pandas().round(2))
print(ranking.sensitivity(rise, families=families).round(3))
