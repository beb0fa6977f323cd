"""Recompute what ISMIP6 published: experiment minus control of every model, beside the archived difference.

    python examples/published_scalars.py PATH/TO/computed_scalars

The archive is that of Seroussi et al. (2020), Zenodo 10.5281/zenodo.3940766.
"""

import sys
import warnings

import numpy as np

import nunatak as nk

# The archived differences are variables that the control runs do not have.
warnings.simplefilter("ignore", nk.NunatakWarning)

tree = nk.open_catalog(sys.argv[1]).search(variable="ivaf").to_datatree()
change = nk.minus_control(tree)
print(f"{'model':16} {'experiment':10} {'sea level':>10} {'apart from archive':>20}")
for run in change.leaves:
    archived = tree[run.path]["ivaf_minus_ctrl_proj"].values.astype(float)
    recomputed = run["ivaf"].values.astype(float)
    apart = np.nanmax(np.abs(recomputed - archived))
    mass = recomputed[~np.isnan(recomputed)][-1] * float(run["rhoi"])
    millimetres = -mass / 362.5e12  # 362.5 Gt raise the sea by 1 mm
    print(f"{run.parent.path[1:]:16} {run.name:10} {millimetres:7.1f} mm {apart:17.2e} m3")
