"""Layouts of point tables: which columns they have, under which names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nunatak.points.columns import COLUMNS, KEPT_COLUMNS

__all__ = ["LAYOUTS", "OWN", "PLACE", "Layout", "choose_layout"]

PLACE = ("longitude", "latitude", "height")
"""Columns without which there is no point."""
_EPOCH = np.datetime64("2018-01-01T00:00:00", "ns")
_EPOCH_GPS_SECONDS = 1198800018.0


@dataclass(frozen=True)
class Layout:
    """Column names of a kind of point file.

    Attributes
    ----------
    name
        For people.
    columns
        Name in the file by column name.
    time
        Name of the time column and how its numbers become instants, where the product fixes that; None where
        only the column itself can say it.
    """

    name: str
    columns: Mapping[str, str]
    time: tuple[str, Callable[[np.ndarray], np.ndarray] | None]

    def found(self, names: set[str]) -> dict[str, str]:
        """Names in a table by column name, of the columns that the table has."""
        known = {**self.columns, "time": self.time[0]}
        return {column: own for column, own in known.items() if own in names}


def choose_layout(names: set[str], given: Mapping[str, Any]) -> Layout | None:
    """The layout that knows most columns of a table and, with the given ones, those of its place."""
    best, most = None, 0
    for layout in LAYOUTS:
        found = set(layout.found(names)) - set(given)
        complete = all(column in found or column in given for column in PLACE)
        if complete and len(found) > most:
            best, most = layout, len(found)
    return best


def _from_gps_seconds(values: np.ndarray) -> np.ndarray:
    return _from_delta_time(values - _EPOCH_GPS_SECONDS)


def _from_delta_time(values: np.ndarray) -> np.ndarray:
    nanoseconds = np.where(np.isfinite(values), np.round(values * 1e9), np.nan)
    return _EPOCH + pd.to_timedelta(nanoseconds, unit="ns").to_numpy()


_ATL06_NAMES = {
    "longitude": "longitude",
    "latitude": "latitude",
    "height": "h_li",
    "height_sigma": "h_li_sigma",
    "quality": "atl06_quality_summary",
    "sigma_geo_stored": "sigma_geo_h",
    "geoid_height": "geoid_h",
    "geoid_free_to_mean": "geoid_free2mean",
    "sigma_radial": "sigma_geo_r",
    "sigma_along": "sigma_geo_at",
    "sigma_across": "sigma_geo_xt",
    "dem_height": "dem_h",
    "tide_ocean": "tide_ocean",
    "dac": "dac",
    "slope_along": "dh_fit_dx",
    "slope_across": "dh_fit_dy",
    "segment_id": "segment_id",
    "x_atc": "x_atc",
    "rgt": "rgt",
    "cycle": "cycle_number",
}

_SLIDERULE_NAMES = {
    "longitude": "longitude",
    "latitude": "latitude",
    "height": "h_mean",
    "height_sigma": "h_sigma",
    "slope_along": "dh_fit_dx",
    "slope_across": "dh_fit_dy",
    "segment_id": "segment_id",
    "x_atc": "x_atc",
    "rgt": "rgt",
    "cycle": "cycle",
    "region": "region",
    "beam": "gt",
    "spot": "spot",
    "orientation": "sc_orient",
}

OWN = Layout(
    "columns of nunatak",
    {name: name for name in (*COLUMNS, *KEPT_COLUMNS) if name != "time"},
    ("time", None),
)
"""The columns of :class:`Points`, as they are written and read back."""

LAYOUTS = (
    OWN,
    Layout(
        "flattened ATL06 (lon, lat, h_elv)",
        {
            "longitude": "lon",
            "latitude": "lat",
            "height": "h_elv",
            "height_sigma": "s_elv",
            "quality": "q_flg",
            "tide_ocean": "tide_ocean",
            "dac": "dac",
            "rgt": "rgt",
        },
        ("t_sec", _from_gps_seconds),
    ),
    Layout("ATL06 names", _ATL06_NAMES, ("delta_time", _from_delta_time)),
    Layout("SlideRule", _SLIDERULE_NAMES, ("time", None)),
    Layout(
        "CryoTEMPO",
        {
            "longitude": "longitude",
            "latitude": "latitude",
            "height": "elevation",
            # Of slope and retracking, which neighbours along the track share: it counts as shared within the
            # pass, so that more points do not shrink it, and as the error of the single elevation.
            "height_sigma": "uncertainty",
            "sigma_geo": "uncertainty",
            "dem_height": "reference_dem",
        },
        ("time", None),
    ),
)
