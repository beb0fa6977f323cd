"""Velocity vectors of a model against observed ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.quantities.cells import cell_groups, cell_weights, check_uncertain, like, spread_over
from nunatak.scores.quantities.fields import correlated_places, numbers_by_group
from nunatak.scores.quantities.residual_score import CellResiduals
from nunatak.scores.quantities.result import QuantityComparison

__all__ = ["compare_velocity"]


@checked
def compare_velocity(
    model: tuple[xr.DataArray, xr.DataArray],
    observed: tuple[xr.DataArray, xr.DataArray],
    sigma: xr.DataArray | float | None = None,
    *,
    discrepancy: xr.DataArray | float = 0.0,
    correlation_length: float = 0.0,
    slow: float = 0.0,
    by: Any = None,
    weights: xr.DataArray | None = None,
    crs: str | None = None,
) -> QuantityComparison:
    """Score velocity vectors of a model against observed ones, cell by cell.

    Parameters
    ----------
    model, observed
        Components along x and y of one map, on one grid; units are converted.
    sigma
        Standard deviation of each component, independent of the other, in the unit of the first observed
        one where it states none.
    discrepancy, correlation_length, by, weights, crs
        As :func:`compare_field`.
    slow
        Observed speed (in the model's unit) up to which directions are not compared.

    Returns
    -------
    QuantityComparison
        ``n`` cells, ``bias_x`` and ``bias_y``, ``bias_sigma`` of each, ``speed_bias``, the vectors' ``rmse``
        (``sqrt(mean(du**2 + dv**2))``), ``angle``, the mean angle between them (degrees, 0 to 180),
        ``n_eff``, ``chi2_reduced`` and ``log_likelihood`` of both components. Means are weighted.
        ``residual`` has ``residual_x`` and ``residual_y``.

    Raises
    ------
    ArgumentError
        For other grids or units, errors that are negative or 0, or nothing to compare.
    """
    for name, given in (("model", model), ("observed", observed)):
        if len(given) != 2 or not all(isinstance(part, xr.DataArray) for part in given):
            raise ArgumentError(f"{name}: expected two DataArrays, the components along x and y")
    if not 0 <= slow < 1e12:
        raise ArgumentError(f"slow: found {slow!r}, expected a speed of 0 or more")
    if not 0 <= correlation_length < 1e9:
        raise ArgumentError(f"correlation_length: found {correlation_length!r}, expected metres, 0 or more")
    first = model[0].astype(np.float64)
    own = first.values, like("model", model[0], "model", model[1]).values
    seen = tuple(like("model", model[0], "observed", part).values for part in observed)
    known = np.hypot(
        spread_over(first, "sigma", sigma, 0.0, observed[0]),
        spread_over(first, "discrepancy", discrepancy, 0.0),
    )
    area, places = cell_weights(first, weights, crs), correlated_places(first, correlation_length, crs)
    components = [
        CellResiduals(there - here, known, area, np.zeros(first.shape), places, correlation_length)
        for here, there in zip(own, seen, strict=True)
    ]
    usable = components[0].usable & components[1].usable
    if not usable.any():
        raise ArgumentError(
            "observed: found no cell that has both components, an uncertainty and those of the model"
        )
    check_uncertain(known, usable, sigma)
    speeds = np.hypot(*own), np.hypot(*seen)
    angles = np.degrees(
        np.abs(np.arctan2(own[0] * seen[1] - own[1] * seen[0], own[0] * seen[0] + own[1] * seen[1]))
    )

    def numbers(mask: np.ndarray) -> dict[str, float]:
        chosen = mask & usable
        x, y = (part.select(chosen).numbers() for part in components)
        shares = area[chosen] / area[chosen].sum()
        moves = (speeds[1][chosen] > slow) & (speeds[0][chosen] > 0)
        turned = float(np.average(angles[chosen][moves], weights=shares[moves])) if moves.any() else np.nan
        return {
            "n": x["n"],
            "bias_x": x["bias"],
            "bias_y": y["bias"],
            "bias_sigma": x["bias_sigma"],
            "speed_bias": float(shares @ (speeds[1] - speeds[0])[chosen]),
            "rmse": float(np.hypot(x["rmse"], y["rmse"])),
            "angle": turned,
            "n_eff": x["n_eff"],
            "chi2_reduced": 0.5 * (x["chi2_reduced"] + y["chi2_reduced"]),
            "log_likelihood": x["log_likelihood"] + y["log_likelihood"],
        }

    settings = {
        "version": __version__,
        "model": str(model[0].name),
        "units": model[0].attrs.get("units"),
        "correlation_length": correlation_length,
        "slow": slow,
    }
    residual = xr.Dataset(
        {
            f"residual_{name}": first.copy(data=part.residual)
            for name, part in zip("xy", components, strict=True)
        }
    )
    groups = None if by is None else numbers_by_group(cell_groups(first, by, crs), usable, numbers)
    return QuantityComparison(numbers(usable), groups, residual, settings)
