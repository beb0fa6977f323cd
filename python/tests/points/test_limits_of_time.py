"""Limits and times beyond the nanoseconds of 64 bits: compared as dates are, or refused as found."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.samples import write_archive, write_granules


@pytest.fixture(scope="module")
def granules(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A folder of one granule, and the times of its segments (datetime64[us], which reach 290,000 years)."""
    folder = tmp_path_factory.mktemp("granules")
    write_granules(folder / "granules", write_archive(folder / "archive", years=3).truth, n=1)
    times = nk.open_atl06(folder / "granules").dataset.time.values.astype("M8[us]")
    return folder / "granules", times


@pytest.mark.parametrize(
    "limits",
    [
        ("0000-01-01", None),
        ("-0044-03-15", "9999-12-31"),
        (None, "2262-04-12"),
        ("1677-09-21", "2262-04-11"),
        (None, "1500-01-01"),
        ("2500-01-01", None),
        ("10000-01-01", None),
        (datetime.datetime.min, datetime.datetime.max),
        (np.datetime64(200_000, "Y"), None),
        (None, np.datetime64(-(2**40), "M")),
        (np.datetime64(-(2**62), "D"), np.datetime64(2**62, "D")),
        (None, np.datetime64(2**62, "Y")),
    ],
)
def test_far_limits_select_as_dates_compare(
    granules: tuple[Path, np.ndarray], limits: tuple[Any, Any]
) -> None:
    folder, times = granules

    def year(limit: Any) -> int:
        return int(np.datetime64(limit).astype("M8[Y]").astype(np.int64)) + 1970

    assert times.size
    own = times.astype("M8[Y]").astype(np.int64) + 1970
    # No segment is in the year of a limit.
    selected = np.ones(times.shape, bool)
    if limits[0] is not None:
        selected &= own > year(limits[0])
    if limits[1] is not None:
        selected &= own < year(limits[1])
    assert len(nk.open_atl06(folder, time=limits)) == selected.sum()


@pytest.mark.parametrize(
    ("limits", "quoted"),
    [
        (("abc", None), "abc"),
        (("2018-13-01", None), "2018-13-01"),
        ((None, "2018-02-30"), "2018-02-30"),
        (("3000-01-01", "2500-01-01"), "3000-01-01 after last 2500-01-01"),
        (("99999-01-01", "10000-01-01"), "99999-01-01"),
        ((2**70, None), "1180591620717411303424"),
        (("NaT", None), "NaT"),
    ],
)
def test_limits_that_are_no_dates_are_quoted(
    granules: tuple[Path, np.ndarray], limits: tuple[Any, Any], quoted: str
) -> None:
    with pytest.raises(nk.ArgumentError, match=f"time: found .*{quoted}"):
        nk.open_atl06(granules[0], time=limits)


@pytest.mark.parametrize(
    "time",
    [
        np.array(["10000-01-01", "2019-01-01"], "M8[s]"),
        np.array(["1500-01-01", "2019-01-01"], "M8[D]"),
        np.array(["9999-12-31", "2019-01-01"]),
        np.array([2**62, 0], "M8[s]"),
    ],
)
def test_dates_of_points_beyond_the_calendar_are_refused(time: np.ndarray) -> None:
    table = {"longitude": [0.0, 1.0], "latitude": [-80.0, -81.0], "height": [1.0, 2.0], "time": time}
    with pytest.raises(nk.PointsError, match=r"time.*: found .*expected dates"):
        nk.open_points(table, quality="all")


@pytest.mark.parametrize(
    ("number", "units"),
    [
        (9.969209968386869e36, "seconds since 2018-01-01"),
        (9e9, "seconds since 2018-01-01"),
        (2**63 - 1, "nanoseconds since 2018-01-01"),
        (-200_000.0, "days since 2018-01-01"),
        (0.0, "days since 1500-01-01"),
    ],
)
def test_numbers_of_time_beyond_the_calendar_are_refused(number: float, units: str) -> None:
    table = xr.Dataset(
        {
            "longitude": ("i", [0.0, 1.0]),
            "latitude": ("i", [-80.0, -81.0]),
            "height": ("i", [1.0, 2.0]),
            "time": ("i", np.array([number, 0]), {"units": units}),
        }
    )
    with pytest.raises(nk.PointsError, match=r"time.*: found .*(fill value|expected dates)"):
        nk.open_points(table, quality="all")
