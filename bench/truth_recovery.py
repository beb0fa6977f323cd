"""Is a model that is right found to be right? Campaigns over known surfaces, scored against their cell means.

    python bench/truth_recovery.py [--seeds 200] [--posting 240] [--processes 2] [--write]

`make bench-truth` runs everything and writes docs/benchmarks/truth_recovery.md. The model is the
truth averaged over cells of 8 and 16 km, and its discrepancy is estimated from the residuals: the
bias is 0, and its interval should hold 0 as often as it says. Beside it stands the likelihood of
residuals that are independent.
"""

from __future__ import annotations

import argparse
import platform
import warnings
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak.samples import campaign

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "truth_recovery.md"
SURFACES = ("exponential", "fractal")
SPACING = 8_000.0
COARSER = (1, 2)
"""Cells of the model in those of the campaign."""


class Case(NamedTuple):
    """One campaign and one model."""

    surface: str
    coarser: int
    seed: int
    posting: float


class Recovery(NamedTuple):
    """What is found."""

    plain: float
    """Bias over its standard error."""
    weighted: float
    mahalanobis: float
    diagonal: float
    """Bias over its standard error where residuals of the same variance are independent."""
    factor: float
    """How much too narrow theory has that interval, the root of n / n_eff."""
    preference: float
    """Log-likelihood of the true model less that of the model shifted up by the weighted standard error."""
    diagonal_preference: float


def recover(case: Case) -> Recovery:
    """Draws, scores, and forgets one campaign."""
    drawn = campaign(
        case.surface,
        seed=case.seed,
        cells=16,
        spacing=SPACING,
        overpasses=3,
        posting=case.posting,
        slope=0.006,
    )
    model = model_of(drawn.truth["height"], case.coarser)
    points = nk.open_points(drawn.table[drawn.table.quality == 0])

    def compare(model: xr.DataArray, discrepancy: str | nk.Discrepancy) -> nk.Comparison:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nk.compare(
                model,
                points,
                crs="EPSG:3031",
                datum="ellipsoid",
                time=None,
                discrepancy=discrepancy,
                geolocation="atl15",
            )

    found = compare(model, "estimate")
    numbers = found.summary()
    field = nk.Discrepancy(**found.settings["fitted_discrepancy"])
    alone = nk.Discrepancy(field.sigma, 0.0)
    shift = numbers["weighted_bias_sigma"]
    raised = model + shift
    raised.attrs = model.attrs
    factor = float(np.sqrt(numbers["n"] / numbers["n_eff"]))

    def preference(discrepancy: nk.Discrepancy) -> float:
        own, other = (compare(each, discrepancy).summary()["log_likelihood"] for each in (model, raised))
        return own - other

    return Recovery(
        numbers["bias"] / numbers["bias_sigma"],
        numbers["weighted_bias"] / numbers["weighted_bias_sigma"],
        numbers["mahalanobis_reduced"],
        numbers["bias"] / numbers["bias_sigma"] * factor,
        factor,
        preference(field),
        preference(alone),
    )


def model_of(height: xr.DataArray, coarser: int) -> xr.DataArray:
    """Means over cells as a model has them."""
    model = height.coarsen(x=coarser, y=coarser).mean() if coarser > 1 else height.copy()
    model.attrs = {"units": "m", "long_name": "surface elevation"}
    for axis in ("x", "y"):
        model[axis].attrs = {"units": "m", "standard_name": f"projection_{axis}_coordinate"}
    return model.rename("orog")


def row_of(found: list[Recovery]) -> list[str]:
    """The statistics of one surface and one model."""
    values = np.array(found)
    plain, weighted, mahalanobis, diagonal, factor, preference, diagonal_preference = values.T

    def share(z: np.ndarray) -> str:
        return f"{np.mean(abs(z) < 1):.0%} / {np.mean(abs(z) < 1.96):.0%}"

    return [
        f"{share(plain)} ({plain.std():.2f})",
        f"{share(weighted)} ({weighted.std():.2f})",
        f"{mahalanobis.mean():.3f}",
        f"{share(diagonal)}",
        f"{diagonal.std() / plain.std():.0f} / {factor.mean():.0f}",
        f"{preference.mean():+.2f}",
        f"{diagonal_preference.mean():+.0f} ± {diagonal_preference.std():.0f}",
    ]


HEAD = [
    "surface",
    "cells",
    "seeds",
    "bias: 68 % / 95 % (sd of z)",
    "weighted bias: 68 % / 95 % (sd of z)",
    "Mahalanobis / n",
    "independent: 68 % / 95 %",
    "its overconfidence, found / theory",
    "true less shifted model",
    "the same, independent",
]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--posting", type=float, default=240.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the page")
    options = parser.parse_args()
    lines = [f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    with get_context("forkserver").Pool(options.processes) as pool:
        for surface in SURFACES:
            for coarser in COARSER:
                cases = [Case(surface, coarser, seed, options.posting) for seed in range(options.seeds)]
                found = pool.map(recover, cases, chunksize=1)
                cells = f"{coarser * SPACING / 1e3:g} km"
                lines.append(f"| {' | '.join([surface, cells, str(len(found)), *row_of(found)])} |")
                print(lines[-1], flush=True)
    if options.write:
        PAGE.write_text("\n".join([*_text(options), *lines, ""]))
        print(PAGE)


def _text(options: argparse.Namespace) -> list[str]:
    machine = platform.processor() or platform.machine()
    return [
        "# Truth recovery",
        "",
        "`make bench-truth`. The model is the truth averaged over its cells, so its bias is 0;",
        f"campaigns of 16 x 16 cells of 8 km, 3 overpasses a cell, a segment every {options.posting:g}",
        "m, errors of overpasses as ATL15 has them, and a discrepancy that is estimated from the",
        "residuals of each. The interval of the bias should hold 0 in 68 and 95 % of campaigns.",
        "*Independent* takes the same standard deviation of the discrepancy from segment to segment;",
        "theory has its interval too narrow by the root of n / n_eff. *True less shifted model* is the",
        "mean difference of log-likelihoods to a model that is too high by the standard error of the",
        "weighted bias, +0.5 in theory.",
        "",
        f"Nunatak {nk.__version__}, {machine}, {datetime.now(UTC):%Y-%m-%d}.",
        "",
    ]


if __name__ == "__main__":
    main()
