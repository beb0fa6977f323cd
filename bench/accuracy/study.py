"""The study: every contender on every pair of grids, and its order over refinements."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from .contenders import CONTENDERS, Contender, Missing, weights
from .functions import FUNCTIONS, two_waves
from .grids import SphereGrid, healpix, icosahedral, longitudes_latitudes, named
from .metrics import Misfit, Norms, misfit, norms
from .polygons import Values, averages


@dataclass
class Finding:
    """What one contender gave on one pair of grids.

    Attributes
    ----------
    misfits
        For each function, from and to values at centres.
    norms
        For each function, from and to averages over cells; only where the target lies inside the source.
    ones
        How far a field of ones moves.
    missing
        Why there is nothing else here.
    """

    pair: str
    contender: Contender
    misfits: dict[str, Misfit] = field(default_factory=dict)
    norms: dict[str, Norms] = field(default_factory=dict)
    ones: float = np.nan
    missing: str = ""


def compare(pairs: Sequence[str], peers: Path | None) -> Iterator[Finding]:
    """Every contender on every pair."""
    for pair in pairs:
        source, target = (named(name) for name in pair.split("->"))
        exact = {name: Field.of(function, source, target) for name, function in FUNCTIONS.items()}
        for contender in CONTENDERS:
            print(f"{pair} {contender.library} {contender.method}", file=sys.stderr)
            finding = Finding(pair, contender)
            try:
                matrix = weights(contender, source, target, peers)
            except Missing as error:
                finding.missing = str(error)
            else:
                _measure(finding, matrix, exact, source, target)
            yield finding


@dataclass(frozen=True)
class Field:
    """A field on both grids, at centres and as averages."""

    given: Values
    wanted: Values
    given_averages: Values
    wanted_averages: Values

    @classmethod
    def of(
        cls, function: Callable[[Values, Values], Values], source: SphereGrid, target: SphereGrid
    ) -> Field:
        """A function on both grids."""
        at = (source.at_centres(function), target.at_centres(function))
        return cls(*at, averages(function, source.corners), averages(function, target.corners))


def _measure(
    finding: Finding, matrix: csr_array, exact: dict[str, Field], source: SphereGrid, target: SphereGrid
) -> None:
    reached = np.diff(matrix.indptr) > 0
    finding.ones = float(np.abs(matrix.sum(axis=1)[reached] - 1).max())
    for name, values in exact.items():
        remapped = np.where(reached, matrix @ values.given, np.nan)
        finding.misfits[name] = misfit(remapped, values.wanted, values.given, target, source)
        if reached.all():
            mean = matrix @ values.given_averages
            finding.norms[name] = norms(mean, values.wanted_averages, values.given_averages, target, source)


SERIES = {
    "ll->icos": lambda step: (longitudes_latitudes(45 * step, 90 * step), icosahedral(17 * step)),
    "icos->ll": lambda step: (icosahedral(17 * step), longitudes_latitudes(45 * step, 90 * step)),
    "hp->icos": lambda step: (healpix(16 * step), icosahedral(17 * step)),
}
"""Pairs of grids whose cells have 1/step of the side of the first."""
STEPS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Order:
    """L2 errors of the averages over refinements, and the order that each step shows."""

    series: str
    contender: Contender
    errors: tuple[float, ...] = ()
    missing: str = ""

    @property
    def orders(self) -> tuple[float, ...]:
        """How often each halving of the cells halves the error."""
        pairs = zip(self.errors, self.errors[1:], strict=False)
        return tuple(float(np.log2(before / after)) for before, after in pairs)


def refine(peers: Path | None, steps: Sequence[int] = STEPS) -> Iterator[Order]:
    """The order of every method that is not `nearest`."""
    for series, build in SERIES.items():
        grids = [build(step) for step in steps]
        fields = [Field.of(two_waves, source, target) for source, target in grids]
        for contender in CONTENDERS:
            if contender.kind != "nearest":
                print(f"{series} {contender.library} {contender.method}", file=sys.stderr)
                yield _order(series, contender, grids, fields, peers)


def _order(
    series: str,
    contender: Contender,
    grids: Sequence[tuple[SphereGrid, SphereGrid]],
    fields: Sequence[Field],
    peers: Path | None,
) -> Order:
    """Conserving methods map averages, the others values at centres."""
    conserving = contender.kind.startswith("conservative")
    errors = []
    for (source, target), values in zip(grids, fields, strict=True):
        try:
            matrix = weights(contender, source, target, peers)
        except Missing as error:
            return Order(series, contender, missing=str(error))
        given = values.given_averages if conserving else values.given
        wanted = values.wanted_averages if conserving else values.wanted
        errors.append(norms(matrix @ given, wanted, given, target, source).l2)
    return Order(series, contender, tuple(errors))
