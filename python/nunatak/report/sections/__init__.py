"""Sections of reports: functions that draw plain numbers, and say in words what they drew."""

from nunatak.report.sections.basins import basin_bars
from nunatak.report.sections.calibration import coverage, draw_coverage, draw_pit, pit
from nunatak.report.sections.histogram import draw_histogram, histogram
from nunatak.report.sections.methods import REFERENCES, Methods, methods
from nunatak.report.sections.passes import draw_passes, passes
from nunatak.report.sections.prior_posterior import prior_and_posterior
from nunatak.report.sections.ranking import ranking
from nunatak.report.sections.residual_maps import Z_SIZE, residual_maps
from nunatak.report.sections.series import Series, series
from nunatak.report.sections.thinning import thinned

__all__ = [
    "REFERENCES",
    "Z_SIZE",
    "Methods",
    "Series",
    "basin_bars",
    "coverage",
    "draw_coverage",
    "draw_histogram",
    "draw_passes",
    "draw_pit",
    "histogram",
    "methods",
    "passes",
    "pit",
    "prior_and_posterior",
    "ranking",
    "residual_maps",
    "series",
    "thinned",
]
