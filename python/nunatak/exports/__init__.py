"""Catalogs for other programs: intake-esm collections, and virtual Zarr trees over the original files."""

from nunatak.exports.esm_collection import write_esm
from nunatak.exports.icechunk_repository import write_icechunk
from nunatak.exports.kerchunk_references import write_kerchunk
from nunatak.exports.report import ExportReport

__all__ = ["ExportReport", "write_esm", "write_icechunk", "write_kerchunk"]
