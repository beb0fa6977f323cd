"""The calibration bench: its bars on errors of known law, and constants from crossovers that were drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[3] / "bench"
REAL_DATA = Path(os.environ.get("NUNATAK_DATA", Path(__file__).parents[4] / "shared/data"))
ATL11 = REAL_DATA / "atl11/ATL11_078805_0304_02_v002.h5"

sys.path.insert(0, str(BENCH))

from calibrating.bars import statistics  # noqa: E402
from calibrating.crossovers import Crossovers, best, constants, log_likelihoods, read_crossovers, standardised  # noqa: E402
from calibrating.estimates import CellErrors  # noqa: E402
from calibrating.page import region_table, verdict  # noqa: E402
from calibrating.rows import all_rows, quick_rows, region_rows  # noqa: E402

from nunatak._nunatak import calibrate_crossovers  # noqa: E402


@pytest.mark.parametrize(
    ("scale", "inside", "far"), [(1.0, True, False), (1.3, False, False), (1.6, False, True)]
)
def test_normal_errors_are_inside_when_their_size_is_stated(scale: float, inside: bool, far: bool) -> None:
    rng = np.random.default_rng(1)
    stated = rng.uniform(0.5, 3.0, 4000)
    error = rng.normal(0, scale * stated)
    found = statistics(
        [
            CellErrors(error[:1000], error[:1000], stated[:1000], stated[:1000] / 10),
            CellErrors(error[1000:], error[1000:], stated[1000:], stated[1000:] / 10),
        ]
    )
    assert (found.is_inside, found.is_far_out, found.cells) == (inside, far, 4000)
    assert found.spread == pytest.approx(scale, rel=0.03)
    assert found.formal_spread == pytest.approx(10 * scale, rel=0.03)


def test_rows_are_those_that_must_be_there() -> None:
    rows = all_rows()
    assert len(rows) == len(set(rows)) == 8 * 2 * 3 * 3
    assert len({row.surface for row in rows}) >= 7
    assert set(quick_rows()) <= set(rows)
    one, other = (row.draw(0, 2).truth for row in (*region_rows()[:1], *rows[:1]))
    assert not one.identical(other)


def test_crossovers_give_back_the_constants_they_were_drawn_with() -> None:
    """Twelve overpasses of 20 crossovers each, on slopes of all directions."""
    rng = np.random.default_rng(2)
    crossing, cycle = np.repeat(np.arange(12), 20), rng.integers(0, 4, 240)
    slope = rng.normal(0, 0.02, (240, 2))
    vectors = [rng.normal(0, (0.05, 3.0, 3.0), (count, 3)) for count in (12, 4)]
    own, other = vectors[0][crossing], vectors[1][cycle]
    difference = own[:, 0] - other[:, 0] + np.sum((own - other)[:, 1:] * slope, axis=1)
    difference += rng.normal(0, np.hypot(0.02, 0.04), 240)
    found = Crossovers(difference, np.full(240, 0.02), slope, crossing, cycle, np.zeros(240))
    for quantiles, true in zip(constants(found), (0.05, 3.0, 0.04), strict=True):
        assert quantiles[0] < true < quantiles[4]
        assert quantiles[4] / quantiles[0] < 5
    # The same by the whole covariance.
    shared = (crossing[:, None] == crossing) + (cycle[:, None] == cycle).astype(float)
    covariance = shared * (0.1**2 + 2.0**2 * slope @ slope.T) + (0.02**2 + 0.05**2) * np.eye(240)
    expected = -0.5 * (
        difference @ np.linalg.solve(covariance, difference) + np.linalg.slogdet(covariance)[1]
    )
    assert log_likelihoods(found, np.array(0.1), np.array(2.0), 0.05) == pytest.approx(expected, rel=1e-9)
    assert best(found, 20.0, 0.3) < best(found, 3.0, 0.05) - 20


@pytest.mark.skipif(not ATL11.exists(), reason="needs the shared ATL11 file")
def test_real_crossovers_are_the_known_ones() -> None:
    found = read_crossovers(ATL11)
    assert found.difference.size == 111
    assert found.difference.std() == pytest.approx(0.135, abs=1e-3)
    assert standardised(found, 0.0, 0.0).std() == pytest.approx(3.57, abs=0.01)
    assert np.unique(found.crossing).size == 5 and found.days.max() == pytest.approx(28.4, abs=0.1)


@pytest.mark.skipif(not ATL11.exists(), reason="needs the shared ATL11 file")
def test_real_crossovers_support_the_default_by_both_likelihoods() -> None:
    found = read_crossovers(ATL11)
    columns = {"first": found.crossing, "second": 1000 + found.cycle, "difference": found.difference}
    columns |= {"sigma": found.formal, "slope_x": found.slope[:, 0], "slope_y": found.slope[:, 1]}
    columns |= {"days": found.days}
    kernel = calibrate_crossovers(
        {name: np.ascontiguousarray(column) for name, column in columns.items()}, None
    )
    # Pairs of overpasses taken one by one tell less than the covariance of all, and the same.
    for name, quantiles, default in (("radial", 0, 0.05), ("horizontal", 1, 2.5)):
        whole = constants(found)[quantiles]
        assert whole[0] < kernel[name][1] < whole[4]
        assert whole[0] < default < whole[4]
    assert kernel["overpasses"] == 7 and kernel["crossovers"] == pytest.approx(111, abs=6)


def test_a_run_says_which_rows_fail() -> None:
    command = [
        sys.executable,
        str(BENCH / "calibration.py"),
        "--quick",
        "--surface",
        "waves",
        "--cells",
        "10",
    ]
    done = subprocess.run([*command, "--processes", "1"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "| waves | overpass | 3 | 0.006 |" in done.stdout
    assert "| at least 200 campaigns | 2 | **fails** |" in done.stdout
    assert "of 2 rows are outside" in done.stdout
    assert len(verdict({}, {}, 0)) == 8 and len(region_table({})) == 5
