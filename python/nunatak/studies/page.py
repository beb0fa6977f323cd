"""The page of the studies."""

from __future__ import annotations

from pathlib import Path

from nunatak.report.html import Report
from nunatak.studies.altimetry import antarctica, west_greenland
from nunatak.studies.mass_change import constant_thickness
from nunatak.studies.sea_level import sixteen_models

__all__ = ["studies_page"]


def studies_page(data: Path) -> Report:
    """The four studies, each a section.

    Parameters
    ----------
    data
        Folder of the published data.
    """
    report = Report(
        "Ice sheets, modelled and observed",
        "Published surfaces and models against ICESat-2, mass change from altimetry, and IMBIE.",
    )
    west_greenland(report, data)
    antarctica(report, data)
    constant_thickness(report, data)
    sixteen_models(report, data)
    return report
