"""Sixteen models of ISMIP6 Antarctica against IMBIE, and what that says of their projections."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.ensembles.weights import model_weights
from nunatak.report.html import Report
from nunatak.report.sections import REFERENCES, Methods, Series, prior_and_posterior, ranking, series

__all__ = ["sixteen_models"]

_FIRST, _LAST = 2016.0, 2021.0
"""The years in which both models and IMBIE are known."""
_OCEAN = 3.625e14
"""Area of the ocean (m2)."""


class _Model(NamedTuple):
    years: np.ndarray
    mass: np.ndarray
    """Mass above flotation (Gt) less that of 2016."""


def sixteen_models(report: Report, data: Path) -> None:
    """Add the section."""
    section = report.section("Sixteen models of ISMIP6 against IMBIE")
    models = _models(data / "ismip6/computed_scalars")
    observed = _imbie(data / "ismip6/obs_from_cmct/imbie_antarctica_2021_Gt.csv")
    rate, sigma, variability = _observed_rate(observed)
    spread = float(np.hypot(sigma, variability))
    rows = []
    for name, own in models.items():
        modelled = float(np.interp(_LAST, own.years, own.mass)) / (_LAST - _FIRST)
        bias = rate - modelled
        rows.append([name, bias, spread, -0.5 * (bias / spread) ** 2])
    table = pd.DataFrame(rows, columns=["model", "bias", "bias_sigma", "log_likelihood"])
    weighted = model_weights(dict(zip(table["model"], table["log_likelihood"], strict=True)))
    weights = {name: float(weighted.posterior.sel(model=name)) for name in table["model"]}
    table["probability"] = list(weights.values())
    worth = weighted.effective_size
    section.text(
        f"From 2016 to 2021 IMBIE has {rate:.0f} ± {1.96 * sigma:.0f} Gt per year. A model forced by a "
        "climate of its own "
        f"has other weather, worth {variability:.0f} Gt per year over five years, so that {worth:.1f} of "
        f"{len(models)} models are left in effect: five years narrow the ensemble a little."
        if worth > 4
        else f"From 2016 to 2021 IMBIE has {rate:.0f} ± {1.96 * sigma:.0f} Gt per year, and {worth:.1f} of "
        f"{len(models)} models are left in effect."
    )
    near = {name: _until(own, 2022.0) for name, own in models.items()}
    seen = Series(*(np.asarray(column)[observed.years >= 2010.0] for column in observed))
    section.picture(
        series(
            near,
            seen,
            quantity="mass change since 2016",
            units="Gt",
            weights=weights,
            observation="IMBIE",
        )
    )
    section.picture(ranking(table, units="Gt/yr", quantity="IMBIE - model"))
    whole = {name: Series(own.years, _sea_level(own.mass)) for name, own in models.items()}
    section.picture(
        series(whole, None, quantity="contribution to sea level since 2016", units="mm", weights=weights)
    )
    ends = {name: float(np.interp(2100.0, own.years, _sea_level(own.mass))) for name, own in models.items()}
    projection = xr.DataArray(list(ends.values()), {"model": list(ends)}, ("model",), attrs={"units": "mm"})
    applied = weighted.apply(projection)["quantile"]
    quantiles = {
        name: tuple(applied.sel(weighting=name).transpose("level").values.tolist())
        for name in ("prior", "posterior")
    }
    section.text(weighted.verdict)
    section.picture(
        prior_and_posterior(quantiles, ends, quantity="contribution to sea level, 2016 to 2100", units="mm")
    )
    section.table(table.sort_values("probability", ascending=False).drop(columns="log_likelihood"))
    section.methods(Methods(_paragraph(), [REFERENCES[name] for name in ("seroussi", "imbie", "kass")]))


def _paragraph() -> str:
    return (
        "Volumes above flotation of exp05, of exp01 where a model has only the open melt scheme (Seroussi "
        "et al., 2020), "
        "times each model's own density of ice, were set to 0 in 2016.0; no control run is subtracted, "
        "since drift is in what a model claims. IMBIE's cumulative mass balance "
        "(Otosaka et al., "
        "2023) counts all grounded ice, volumes above flotation only what raises the sea. Likelihoods are "
        "normal in the "
        "mean rate of 2016 to 2021; their variance is IMBIE's, plus that of five-year means of IMBIE's "
        "own annual "
        "balances about their trend. Priors are equal, although models share code; posterior weights "
        "follow from Bayes' "
        "theorem (Kass and Raftery, 1995). Sea level assumes an ocean of 3.625e14 m2 and 1,000 kg m-3."
    )


def _models(folder: Path) -> dict[str, _Model]:
    """Mass above flotation of each model's exp05, else exp01."""
    found: dict[str, _Model] = {}
    for group in sorted(path for path in folder.glob("*/*") if path.is_dir()):
        name = "/".join(group.parts[-2:])
        for experiment in ("exp05", "exp01"):
            files = sorted((group / experiment).glob(f"computed_ivaf_AIS_*_{experiment}.nc"))
            if files and name not in found:
                found[name] = _model(files[0])
    return found


def _model(path: Path) -> _Model:
    # The unit of time, years since the year 0, is none that CF knows.
    with xr.open_dataset(path, engine="nunatak", decode_times=False) as opened:
        years = opened["time"].values.astype(np.float64)
        mass = opened["ivaf"].values.astype(np.float64) * float(opened["rhoi"]) / 1e12
    return _Model(years, mass - np.interp(_FIRST, years, mass))


def _until(model: _Model, year: float) -> Series:
    chosen = model.years <= year
    return Series(model.years[chosen], model.mass[chosen])


def _imbie(path: Path) -> Series:
    """Cumulative mass balance (Gt) at the ends of months, 0 at 2016, and its standard deviation since."""
    table = pd.read_csv(path)
    years = table["Year"].to_numpy() + 1 / 12
    change = table["Cumulative mass balance (Gt)"].to_numpy()
    variance = table["Cumulative mass balance uncertainty (Gt)"].to_numpy() ** 2
    sigma = np.sqrt(np.abs(variance - np.interp(_FIRST, years, variance)))
    return Series(years, change - np.interp(_FIRST, years, change), sigma)


def _observed_rate(observed: Series) -> tuple[float, float, float]:
    """Mean rate (Gt/yr), its standard deviation, and that of a mean of so many years of weather."""
    assert observed.sigma is not None
    span = _LAST - _FIRST
    rate = float(np.interp(_LAST, observed.years, observed.values)) / span
    sigma = float(np.interp(_LAST, observed.years, observed.sigma)) / span
    ends = np.arange(1993.0, _LAST + 0.5)
    annual = np.diff(np.interp(ends, observed.years, observed.values))
    trend = np.polyval(np.polyfit(ends[1:], annual, 1), ends[1:])
    return rate, sigma, float(np.std(annual - trend, ddof=2) / np.sqrt(span))


def _sea_level(mass: np.ndarray) -> np.ndarray:
    """Sea level (mm) of a mass (Gt) that leaves the ice."""
    return -mass * 1e12 / 1000.0 / _OCEAN * 1e3
