"""Observed mass change against a model whose thickness is constant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.report.drawing import Picture
from nunatak.report.html import Report
from nunatak.report.maps import Outlines, Panel, maps
from nunatak.report.sections import REFERENCES, Methods, basin_bars
from nunatak.scores.comparison_report import outlines_of
from nunatak.studies.surfaces import surface_with_masks

__all__ = ["constant_thickness", "read_rate"]

_ICE_DENSITY = 917.0
"""kg m-3"""
_SPACING, _TIEPOINT = 33550, 33922
"""Tags of a GeoTIFF: size of pixels, and place of the first pixel's corner (OGC 19-008r4, annex B)."""


def read_rate(path: Path) -> xr.DataArray:
    """A GeoTIFF of rates of mass change (m of ice per year) with pixel centres in metres, y descending.

    Parameters
    ----------
    path
        One band, NaN where there is none.
    """
    from PIL.TiffImagePlugin import TiffImageFile

    with TiffImageFile(path) as image:
        values = np.asarray(image, dtype=np.float64)
        width, height, *_ = image.tag_v2[_SPACING]
        _, _, _, left, top, *_ = image.tag_v2[_TIEPOINT]
    x = left + width * (np.arange(values.shape[1]) + 0.5)
    y = top - height * (np.arange(values.shape[0]) + 0.5)
    return xr.DataArray(values, {"y": y, "x": x}, ("y", "x"), attrs={"units": "m/yr of ice"})


def constant_thickness(report: Report, data: Path) -> None:
    """Add the section."""
    section = report.section("Mass change of 2003 to 2019 against constant thickness")
    folder = data / "ismip6/grid32km_ais"
    surface = surface_with_masks(
        folder / "ANT-32KM_TOPO-BedMachine.nc", folder / "ANT-32KM_BASINS-nasa.nc", "EPSG:3031"
    )
    rate = read_rate(data / "ismip6/obs_from_cmct/ais_dmdt_grounded_filt.tif")
    lines = outlines_of(surface, None)
    table = basin_rates(rate, surface["basins"])
    total = float(table["bias"].to_numpy().sum())
    section.text(
        "A model of constant thickness predicts 0 everywhere, so that the residual is the observed change "
        "itself: "
        f"{total:+.0f} Gt per year over grounded Antarctica, which the model misses whole."
    )
    finite = rate.values[np.isfinite(rate.values)]
    words = (
        f"Map of the observed rate of mass change less that of a model of constant thickness: nine in ten of "
        f"{finite.size:,} pixels lie between {np.percentile(finite, 5):.2g} and "
        f"{np.percentile(finite, 95):.2g} m of ice "
        "per year."
    )
    caption = (
        "Red: ice is lost that the model keeps, along the Amundsen Sea and on Totten Glacier; blue: gain, "
        "on Kamb Ice "
        "Stream and in Dronning Maud Land."
    )
    panel = Panel(rate, "Observed less modelled rate", "RdBu")
    section.picture(Picture(maps([panel], Outlines(*lines), columns=1), caption, words))
    section.picture(basin_bars(table, quantity="mass change", units="Gt/yr")).table(
        table.rename(columns={"bias": "Gt/yr"}), summary="Mass change by basin"
    )
    paragraph = (
        "Rates of mass change from ICESat and ICESat-2 (Smith et al., 2020) on a 5 km grid in EPSG:3031, "
        "corrected for firn "
        "air, were summed by drainage basin (Zwally et al., 2012) with the true areas of the pixels and "
        f"{_ICE_DENSITY:g} kg m-3. The files state neither unit nor uncertainty: metres of ice bring "
        "Greenland to -205 Gt per year, which is published as -200."
    )
    section.methods(Methods(paragraph, [REFERENCES["smith2020"], REFERENCES["zwally"]]))


def basin_rates(rate: xr.DataArray, basins: xr.DataArray) -> pd.DataFrame:
    """Sums of a rate (m of ice per year) by basin: ``basin``, ``n`` pixels, ``bias`` (Gt per year).

    Parameters
    ----------
    rate
        (y, x), metres in EPSG:3031.
    basins
        Number of the basin, 0 outside, on a coarser grid of the same system.
    """
    x, y = np.meshgrid(rate["x"].values, rate["y"].values)
    crs = Crs.parse("EPSG:3031")
    side = float(abs(rate["x"][1] - rate["x"][0]))
    area = side**2 * crs.area_factor(x.ravel(), y.ravel())
    numbers = basins.sel(x=rate["x"], y=rate["y"], method="nearest").values.ravel()
    gigatonnes = rate.values.ravel() * area * _ICE_DENSITY / 1e12
    frame = pd.DataFrame({"basin": numbers, "rate": gigatonnes}).dropna()
    sums = frame[frame["basin"] > 0].groupby("basin")["rate"].agg(["size", "sum"]).reset_index()
    sums["basin"] = sums["basin"].astype(int)
    return sums.rename(columns={"size": "n", "sum": "bias"})
