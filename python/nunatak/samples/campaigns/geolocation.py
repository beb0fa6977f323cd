"""Geolocation errors: one vector per overpass, and a smaller one per pair.

The spot is not where it is said to be. With the errors `along` (forward in flight) and `across` (to the left
of flight) of its place, and `radial` of the range, a segment's height is wrong by

    radial + along * slope_along + across * slope_across

with the signs of the slopes: `slope_along` is positive where the surface rises ahead, `slope_across` where it
rises to the left, as `dh_fit_dx` and `dh_fit_dy` of the product, whose y is positive to the left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .overpasses import Overpass

__all__ = ["GeolocationErrors", "draw_errors"]


@dataclass(frozen=True)
class GeolocationErrors:
    """Standard deviations of the geolocation errors (m); along and across the track they are alike.

    Attributes
    ----------
    radial, horizontal
        Of the vector that all beams of an overpass share.
    pair_radial, pair_horizontal
        Of the vector that the two beams of a pair share besides.
    common
        Of one error of all heights of the campaign: geoid, tides, frame.
    """

    radial: float = 0.03
    horizontal: float = 6.5
    pair_radial: float = 0.0
    pair_horizontal: float = 0.0
    common: float = 0.0


def draw_errors(
    rng: np.random.Generator, overpasses: list[Overpass], sigmas: GeolocationErrors
) -> pd.DataFrame:
    """Vectors of error (m): columns rgt, cycle, pair, radial, along, across.

    Pair 0 is what the beams of the overpass share, 1 to 3 is what the pair has besides. The draws are the
    same whatever the standard deviations.
    """
    draws = rng.standard_normal((len(overpasses), 4, 3))
    draws[:, 0] *= (sigmas.radial, sigmas.horizontal, sigmas.horizontal)
    draws[:, 1:] *= (sigmas.pair_radial, sigmas.pair_horizontal, sigmas.pair_horizontal)
    table = pd.DataFrame(draws.reshape(-1, 3), columns=["radial", "along", "across"])
    table.insert(0, "rgt", np.repeat([overpass.rgt for overpass in overpasses], 4))
    table.insert(1, "cycle", np.repeat([overpass.cycle for overpass in overpasses], 4))
    table.insert(2, "pair", np.tile(np.arange(4), len(overpasses)))
    return table
