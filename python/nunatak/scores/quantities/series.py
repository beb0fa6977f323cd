"""Series of a model against observed ones, such as mass change against IMBIE."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.scores.quantities.epochs import decimal_years, epoch
from nunatak.scores.quantities.residual_score import dense_log_likelihood
from nunatak.scores.quantities.result import QuantityComparison
from nunatak.scores.quantities.units import in_unit_of

__all__ = ["compare_series"]

_MOST_RECORDS = 5000
"""Most records, whose covariance is dense."""
_SINGULAR = 1e-10
"""Share of a variance below which what a record adds is lost in rounding."""


@checked
def compare_series(
    model: xr.DataArray | pd.Series,
    observed: xr.DataArray | pd.Series,
    sigma: xr.DataArray | pd.Series | float,
    *,
    reference: str | float | np.datetime64 | None = None,
    errors: Literal["cumulative", "independent"] = "cumulative",
) -> QuantityComparison:
    """Score a scalar series of a model against an observed one, at the observed times that the model covers.

    Parameters
    ----------
    model, observed
        One dimension of time, or a Series whose index is dates, decimal years, or nominal years (integers:
        the end of each, its middle for means over time). The model is interpolated linearly to the observed
        times. Bring both to one unit (DataArrays with ``units`` are converted).
    sigma
        Standard deviation of each observed value, at the same times. One number for all is of independent
        errors only.
    reference
        Epoch at which both are set to 0, within both (interpolated linearly between records); None compares
        values as they are. The record there, or the nearest of its two neighbours, then follows from the
        others and is left out.
    errors
        ``"cumulative"``: errors add up from record to record, so that those of two times have the covariance
        of the earlier variance, as of cumulative mass change (IMBIE), and sigma has to grow.
        ``"independent"``: of each record. With ``reference``, the error of the value there is subtracted
        from all: their covariance is ``L C L^T``, where ``L`` subtracts it.

    Returns
    -------
    QuantityComparison
        ``n``, ``bias``, ``bias_sigma``, ``rmse``, ``n_eff``, ``trend`` of the residual (per year) and
        ``trend_sigma``, by generalised least squares (with an offset where there is no reference),
        ``mahalanobis_reduced`` and ``log_likelihood``.

    Raises
    ------
    ArgumentError
        When times are missing or twice, uncertainties do not grow in time though errors are cumulative, their
        covariance is singular, or fewer than two observed times lie in the model's time.
    """
    if errors not in ("cumulative", "independent"):
        raise ArgumentError(f"errors: found {errors!r:.60}, expected 'cumulative' or 'independent'")
    if isinstance(model, xr.DataArray) and isinstance(observed, xr.DataArray):
        observed = in_unit_of("model", model, "observed", observed)
        if isinstance(sigma, xr.DataArray):
            sigma = in_unit_of("model", model, "sigma", sigma)
    own, seen = _series("model", model), _series("observed", observed)
    variance = _sigma(sigma, seen).to_numpy() ** 2
    times, records = seen.index.to_numpy(np.float64), own.index.to_numpy(np.float64)
    covered = (times >= records[0]) & (times <= records[-1])
    years = times[covered]
    residual = seen.to_numpy()[covered] - np.interp(years, records, own.to_numpy())
    start = None if reference is None else epoch("reference", reference)
    share = np.zeros(times.size)
    if start is not None:
        _check_reference(start, own, seen)
        share = _interpolation(times, start)
        residual = residual - (share @ seen.to_numpy() - np.interp(start, records, own.to_numpy()))
    used = covered | (share > 0)
    covariance = _covariance(times[used], variance[used], errors, share[used])
    says = covered & ~_determined(share, covered)
    says[used] &= np.diag(covariance) > 0
    if says.sum() < 2:
        raise ArgumentError(
            f"observed: found {int(says.sum())} values with a sigma above 0 in the model's time, "
            f"{own.index[0]:.2f} to "
            f"{own.index[-1]:.2f}, expected two or more"
        )
    kept, values = times[says], residual[says[covered]]
    covariance = covariance[np.ix_(says[used], says[used])]
    numbers = _numbers(values, kept - (kept.mean() if start is None else start), covariance, start is None)
    settings = {
        "version": __version__,
        "model": str(model.name),
        "units": model.attrs.get("units"),
        "reference": start,
        "errors": errors,
        "years": [float(kept[0]), float(kept[-1])],
    }
    series = xr.DataArray(values, {"year": kept}, ("year",), name="residual")
    return QuantityComparison(numbers, None, series, settings)


def _interpolation(times: np.ndarray, start: float) -> np.ndarray:
    """Share of each record in the value at an epoch, between its two neighbours."""
    right = int(np.clip(np.searchsorted(times, start), 1, times.size - 1))
    share = np.zeros(times.size)
    share[right] = (start - times[right - 1]) / (times[right] - times[right - 1])
    share[right - 1] = 1.0 - share[right]
    return share


def _determined(share: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """The record that follows from the others, as the value at the reference is 0: the nearest to it."""
    if not share.any() or not covered[share > 0].all():
        return np.zeros(share.size, bool)
    return np.arange(share.size) == np.argmax(share)


def _covariance(years: np.ndarray, variance: np.ndarray, errors: str, share: np.ndarray) -> np.ndarray:
    """Of the values less that at the reference: L C L^T, with L = 1 - 1 share^T."""
    if errors == "independent":
        whole = np.diag(variance)
    else:
        _check_growth(years, variance)
        whole = np.minimum.outer(variance, variance)
    common = whole @ share
    return whole - common[:, None] - common + share @ common


def _check_growth(years: np.ndarray, variance: np.ndarray) -> None:
    """Sums of errors that do not grow are one sum twice, whose covariance is singular."""
    steps = np.diff(variance)
    wrong = np.flatnonzero(steps <= _SINGULAR * variance.max())
    if wrong.size:
        at = int(wrong[0])
        change = "fall" if steps[at] < 0 else "do not grow"
        raise ArgumentError(
            f"sigma: found uncertainties that {change} in time, from {years[at]:.3f} to {years[at + 1]:.3f}, "
            "expected growing ones of cumulative errors, or errors='independent'"
        )


def _check_regular(covariance: np.ndarray) -> None:
    """That no residual follows from those before it."""
    scale = np.sqrt(np.diag(covariance))
    try:
        pivots = np.diag(np.linalg.cholesky(covariance / np.outer(scale, scale))) ** 2
    except np.linalg.LinAlgError:
        pivots = np.zeros(1)
    if not pivots.min() > _SINGULAR:
        raise ArgumentError("sigma: found errors whose covariance is singular, expected each above 0")


def _numbers(values: np.ndarray, years: np.ndarray, covariance: np.ndarray, offset: bool) -> dict[str, float]:
    n = values.size
    _check_regular(covariance)
    design = np.column_stack([years, np.ones(n)]) if offset else years[:, None]
    weighted = np.linalg.solve(covariance, design)
    of_trend = np.linalg.inv(design.T @ weighted)
    misfit = float(values @ np.linalg.solve(covariance, values))
    of_mean = float(covariance.sum()) / n**2
    return {
        "n": n,
        "bias": float(values.mean()),
        "bias_sigma": float(np.sqrt(of_mean)),
        "rmse": float(np.sqrt((values**2).mean())),
        "n_eff": float(np.clip(np.trace(covariance) / n / of_mean, 1.0, n)),
        "trend": float((of_trend @ (weighted.T @ values))[0]),
        "trend_sigma": float(np.sqrt(of_trend[0, 0])),
        "mahalanobis_reduced": misfit / n,
        "log_likelihood": dense_log_likelihood(values, covariance),
    }


def _series(name: str, given: xr.DataArray | pd.Series) -> pd.Series:
    """Values by decimal year, ascending, those that are missing left out."""
    if isinstance(given, xr.DataArray):
        if given.ndim != 1 or given.dims[0] not in given.coords:
            raise ArgumentError(
                f"{name}: found dimensions {given.dims}, expected one, of time, with its coordinate"
            )
        years, values = decimal_years(given, given.dims[0], name), given.values
    else:
        years, values = _index_years(name, given), given.to_numpy()
    if values.dtype.kind not in "iuf":
        raise ArgumentError(f"{name}: found {values.dtype}, expected numbers")
    series = pd.Series(values.astype(np.float64), np.asarray(years, np.float64)).dropna()
    if series.index.has_duplicates or not np.isfinite(series.index.to_numpy()).all():
        raise ArgumentError(f"{name}: found times that are missing or twice, expected distinct ones")
    if not 2 <= series.size <= _MOST_RECORDS and name != "sigma":
        raise ArgumentError(f"{name}: found {series.size} values, expected 2 to {_MOST_RECORDS:,}")
    return series.sort_index()


def _index_years(name: str, given: pd.Series) -> np.ndarray:
    index = given.index
    if not isinstance(index, pd.DatetimeIndex) and index.dtype.kind not in "iuf":
        raise ArgumentError(f"{name}: found an index of {index.dtype}, expected decimal years or dates")
    times = index.to_numpy()
    attrs = {str(key): value for key, value in given.attrs.items()}
    return decimal_years(xr.DataArray(times, {"year": times}, ("year",), attrs=attrs), "year", name)


def _sigma(sigma: Any, seen: pd.Series) -> pd.Series:
    if isinstance(sigma, xr.DataArray | pd.Series) and sigma.ndim:
        own = _series("sigma", sigma).reindex(seen.index)
        if own.isna().any():
            raise ArgumentError(
                f"sigma: found none at {float(own.index.to_numpy()[own.isna().to_numpy()][0]):.4f}, expected "
                "one for each observed "
                "value"
            )
    elif isinstance(sigma, int | float | xr.DataArray) and not isinstance(sigma, bool):
        own = pd.Series(float(sigma), seen.index)
    else:
        raise ArgumentError(f"sigma: found {found(sigma)}, expected a number, a Series or a DataArray")
    if not ((own >= 0) & np.isfinite(own)).all():
        raise ArgumentError("sigma: found negative or infinite values, expected numbers of 0 or more")
    return own


def _check_reference(start: float, own: pd.Series, seen: pd.Series) -> None:
    first = max(float(own.index[0]), float(seen.index[0]))
    last = min(float(own.index[-1]), float(seen.index[-1]))
    if not first <= start <= last:
        raise ArgumentError(
            f"reference: found {start:.3f}, expected an epoch within both series, {first:.3f} to {last:.3f}"
        )
