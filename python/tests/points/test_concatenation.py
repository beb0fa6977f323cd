"""Points of several openings as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nunatak as nk
from nunatak_testing.atl06 import all_beams, newer_columns, write_granule

NAMED = "ATL06_20200102030405_{:04d}0511_{:03d}_01.h5"


def granule(folder: Path, rgt: int, *, release: int = 6, count: int = 4, shift: float = 0.0) -> nk.Points:
    beams = {name: newer_columns(count) for name in ("gt1l", "gt2r")}
    for columns in beams.values():
        columns["h_li"] = columns["h_li"] + np.float32(shift)
    return nk.open_atl06(write_granule(folder / NAMED.format(rgt, release), beams, rgt=rgt, release=release))


def test_points_of_granules_are_those_of_one_opening(tmp_path: Path) -> None:
    parts = [granule(tmp_path, rgt) for rgt in (1, 2, 3)]
    joined = nk.concat_points(parts)
    together = nk.open_atl06(sorted(tmp_path.glob("*.h5")))
    for name in together.dataset:
        np.testing.assert_array_equal(joined.dataset[name], together.dataset[name], err_msg=str(name))
        assert joined.dataset[name].dtype == together.dataset[name].dtype
        assert joined.dataset[name].attrs.keys() == together.dataset[name].attrs.keys()
    for name, value in together.dataset.attrs.items():
        assert joined.dataset.attrs[name] == value, name
    pd.testing.assert_frame_equal(joined.report, together.report)
    pd.testing.assert_frame_equal(joined.beam_report, together.beam_report)
    assert joined.dataset.attrs["points_left_out"] == 0


def test_columns_are_the_union_and_missing_where_unknown(tmp_path: Path) -> None:
    model = granule(tmp_path, 1)
    model = nk.Points(model.dataset.assign(residual=("segment", np.arange(8.0))))
    table = nk.open_points({"longitude": [1.0], "latitude": [2.0], "height": [3.0], "tide_correction": [0.5]})
    small = nk.open_atl06(tmp_path / NAMED.format(1, 6), columns=["rgt"], beams=["gt2r"])
    joined = nk.concat_points([model, table])
    assert joined.dataset.residual.values[:8].tolist() == list(range(8)) and np.isnan(
        joined.dataset.residual[8]
    )
    assert (
        joined.dataset.tide_correction.values[8] == 0.5 and joined.dataset.tide_correction.isnull().sum() == 8
    )
    assert joined.dataset.granule.values.tolist() == [0] * 8 + [1]
    assert joined.dataset.attrs["granules"] == [NAMED.format(1, 6), "points"]
    first = nk.concat_points([small, table]).dataset
    assert first.segment_id.values.tolist() == [0] * 5 and first.quality.values.tolist() == [-1] * 5
    assert first.rgt.values.tolist() == [1] * 4 + [0] and first.rgt.dtype == np.int16


def test_a_point_that_several_have_counts_once(tmp_path: Path) -> None:
    one = granule(tmp_path, 1)
    part = one.select(np.arange(8) % 3 == 0)
    joined = nk.concat_points([part, one, one])
    assert len(joined) == 8 and joined.dataset.attrs["points_left_out"] == 11
    assert sorted(joined.dataset.height.values) == sorted(one.dataset.height.values)
    # Without a time and a number nothing says that two points are one.
    table = nk.open_points({"longitude": [1.0, 1.0], "latitude": [2.0, 2.0], "height": [3.0, 4.0]})
    assert len(nk.concat_points([table, table])) == 4


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newest_version_of_a_granule_counts(tmp_path: Path, newest_first: bool) -> None:
    old, new = granule(tmp_path, 1, release=5), granule(tmp_path, 1, release=6, shift=1.0)
    other = granule(tmp_path, 2, release=5)
    parts = [new, old, other] if newest_first else [old, other, new]
    joined = nk.concat_points(parts)
    assert len(joined) == 16 and joined.dataset.attrs["points_left_out"] == 8
    own = joined.dataset.rgt.values == 1
    np.testing.assert_array_equal(joined.dataset.height.values[own], new.dataset.height)
    names = np.array(joined.dataset.attrs["granules"])[joined.dataset.granule.values]
    assert set(names) == {NAMED.format(1, 6), NAMED.format(2, 5)}


def test_heights_above_two_datums_are_refused(tmp_path: Path) -> None:
    one = granule(tmp_path, 1)
    with pytest.raises(nk.PointsError, match="ellipsoid and geoid"):
        nk.concat_points([one, one.above_geoid()])
    joined = nk.concat_points([part.above_geoid() for part in (one, granule(tmp_path, 2))])
    assert joined.datum == "geoid" and joined.dataset.attrs["tide_system"] == "tide-free"


def test_nothing_and_no_points_are_refused() -> None:
    with pytest.raises(nk.ArgumentError, match="points"):
        nk.concat_points([])
    with pytest.raises(nk.ArgumentError, match="points"):
        nk.concat_points([pd.DataFrame()])  # type: ignore[list-item]


def test_attributes_on_which_parts_differ_are_listed(tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAMED.format(1, 6), all_beams(3), rgt=1)
    strict, every = nk.open_atl06(path), nk.open_atl06(path, quality="all")
    floating = np.ones(len(every), bool)
    joined = nk.concat_points([strict, every.correct_tides(floating)])
    assert joined.dataset.attrs["quality_rule"] == "summary; all"
    assert "subtracted on 18" in joined.dataset.attrs["tide_correction"]
    assert joined.dataset.attrs["title"] == "ICESat-2 ATL06 land ice heights"
