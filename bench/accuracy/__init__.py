"""How exact regridding is: the published benchmark's fields, grids and metrics, for Nunatak and its peers."""
