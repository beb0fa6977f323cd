"""What the forcing does to six models: their mass in exp05, minus that in the control run.

    python examples/experiment_minus_control.py demo/archive

`make demo` writes the archive; one of ISMIP6 does as well.
"""

import sys

import nunatak as nk

tree = nk.open_catalog(sys.argv[1]).to_datatree()
change = nk.minus_control(
    nk.scalars(tree, "lim")
)  # still lazy: nothing is read before the sums are asked for
for run in change.leaves:
    mass = run["lim"].dropna("time") / 1e12
    print(f"{run.parent.path[1:]:24} {mass[-1].item():10.0f} Gt after {mass.size} years")
