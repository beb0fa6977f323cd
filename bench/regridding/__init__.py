"""How fast regridding is: Nunatak and its peers on the same workloads, each in a process of its own."""
