"""Ice above flotation in each drainage basin of Antarctica, from BedMachine on the ISMIP6 grid of 32 km.

python examples/basins.py PATH/TO/grid32km_ais
"""

import sys
from pathlib import Path

import xarray as xr

import nunatak as nk

folder = Path(sys.argv[1])
bed = xr.open_dataset(folder / "ANT-32KM_TOPO-BedMachine.nc", engine="nunatak").set_coords("crs")
basins = xr.open_dataset(folder / "ANT-32KM_BASINS-nasa.nc", engine="nunatak")["basin"]
state = bed[["H_ice", "z_bed"]].rename(H_ice="lithk", z_bed="topg")
state["sftgif"] = bed["mask"].isin([2, 3, 4]).astype(float)  # grounded, floating, Lake Vostok
state["sftgrf"] = bed["mask"].isin([2, 4]).astype(float)

found = nk.scalars(state, ["ivaf", "limnsw"], by={"basin": basins})
print(f"Antarctica: {found['ivaf'].item():.3e} m3 above flotation")
for mass in found["limnsw_basin"]:
    print(f"basin {mass['basin'].item():2}: {mass.item() / 362.5e15:6.2f} m of sea level")
