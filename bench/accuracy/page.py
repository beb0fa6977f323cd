"""The page of the accuracy study: tables beside the quoted figures, and targets with what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .metrics import Misfit
from .quoted import KINDS, Quoted, quoted
from .study import STEPS, Finding, Order

_FUNCTIONS = ("sinusoid", "harmonic", "vortex", "gulfstream")
_THREE_DIGITS = 1.0005
"""Ratios up to here are the same figure to three digits."""
_WORDS = {
    "conservative": "Conservative, first order",
    "conservative2": "Conservative, second order",
    "bilinear": "Bilinear",
    "smooth": "Smooth, higher order",
    "nearest": "Nearest",
}
INTRODUCTION = """\
# Regridding: how exact

Written by `make bench-regrid-accuracy`. Fields and measures are those of Valcke, Piacentini and Jonville
(2022, Math. Comput. Appl. 27(2):31) and of MIRA (Mahadevan et al. 2022, GMD 15, 6601).

Grids, on a plain sphere, every edge a great circle, no masks:

* `ll144`: 143 x 144 equal steps of latitude and longitude.
* `icos39`: the 15 212 Voronoi cells of an icosahedron with corners at (0, 1, golden ratio), whose flat
  faces are cut into 39 along each edge; not optimised; turned by 0.3 rad about the x axis.
* `hp64`: HEALPix with nside 64.
* `rot362`: 292 x 362 equal steps about a pole at 320 E, 50 N.
* `p32`: 191 x 191 cells of 32 km of EPSG:3031.

An entry is the mean and the largest relative misfit against the field at the target's centres, from values
at the source's. Rows without a mark were measured in this run. Rows marked *quoted* were measured once, on
the same grids, with the library that they name; ESMF and TempestRemap were built from source, because they
do not install from packages. `conservation` is the relative difference of the integrals of `vortex` over
target and source; it says nothing where the target is a region (`p32`).

CDO gets grids as cells with corners. The quoted CDO rows gave it `ll144` as axes, whose edges it takes for
parallels: they differ from this run's in the third digit. Where centres of the source form squares, YAC's
`avg` and `hcsbb` depend on how the cells are numbered, which decides along which diagonal a square is cut:
those rows of this run, with cells in their natural order, differ from the quoted ones, by more than a tenth
in places. With YAC's own numbering the quoted `avg` rows come out to every digit. The filament of
`gulfstream` happens to lie along the diagonals of `ll144` that the natural order cuts by: Nunatak's smooth
method, which treats both alike, is held against them all the same.

