"""HTML reports: pages that need nothing else, and the figures in them."""

from nunatak.report.html import Report

__all__ = ["Report"]
