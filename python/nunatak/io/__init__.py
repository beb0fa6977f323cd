"""Files and object stores: lazy arrays, the engine of xarray, files written as a whole."""
