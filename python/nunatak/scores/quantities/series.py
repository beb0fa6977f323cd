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
        One dimension of time, or a Series whose index is decimal years or dates. The model is interpolated
        linearly to the observed times. Bring both to one unit (DataArrays with ``units`` are converted).
    sigma
        Standard deviation of each observed value, at the same times.
    reference
        Epoch at which both are set to 0, within both; None compares values as they are.
    errors
        ``"cumulative"``: errors add up from record to record, so that those of two times have the covariance
        of the earlier variance, as of cumulative mass change (IMBIE). With ``reference``, variances count
        from there. ``"independent"``: of each record.

    Returns
    -------
    QuantityComparison
        ``n``, ``bias``, ``bias_sigma``, ``rmse``, ``n_eff``, ``trend`` of the residual (per year) and
        ``trend_sigma``, by generalised least squares (with an offset where errors are independent or there
        is no reference), ``mahalanobis_reduced`` and ``log_likelihood``.

    Raises
    ------
    ArgumentError
        When times are missing or twice, uncertainties fall in time though errors are cumulative, or fewer
        than two observed times lie in the model's time.
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
    spread = variance[covered]
    start = None if reference is None else epoch("reference", reference)
    if start is not None:
        _check_reference(start, own, seen)
        residual = residual - (
            np.interp(start, times, seen.to_numpy()) - np.interp(start, records, own.to_numpy())
        )
    covariance = _covariance(years, spread, errors, start, pd.Series(variance, times))
    # A record at the reference is 0 in both, and says nothing.
    says = np.diag(covariance) > 0
    if says.sum() < 2:
        raise ArgumentError(
            f"observed: found {int(says.sum())} values with a sigma above 0 in the model's time, "
            f"{own.index[0]:.2f} to "
            f"{own.index[-1]:.2f}, expected two or more"
        )
    kept, values, covariance = years[says], residual[says], covariance[np.ix_(says, says)]
    offset = errors == "independent" or start is None
    numbers = _numbers(values, kept - (kept.mean() if start is None else start), covariance, offset)
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


def _covariance(
    years: np.ndarray, spread: np.ndarray, errors: str, start: float | None, variance: pd.Series
) -> np.ndarray:
    """Of the residuals: of sums of independent increments, or of independent values."""
    if errors == "independent":
        # The value at the reference was subtracted from all.
        common = 0.0 if start is None else float(np.interp(start, variance.index, variance.to_numpy()))
        return np.diag(spread) + common
    if (np.diff(variance.to_numpy()) < 0).any():
        raise ArgumentError(
            "sigma: found uncertainties that fall in time, expected growing ones of cumulative errors, or "
            "errors='independent'"
        )
    if variance.max() == variance.min():
        raise ArgumentError(
            f"sigma: found {np.sqrt(variance.max()):g} at all times, expected uncertainties of cumulative "
            "errors, which grow, or errors='independent'"
        )
    if start is None:
        return np.minimum.outer(spread, spread)
    signed = spread - float(np.interp(start, variance.index, variance.to_numpy()))
    same_side = np.multiply.outer(signed, signed) > 0
    return np.where(same_side, np.minimum.outer(np.abs(signed), np.abs(signed)), 0.0)


def _numbers(values: np.ndarray, years: np.ndarray, covariance: np.ndarray, offset: bool) -> dict[str, float]:
    n = values.size
    # Records of one variance are the same sum twice: the smallest share keeps the matrix regular.
    covariance = covariance + np.diag(1e-9 * np.diag(covariance))
    design = np.column_stack([years, np.ones(n)]) if offset else years[:, None]
    try:
        weighted = np.linalg.solve(covariance, design)
        of_trend = np.linalg.inv(design.T @ weighted)
        misfit = float(values @ np.linalg.solve(covariance, values))
    except np.linalg.LinAlgError:
        raise ArgumentError(
            "sigma: found errors whose covariance is singular, expected each above 0"
        ) from None
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
        years, values = decimal_years(given, given.dims[0]), given.values
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
    if isinstance(index, pd.DatetimeIndex):
        return decimal_years(
            xr.DataArray(index.to_numpy(), dims="time", coords={"time": index.to_numpy()}), "time"
        )
    if index.dtype.kind not in "iuf":
        raise ArgumentError(f"{name}: found an index of {index.dtype}, expected decimal years or dates")
    return index.to_numpy(np.float64)


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
