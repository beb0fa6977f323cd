"""Tables as people have them: names, units, times, masks and beams are understood or refused by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import nunatak as nk

PLACE = {"longitude": [-49.5, -49.4], "latitude": [70.2, 70.3], "height": [1000.0, 1001.0]}


def with_units(**units: str) -> xr.Dataset:
    """The table as a dataset whose columns say their units."""
    return xr.Dataset(
        {name: ("row", np.array(values), {"units": units.get(name, "")}) for name, values in PLACE.items()}
    )


@pytest.mark.parametrize(
    ("column", "units", "factor"),
    [
        ("height", "km", 1e3),
        ("height", "centimeters", 1e-2),
        ("latitude", "radians", 180 / np.pi),
        ("height", "meters", 1.0),
    ],
)
def test_units_of_columns_are_converted(column: str, units: str, factor: float) -> None:
    dataset = with_units(**{column: units})
    dataset[column] = dataset[column] / factor
    dataset[column].attrs["units"] = units
    np.testing.assert_allclose(nk.open_points(dataset).dataset[column], PLACE[column], rtol=1e-12)
    in_mapping = {name: dataset[name] for name in PLACE}
    np.testing.assert_allclose(nk.open_points(in_mapping).dataset[column], PLACE[column], rtol=1e-12)


@pytest.mark.parametrize(
    ("column", "units"), [("height", "m s-1"), ("height", "degrees"), ("latitude", "m"), ("height", "Pa")]
)
def test_units_of_another_kind_are_refused(column: str, units: str) -> None:
    with pytest.raises(nk.PointsError, match=rf"{column}.*'{units}'.*expected"):
        nk.open_points(with_units(**{column: units}))


@pytest.mark.parametrize(
    "values", [[45_788_000.0, 45_788_001.0], [2019.5, 2019.5], [1_560_552_800, 1_560_552_801]]
)
@pytest.mark.parametrize("name", ["time", "t"])
def test_numbers_without_a_unit_are_no_time(values: list[float], name: str) -> None:
    columns = None if name == "time" else {"time": name}
    for table in ({**PLACE, name: values}, pd.DataFrame({**PLACE, name: values})):
        with pytest.raises(nk.PointsError, match=rf"{name} \(time\).*seconds since"):
            nk.open_points(table, columns=columns)


@pytest.mark.parametrize(
    ("units", "number", "expected"),
    [
        ("seconds since 2018-01-01 00:00:00", 45_788_000.25, "2019-06-14T22:53:20.250"),
        ("UTC seconds since 00:00:00 1-Jan-2000", 332_727_289.884022, "2010-07-18T00:14:49.884022"),
        ("days since 1970-01-01", 18_061.5, "2019-06-14T12:00:00"),
        ("hours since 2019-06-14T00:00:00Z", 2, "2019-06-14T02:00:00"),
        ("nanoseconds since 2018-01-01", 123_456_789, "2018-01-01T00:00:00.123456789"),
    ],
)
def test_times_with_their_unit_are_decoded(units: str, number: float, expected: str) -> None:
    dataset = xr.Dataset({name: ("row", values) for name, values in PLACE.items()})
    dataset["time"] = ("row", np.array([number, number]), {"units": units})
    found = nk.open_points(dataset).dataset.time.values
    assert (np.abs(found - np.datetime64(expected, "ns")) < np.timedelta64(100, "ns")).all()


@pytest.mark.parametrize(
    "units", ["GPS seconds since 1980-01-06", "fortnights since 2000-01-01", "seconds since launch"]
)
def test_times_that_cannot_be_understood_are_refused(units: str) -> None:
    dataset = xr.Dataset({name: ("row", values) for name, values in PLACE.items()})
    dataset["time"] = ("row", [1.0, 2.0], {"units": units})
    with pytest.raises(nk.PointsError, match=r"time \(time\)"):
        nk.open_points(dataset)


@pytest.mark.parametrize(
    "values",
    [
        ["2019-06-14T22:53:20", "2019-06-14"],
        np.array(["2019-06-14T22:53:20", "2019-06-14"], "datetime64[s]"),
        [dt.datetime(2019, 6, 14, 22, 53, 20), dt.datetime(2019, 6, 14)],
        pd.Series(pd.to_datetime(["2019-06-14T23:53:20+01:00", "2019-06-14T01:00:00+01:00"], utc=True)),
    ],
    ids=["text", "datetime64", "datetime", "time zone"],
)
def test_dates_of_every_kind(values: Any) -> None:
    found = nk.open_points({**PLACE, "time": values}).dataset.time.values
    np.testing.assert_array_equal(found, np.array(["2019-06-14T22:53:20", "2019-06-14"], "datetime64[ns]"))


def test_times_of_files_are_exact_and_missing_ones_stay_missing(tmp_path: Path) -> None:
    with netCDF4.Dataset(tmp_path / "points.nc", "w") as file:
        file.createDimension("row", 2)
        for name, values in PLACE.items():
            file.createVariable(name, "f8", ("row",))[:] = values
        time = file.createVariable("time", "i8", ("row",), fill_value=-1)
        time.units = "nanoseconds since 2018-01-01"
        time[:] = np.ma.array([45_788_000_123_456_789, 0], mask=[False, True])
    found = nk.open_points(tmp_path / "points.nc").dataset.time.values
    assert found[0] == np.datetime64("2018-01-01", "ns") + np.timedelta64(45_788_000_123_456_789, "ns")
    assert np.isnat(found[1])


def test_points_are_made_of_metres_degrees_and_dates() -> None:
    dataset = nk.open_points(PLACE).dataset
    for name, units in (("height", "km"), ("latitude", "radians"), ("height_sigma", "m s-1")):
        with pytest.raises(nk.PointsError, match=f"points: {name}: found units '{units}'"):
            nk.Points(dataset.assign({name: dataset[name].assign_attrs(units=units)}))
    with pytest.raises(nk.PointsError, match="points: time: found numbers"):
        nk.Points(dataset.assign(time=("segment", [1.0, 2.0])))


MASK = np.array([True, False])


@pytest.mark.parametrize(
    "hide",
    [
        lambda values: np.ma.array(values, mask=MASK),
        lambda values: pd.Series(values, dtype="Float64").mask(MASK),
        lambda values: pd.Series([None, values[1]], dtype=object),
        lambda values: np.where(MASK, np.nan, values),
    ],
    ids=["masked array", "nullable series", "objects", "NaN"],
)
def test_masked_values_are_missing(hide: Any) -> None:
    height = hide(np.array([-9999.0, 1001.0]))
    assert nk.open_points({**PLACE, "height": height}).dataset.height.values.tolist() == [1001.0]
    every = nk.open_points({**PLACE, "height": height}, quality="all").dataset.height
    np.testing.assert_array_equal(np.isnan(every), MASK)
    sigma = nk.open_points({**PLACE, "height_sigma": hide(np.array([1e-9, 0.3]))}).dataset.height_sigma
    np.testing.assert_array_equal(np.isnan(sigma), MASK)


def test_masked_whole_numbers_are_unknown() -> None:
    table = {**PLACE, "rgt": np.ma.array([999, 5], mask=MASK), "quality": np.ma.array([0, 0], mask=MASK)}
    assert nk.open_points(table, quality="all").dataset.rgt.values.tolist() == [0, 5]
    assert len(nk.open_points(table)) == 1


NAMES = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]
SIX = {"longitude": np.full(6, -49.5), "latitude": np.full(6, 70.2), "height": np.full(6, 1000.0)}


@pytest.mark.parametrize(
    "beams",
    [
        NAMES,
        [name.upper() for name in NAMES],
        np.array(NAMES, "S4"),
        pd.Series(NAMES, dtype="category"),
        np.arange(1, 7),
        np.arange(1.0, 7.0),
        np.arange(10, 61, 10),
    ],
    ids=["names", "capitals", "bytes", "categories", "numbers", "floats", "tracks"],
)
def test_beams_by_name_and_number(beams: Any) -> None:
    dataset = nk.open_points({**SIX, "beam": beams, "rgt": np.full(6, 5), "cycle": np.full(6, 3)}).dataset
    assert dataset.beam.values.tolist() == [1, 2, 3, 4, 5, 6]
    assert dataset.pair.values.tolist() == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("beam", 7),
        ("beam", 15),
        ("beam", "gt4l"),
        ("pair", 200),
        ("rgt", 70_000),
        ("cycle", -1),
        ("region", 300),
    ],
)
def test_numbers_that_no_track_has_are_refused(column: str, value: Any) -> None:
    with pytest.raises(nk.PointsError, match=column):
        nk.open_points({**SIX, column: [value] * 6})


HEIGHT = np.array([1000.0, 1001.0])
NAMED = [
    ({"longitude": PLACE["longitude"], "latitude": PLACE["latitude"], "height_sigma": 0.25}, "own names"),
    ({"lon": PLACE["longitude"], "lat": PLACE["latitude"], "s_elv": 0.25}, "flattened ATL06"),
    (
        {"longitude": PLACE["longitude"], "latitude": PLACE["latitude"], "h_li_sigma": 0.25, "geoid_h": 30.0},
        "ATL06",
    ),
    (
        {
            "longitude": PLACE["longitude"],
            "latitude": PLACE["latitude"],
            "uncertainty": 0.25,
            "reference_dem": 1.0,
        },
        "CryoTEMPO",
    ),
]


@pytest.mark.parametrize("table", [table for table, _ in NAMED], ids=[name for _, name in NAMED])
def test_naming_one_column_leaves_the_others_known(table: dict[str, Any]) -> None:
    frame = pd.DataFrame({**table, "h": HEIGHT})
    dataset = nk.open_points(frame, columns={"height": "h"}).dataset
    np.testing.assert_array_equal(dataset.height, HEIGHT)
    np.testing.assert_array_equal(dataset.latitude, PLACE["latitude"])
    # The uncertainty of CryoTEMPO is shared by a pass.
    sigma = "sigma_geo" if "uncertainty" in table else "height_sigma"
    np.testing.assert_array_equal(dataset[sigma], [0.25, 0.25])
    without = nk.open_points(frame, columns={"height": "h", sigma: None}).dataset
    assert np.isnan(without[sigma]).all()
    with pytest.raises(nk.PointsError, match="elevation"):
        nk.open_points(frame, columns={"height": "elevation"})


def test_a_cryotempo_granule_has_its_dates(real_data: Path) -> None:
    (path,) = (real_data / "cryotempo").glob("*.nc")
    points = nk.open_points(path)
    with netCDF4.Dataset(path) as file:
        height = np.ma.filled(file["elevation"][:], np.nan)
        first = np.datetime64(file.time_coverage_start.replace(" ", "T"), "ns")
        every = nk.open_points(path, quality="all").dataset.time.values
    assert np.abs(every.min() - first) < np.timedelta64(1, "ms")
    np.testing.assert_array_equal(points.dataset.height, height[np.isfinite(height)])


@pytest.mark.parametrize("newest_first", [True, False])
def test_files_and_versions_count_once(newest_first: bool, tmp_path: Path) -> None:
    name = "ATL06_20190101001723_00540210_{}_{}_gt1l.nc"
    versions = [("002", "01", 1.0), ("003", "01", 3.0), ("002", "02", 2.0)]
    for release, version, height in versions:
        xr.Dataset(
            {**{key: ("row", value) for key, value in PLACE.items()}, "height": ("row", [height] * 2)}
        ).to_netcdf(tmp_path / name.format(release, version))
    paths = [tmp_path / name.format(release, version) for release, version, _ in versions]
    points = nk.open_points(paths[::-1] if newest_first else [*paths, paths[1]])
    assert points.dataset.height.values.tolist() == [3.0, 3.0] and points.dataset.pass_id.values[0] == 200_541
    notes = points.report.notes[points.report.notes != ""].tolist()
    assert len(notes) == (2 if newest_first else 3) and sum("003_01" in note for note in notes) == 2