What follows is the verdict: what must hold, what was measured, and where it does not hold, which figures.
The bar of `conservative2` is the best of YAC's con2, ESMF's CONSERVE_2ND and TempestRemap's np2, for every
figure on its own; TempestRemap's np4 is of order four and only shown. The three factors of `conservative2`
(how little cells across a corner count, how far slopes and how much of curvature are used) were chosen on
these pairs. Conservation within 1e-12 of all 25 pairs of the five families of grids is a test."""


def page(findings: Sequence[Finding], orders: Sequence[Order], setting: str) -> str:
    """The page in Markdown."""
    pairs = list(dict.fromkeys(finding.pair for finding in findings))
    parts = [INTRODUCTION, setting, _targets(findings, orders)]
    for kind, words in _WORDS.items():
        parts.append(f"## {words}")
        for pair in pairs:
            rows = [found for found in findings if found.pair == pair and found.contender.kind == kind]
            parts += [f"### {pair}", _misfits(rows, _quoted(pair, kind))]
    parts += ["## Measures of MIRA", _MIRA, _norms(findings), "## Order", _ORDER, _orders(orders)]
    return "\n\n".join(parts) + "\n"


def _quoted(pair: str, kind: str) -> list[tuple[str, dict[str, Quoted]]]:
    """The quoted rows of a pair, function by function."""
    rows: dict[str, dict[str, Quoted]] = {}
    for row in quoted():
        if row.pair == pair and KINDS[row.method] == kind:
            rows.setdefault(f"{row.library} {row.method}, *quoted*", {})[row.function] = row
    return list(rows.items())


def _misfits(findings: Sequence[Finding], quotes: Sequence[tuple[str, dict[str, Quoted]]]) -> str:
    rows = []
    for found in findings:
        label = f"**{_label(found)}**" if found.contender.library == "Nunatak" else _label(found)
        if found.missing:
            rows.append([label, found.missing, *[""] * 4])
            continue
        cells = _both(found.misfits)
        rows.append([label, *cells, f"{found.misfits['vortex'].conservation:.1e}"])
    for label, by_function in quotes:
        cells = _both(by_function)
        rows.append([label, *cells, f"{by_function['vortex'].conservation:.1e}"])
    return _table(["", *_FUNCTIONS, "conservation"], rows)


def _both(figures: Mapping[str, Misfit | Quoted]) -> list[str]:
    return [f"{figures[name].mean:.3e} / {figures[name].largest:.3e}" for name in _FUNCTIONS]


def _label(found: Finding) -> str:
    return f"{found.contender.library} {found.contender.method}"


_MIRA = """\
Field `vortex`, from averages over the source's cells to averages over the target's, both by quadrature.
`below` and `above`: how far values leave the range of the exact ones; `dips` and `bumps`: the same round each
cell (L2); `gradient`: H1/2, from slopes by least squares over neighbours. Methods that do not conserve get
averages too here."""


def _norms(findings: Sequence[Finding]) -> str:
    header = [
        "pair",
        "method",
        "L1",
        "L2",
        "Linf",
        "conservation",
        "below",
        "above",
        "dips",
        "bumps",
        "gradient",
    ]
    rows = []
    for found in findings:
        if "vortex" in found.norms:
            one = found.norms["vortex"]
            rows.append([found.pair, _label(found), *(f"{value:.2e}" for value in vars(one).values())])
    return _table(header, rows)


_ORDER = f"""\
L2 errors of MIRA's field A2 while cells shrink to
1/{", 1/".join(map(str, STEPS[1:]))} of their side, and the order that each step shows.
Conserving methods map averages to averages, the others values at centres to values at centres. First order
conservation shows 1, the others should keep 2."""


def _orders(orders: Sequence[Order]) -> str:
    width = max((len(order.errors) for order in orders), default=1)
    rows = []
    for order in orders:
        label = [order.series, f"{order.contender.library} {order.contender.method}"]
        if order.missing:
            rows.append([*label, order.missing, *[""] * width])
            continue
        shown = ", ".join(f"{value:.2f}" for value in order.orders)
        rows.append([*label, *(f"{error:.2e}" for error in order.errors), shown])
    return _table(["grids", "method", *(f"1/{step}" for step in STEPS[:width]), "order"], rows)


def _targets(findings: Sequence[Finding], orders: Sequence[Order]) -> str:
    """What Nunatak is held to, pair by pair."""
    rows = [_first_order(findings), *(_no_worse(findings, kind) for kind in ("conservative2", "smooth"))]
    rows += [_exact(findings, "ones stay ones to 1e-12", lambda found: found.ones)]
    conserving = [f for f in findings if f.contender.kind.startswith("conservative") and "p32" not in f.pair]
    rows += [
        _exact(
            conserving,
            "conservation within 1e-12",
            lambda found: max(m.conservation for m in found.misfits.values()),
        )
    ]
    rows += [
        _kept(orders, "conservative", 1.0),
        _kept(orders, "conservative2", 2.0),
        _kept(orders, "smooth", 2.0),
    ]
    return _table(["target", "measured", ""], rows)


def _ours(findings: Sequence[Finding], kind: str | None = None) -> list[Finding]:
    chosen = [found for found in findings if found.contender.library == "Nunatak" and not found.missing]
    return [found for found in chosen if kind is None or found.contender.kind == kind]


def _verdict(passed: bool, measured: int) -> str:
    return "not yet" if not measured else "pass" if passed else "**fail**"


def _first_order(findings: Sequence[Finding]) -> list[str]:
    """The same to three digits as TempestRemap's, or ESMF's, quoted figure of every function."""
    worst, count = 0.0, 0
    for found in _ours(findings, "conservative"):
        for row in quoted():
            if row.pair == found.pair and row.method == "CONSERVE":
                mean = found.misfits[row.function].mean
                worst, count = max(worst, abs(mean / row.mean - 1)), count + 1
    said = f"largest difference {worst:.1e}, {count} figures"
    return ["first order: ESMF's mean misfits to three digits", said, _verdict(worst < 1e-3, count)]


def _no_worse(findings: Sequence[Finding], kind: str) -> list[str]:
    """Mean misfits at most those of the best quoted or measured peer; figures that are not are named."""
    ratios = {}
    for found in _ours(findings, kind):
        for function, ours in found.misfits.items():
            peers = [row.mean for row in quoted() if _is(row, found.pair, kind, function)]
            peers += [
                other.misfits[function].mean
                for other in findings
                if other.pair == found.pair
                and other.contender.kind == kind
                and other.contender.library != "Nunatak"
                and not other.missing
            ]
            ratios[f"{found.pair} {function}"] = ours.mean / min(peers, default=np.inf)
    above = [f"{name} {ratio:.4f}" for name, ratio in ratios.items() if ratio > _THREE_DIGITS]
    said = f"worst ratio {max(ratios.values(), default=np.nan):.4f}, {len(ratios)} figures"
    said += f"; above 1: {', '.join(above)}" if above else ""
    return [f"{kind}: mean misfits at most the best peer's", said, _verdict(not above, len(ratios))]


def _is(row: Quoted, pair: str, kind: str, function: str) -> bool:
    """Whether a quoted row is a bar; TempestRemap's np4 is of order four, and only shown."""
    is_kind = KINDS[row.method] == kind and row.method != "fv np4"
    return row.pair == pair and is_kind and row.function == function


def _exact(findings: Sequence[Finding], target: str, value: Callable[[Finding], float]) -> list[str]:
    values = [value(found) for found in _ours(findings)]
    worst = max(values, default=np.nan)
    return [target, f"{worst:.1e}, {len(values)} cases", _verdict(worst < 1e-12, len(values))]


def _kept(orders: Sequence[Order], kind: str, wanted: float) -> list[str]:
    mine = [one for one in orders if one.contender.library == "Nunatak" and one.contender.kind == kind]
    shown = [one.orders[-1] for one in mine if one.orders]
    said = ", ".join(f"{value:.2f}" for value in shown)
    return [
        f"{kind}: order {wanted:g} kept",
        said,
        _verdict(min(shown, default=0) > wanted - 0.05, len(shown)),
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; every column but the first is set right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
