"""Catalogs for other programs: intake-esm collections, and virtual Zarr trees over the original files."""

from nunatak.catalog.exports.esm_collection import write_esm
from nunatak.catalog.exports.icechunk_repository import write_icechunk
from nunatak.catalog.exports.kerchunk_references import write_kerchunk
from nunatak.catalog.exports.report import ExportReport

__all__ = ["ExportReport", "write_esm", "write_icechunk", "write_kerchunk"]
