"""Rows of the calibration table: what is drawn for each of them."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from nunatak.samples import SURFACES, Campaign, GeolocationErrors, campaign

ERRORS = {
    "overpass": GeolocationErrors(radial=0.03, horizontal=6.5),
    "pair": GeolocationErrors(radial=0.03, horizontal=6.5, pair_radial=0.02, pair_horizontal=2.0),
    "product": GeolocationErrors(radial=0.3, horizontal=20.0),
}
"""Standard deviations of the vectors by name: ATL15's, the same and a smaller vector per pair, the product's.

The product's are drawn for regions only: they are what makes the mean of many cells uncertain.
"""

SLOPES = (0.0, 0.002, 0.006)
OVERPASSES = (1, 3, 30)
POSTING = {1: 60.0, 3: 60.0, 30: 200.0}
"""Distance between segments (m) by number of overpasses; it is tracks that decide how well a cell is seen."""


class Row(NamedTuple):
    """Conditions of one or more campaigns."""

    surface: str
    errors: str
    overpasses: int
    slope: float

    def draw(self, number: int, cells: int) -> Campaign:
        """The campaign of this number; every row and number has a seed of its own."""
        place = (
            SURFACES.index(self.surface),
            list(ERRORS).index(self.errors),
            OVERPASSES.index(self.overpasses),
            SLOPES.index(self.slope),
        )
        seed = number
        for part in place:
            seed = 10 * seed + part
        return campaign(
            self.surface,
            slope=self.slope,
            overpasses=self.overpasses,
            seed=seed,
            cells=cells,
            posting=POSTING[self.overpasses],
            geolocation=ERRORS[self.errors],
        )


def all_rows() -> list[Row]:
    """Every surface with errors per overpass and per pair, all numbers of overpasses and all slopes."""
    return [Row(*parts) for parts in product(SURFACES, ("overpass", "pair"), OVERPASSES, SLOPES)]


def quick_rows() -> list[Row]:
    """A glance: every surface, one and three overpasses, the steepest slope."""
    return [Row(*parts) for parts in product(SURFACES, ("overpass",), OVERPASSES[:2], SLOPES[2:])]


def region_rows() -> list[Row]:
    """Rows drawn for regions: overpasses with such errors that cells sharing them are wrong together."""
    return [Row(*parts) for parts in product(SURFACES, ("product",), (3,), SLOPES[1:])]
