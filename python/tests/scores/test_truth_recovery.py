"""A model that is the truth averaged over its cells is found to be right, with an interval that holds."""

from __future__ import annotations

import numpy as np
import pytest

import nunatak as nk
from nunatak.samples import campaign


def recovered(surface: str, seed: int) -> nk.Comparison:
    drawn = campaign(surface, seed=seed, cells=12, overpasses=3, posting=400.0, slope=0.006)
    model = drawn.truth["height"].rename("orog")
    points = nk.open_points(drawn.table[drawn.table.quality == 0])
    return nk.compare(
        model, points, datum="ellipsoid", time=None, discrepancy="estimate", geolocation="atl15"
    )


@pytest.mark.parametrize("surface", ["exponential", "fractal"])
def test_the_interval_of_the_bias_holds_the_truth(surface: str) -> None:
    found = [recovered(surface, seed) for seed in range(6)]
    numbers = [comparison.summary() for comparison in found]
    for name in ("bias", "weighted_bias"):
        z = np.array([own[name] / own[f"{name}_sigma"] for own in numbers])
        # Six squares have a mean below 2.8 in 99 of 100 cases; independent residuals give hundreds.
        assert 0.05 < np.mean(z**2) < 2.8, z
    assert 0.93 < np.mean([own["mahalanobis_reduced"] for own in numbers]) < 1.07
    for own in numbers:
        assert own["n_eff"] < 0.5 * own["n"]
