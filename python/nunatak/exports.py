"""Exports of a catalog under their public path; they are in :mod:`nunatak.catalog.exports`."""

from nunatak.catalog.exports import ExportReport, write_esm, write_icechunk, write_kerchunk

__all__ = ["ExportReport", "write_esm", "write_icechunk", "write_kerchunk"]
