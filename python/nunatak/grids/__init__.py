"""Grids: making them, recognising those that data are on, and comparing them."""

from nunatak.grids.global_grids import healpix, reduced_gaussian
from nunatak.grids.meshes import open_mesh
from nunatak.grids.rectilinear import cell_area, grid, ismip6_grid, latlon

__all__ = ["cell_area", "grid", "healpix", "ismip6_grid", "latlon", "open_mesh", "reduced_gaussian"]
