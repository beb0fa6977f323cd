"""ICESat-2 against surfaces of BedMachine."""

from __future__ import annotations

from pathlib import Path

from nunatak.points import concat_points, open_atl06, open_points
from nunatak.report.html import Report
from nunatak.report.sections import REFERENCES
from nunatak.scores.comparison import compare
from nunatak.scores.comparison_report import comparison_section
from nunatak.studies.surfaces import ice_free_is_missing, surface_with_masks

__all__ = ["antarctica", "west_greenland"]


def west_greenland(report: Report, data: Path) -> None:
    """Add the section of two overpasses of April and June 2019."""
    section = report.section("West Greenland: ICESat-2 against a 16 km surface")
    folder = data / "ismip6/grid16km_gris"
    surface = surface_with_masks(
        folder / "GRL-16KM_TOPO-M17.nc", folder / "GRL-16KM_BASINS-nasa.nc", "EPSG:3413"
    )
    granules = sorted((data / "atl06").glob("processed_ATL06_2019*_1*_002_01.h5"))
    points = concat_points([open_atl06(path) for path in granules])
    comparison = compare(
        ice_free_is_missing(surface),
        points,
        crs="EPSG:3413",
        time=None,
        discrepancy="estimate",
    )
    section.text(
        f"{comparison.numbers['n']:,} segments of ICESat-2 between 70 and 72 °N lie "
        f"{comparison.numbers['bias']:+.1f} m "
        "from the surface of BedMachine v3 averaged to 16 km, and single passes from "
        f"{comparison.passes['bias'].to_numpy().min():+.1f} to "
        f"{comparison.passes['bias'].to_numpy().max():+.1f} m: what "
        "a model on that grid would be charged with, were it perfect."
    )
    comparison_section(section, comparison, surface, sources=[REFERENCES["bedmachine_greenland"]])


def antarctica(report: Report, data: Path) -> None:
    """Add the section of a track from the coast of Dronning Maud Land to 79 °S."""
    section = report.section("Antarctica: a track of ICESat-2 against BedMachine at 32 km")
    folder = data / "ismip6/grid32km_ais"
    surface = surface_with_masks(
        folder / "ANT-32KM_TOPO-BedMachine.nc", folder / "ANT-32KM_BASINS-nasa.nc", "EPSG:3031"
    )
    points = open_points(sorted((data / "altimetry_points").glob("*.h5")))
    comparison = compare(
        ice_free_is_missing(surface),
        points,
        crs="EPSG:3031",
        datum="ellipsoid",
        time=None,
        discrepancy="estimate",
    )
    section.text(
        f"Six beams of track 54 on 1 January 2019, {comparison.numbers['n']:,} segments. Their files hold "
        "no geoid, so "
        "that residuals hold its height above the ellipsoid, some 10 m here, besides the relief that "
        "cells of 32 km "
        "average away at the coast."
    )
    comparison_section(section, comparison, surface, sources=[REFERENCES["bedmachine"]])
