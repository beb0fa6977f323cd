"""Weighted mean, variance and quantiles across the models of an ensemble, and where its variance comes
from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.io.cf import squared_units

__all__ = ["variance_decomposition", "weighted_statistics"]


def weighted_statistics(
    array: xr.DataArray, weights: xr.DataArray, quantiles: Sequence[float] | np.ndarray, dim: str
) -> xr.Dataset:
    """Weighted ``mean``, ``var`` and ``quantile`` across ``dim``, NaN skipped, by each row of the weights.

    Raises
    ------
    ArgumentError
        For quantiles outside of 0 to 1, and models that array and weights do not share.
    """
    wanted = _quantiles(quantiles)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"projection: found {array.dtype}, expected numbers")
    _check_models(array, weights, dim)
    ordered = weights.sel({dim: array[dim].values})
    found = xr.apply_ufunc(
        _statistics,
        array,
        ordered.transpose("weighting", dim),
        kwargs={"quantiles": wanted},
        input_core_dims=[[dim], ["weighting", dim]],
        output_core_dims=[["statistic", "weighting"]],
        dask="parallelized",
        output_dtypes=[np.float64],
        dask_gufunc_kwargs={
            "output_sizes": {"statistic": wanted.size + 2, "weighting": 2},
            "allow_rechunk": True,
        },
    ).transpose("statistic", "weighting", ...)
    units = {"units": array.attrs["units"]} if "units" in array.attrs else {}
    squared = {"units": squared_units(str(array.attrs["units"]))} if units else {}
    result = xr.Dataset(
        {
            "mean": found.isel(statistic=0).assign_attrs(units),
            "var": found.isel(statistic=1).assign_attrs(squared),
            "quantile": found.isel(statistic=slice(2, None)).rename(statistic="level").assign_attrs(units),
        }
    )
    return result.assign_coords(level=wanted, weighting=["prior", "posterior"])


def _statistics(values: np.ndarray, weights: np.ndarray, *, quantiles: np.ndarray) -> np.ndarray:
    """Of values (..., model) and weights (weighting, model): (..., statistic, weighting)."""
    values = np.asarray(values, np.float64)
    order = np.argsort(values, axis=-1)  # NaN last
    ordered = np.take_along_axis(values, order, -1)
    missing = np.isnan(ordered)
    filled = np.where(missing, 0.0, ordered)
    found = [_of_ordered(filled, np.where(missing, 0.0, own[order]), quantiles) for own in weights]
    return np.stack(found, axis=-1)


def _of_ordered(values: np.ndarray, weights: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Of ascending values (..., model) with the weight 0 where they are missing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / weights.sum(axis=-1, keepdims=True)
    mean = (shares * values).sum(axis=-1)
    var = (shares * (values - mean[..., None]) ** 2).sum(axis=-1)
    middles = np.cumsum(shares, axis=-1) - 0.5 * shares
    flat_values, flat_middles = values.reshape(-1, values.shape[-1]), middles.reshape(-1, values.shape[-1])
    used = (shares > 0).reshape(flat_values.shape)
    rows = np.full((flat_values.shape[0], quantiles.size), np.nan)
    for row, (own, at, kept) in enumerate(zip(flat_values, flat_middles, used, strict=True)):
        if kept.any():
            rows[row] = np.interp(quantiles, at[kept], own[kept])
    levels = np.moveaxis(rows.reshape(*values.shape[:-1], quantiles.size), -1, 0)
    return np.moveaxis(np.stack([mean, var, *levels]), 0, -1)


def _quantiles(quantiles: Sequence[float] | np.ndarray) -> np.ndarray:
    try:
        wanted = np.asarray(quantiles, np.float64).ravel()
    except (TypeError, ValueError, OverflowError):
        raise ArgumentError(f"quantiles: found {quantiles!r:.60}, expected numbers from 0 to 1") from None
    if not wanted.size or not ((wanted >= 0) & (wanted <= 1)).all():
        raise ArgumentError(f"quantiles: found {quantiles!r:.60}, expected numbers from 0 to 1")
    return wanted


def _check_models(array: xr.DataArray, weights: xr.DataArray, dim: str) -> None:
    if dim not in array.dims or dim not in array.coords:
        raise ArgumentError(
            f"projection: found dimensions {array.dims}, expected {dim!r} with the models' names"
        )
    clash = [name for name in ("weighting", "level", "statistic") if name in array.dims]
    if clash:
        raise ArgumentError(f"projection: found a dimension {clash[0]!r}, which the result needs; rename it")
    have, weighted = list(array[dim].values), list(weights[dim].values)
    if len(set(have)) < len(have):
        raise ArgumentError(f"projection: found a model twice along {dim!r}, expected each once")
    for lacking, said in (
        ([name for name in weighted if name not in have], "no model"),
        ([name for name in have if name not in weighted], "a model without a weight,"),
    ):
        if lacking:
            raise ArgumentError(
                f"projection: found {said} {str(lacking[0])!r} (and {len(lacking) - 1} more), expected the "
                "models "
                "of the weights"
            )


@checked
def variance_decomposition(
    projections: xr.DataArray,
    *,
    model: str = "model",
    forcing: str = "forcing",
    within: str | None = None,
    weights: xr.DataArray | None = None,
) -> xr.Dataset:
    """Variance of projections by where it comes from: forcing, model, their interaction, and within a model.

    Two-way analysis of variance of Yip et al. (2011, J. Climate 24, 4805, eq. 6 to 10), which makes the
    terms of Hawkins and Sutton (2009, Bull. Am. Meteorol. Soc. 90, 1095) add up.

    Parameters
    ----------
    projections
        Has the dimensions ``model`` and ``forcing``, perhaps ``within``, and any others.
    model, forcing, within
        Dimensions; along ``within`` are runs of one model and one forcing, such as initial states or
        parameters. Without it the fourth term is 0 and part of the third.
    weights
        Weights of the models, such as :attr:`ModelWeights.posterior`; equal when None.

    Returns
    -------
    Dataset
        ``forcing``, ``model``, ``interaction``, ``within`` and ``total`` (population variances, which add up
        exactly), and ``models``, the number of models that count: those that have every forcing and run.
        All are NaN where none has.

    Raises
    ------
    ArgumentError
        When a dimension is missing.
    """
    named = {"model": model, "forcing": forcing} | ({} if within is None else {"within": within})
    for argument, dim in named.items():
        if dim not in projections.dims:
            raise ArgumentError(
                f"{argument}: found {dim!r}, expected a dimension of projections, {projections.dims}"
            )
    if len(set(named.values())) < len(named):
        raise ArgumentError(
            f"{', '.join(named)}: found {list(named.values())}, expected different dimensions"
        )
    if projections.dtype.kind not in "biuf":
        raise ArgumentError(f"projections: found {projections.dtype}, expected numbers")
    own = projections.astype(np.float64)
    inner = [dim for dim in (forcing, within) if dim is not None]
    complete = own.notnull().all(inner)
    shares = complete.astype(np.float64) * _model_shares(own, weights, model)
    shares = shares / shares.sum(model).where(lambda total: total > 0)
    own = own.where(complete, 0.0)
    runs = own if within is None else own.mean(within)
    grand = (runs.mean(forcing) * shares).sum(model, skipna=False)
    of_model, of_forcing = runs.mean(forcing), (runs * shares).sum(model, skipna=False)
    interaction = runs - of_model - of_forcing + grand
    parts: dict[str, Any] = {
        "forcing": ((of_forcing - grand) ** 2).mean(forcing),
        "model": ((of_model - grand) ** 2 * shares).sum(model, skipna=False),
        "interaction": ((interaction**2).mean(forcing) * shares).sum(model, skipna=False),
        "within": grand * 0.0
        if within is None
        else (((own - runs) ** 2).mean([forcing, within]) * shares).sum(model, skipna=False),
    }
    parts["total"] = parts["forcing"] + parts["model"] + parts["interaction"] + parts["within"]
    if "units" in projections.attrs:
        units = squared_units(str(projections.attrs["units"]))
        parts = {name: part.assign_attrs(units=units) for name, part in parts.items()}
    return xr.Dataset(
        parts | {"models": complete.sum(model)}, attrs={"source": "Yip et al. (2011), eq. 6 to 10"}
    )


def _model_shares(own: xr.DataArray, weights: xr.DataArray | None, model: str) -> xr.DataArray:
    """A weight for each model, by name where both have names."""
    if weights is None:
        return (
            xr.ones_like(own[model], np.float64)
            if model in own.coords
            else xr.DataArray(np.ones(own.sizes[model]), dims=(model,))
        )
    if weights.dims != (model,) or model not in weights.coords or model not in own.coords:
        raise ArgumentError(
            f"weights: found dimensions {weights.dims}, expected {model!r} with the models' names"
        )
    if weights.dtype.kind not in "iuf" or not bool((weights >= 0).all()):
        raise ArgumentError("weights: expected numbers of 0 or more")
    index = pd.Index(weights[model].values)
    lacking = [name for name in own[model].values if name not in index]
    if lacking or not index.is_unique:
        raise ArgumentError(
            f"weights: found none of {lacking[:1] or 'models that are there twice'}, expected one each"
        )
    return xr.DataArray(
        weights.values[index.get_indexer(own[model].values)].astype(np.float64),
        {model: own[model].values},
        (model,),
    )
