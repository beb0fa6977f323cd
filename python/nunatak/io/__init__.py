"""Files and object stores: lazy arrays, the xarray engine, atomic writes."""
