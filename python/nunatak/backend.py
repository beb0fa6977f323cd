"""Former place of the engine of xarray, which the entry points of installed versions may still name."""

from nunatak.io.engine import NunatakBackendEntrypoint

__all__ = ["NunatakBackendEntrypoint"]
