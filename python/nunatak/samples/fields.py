"""Fields of the sample models: the planted truth plus each model's own errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .models import SampleModel
from .truth import REFERENCE_YEAR, Truth, Undulations, flotation_base

Field = NDArray[np.float64]

VARIABLES = ("lithk", "orog", "topg", "base", "sftgif", "acabf")
"""ISMIP6 names of the variables that every model writes."""

_QUANTUM = 1 / 16  # m; a power of two, so that base + lithk = orog holds exactly in float32


def model_fields(
    model: SampleModel, truth: Truth, experiment: str, years: NDArray[np.int64]
) -> dict[str, Field]:
    """Every variable of one run: float64 (time, y, x), SI units; heights are 0 outside the ice.

    A state's record of year N holds the end of that year. The control keeps the surface of `REFERENCE_YEAR`.
    """
    x, y = np.meshgrid(model.axis, model.axis)
    ice, floating = truth.ice(x, y), truth.floating(x, y)
    rate = 0.0 if experiment == model.control else model.error.trend_factor
    elapsed = (years - REFERENCE_YEAR)[:, None, None]
    surface = truth.reference_orog(x, y) + surface_error(model, truth, x, y)
    orog = np.where(ice, _quantised(surface + rate * (elapsed + 1) * truth.orog_rate(x, y)), 0.0)
    topg = np.broadcast_to(_quantised(truth.topg(x, y)), orog.shape)
    base = np.where(floating, _quantised(flotation_base(orog)), topg)
    base = np.where(ice, base, 0.0)
    return {
        "lithk": orog - base,
        "orog": orog,
        "topg": topg,
        "base": base,
        "sftgif": np.broadcast_to(ice.astype(np.float64), orog.shape),
        "acabf": truth.surface_mass_balance(x, y) * (1 - 0.01 * rate * elapsed),
    }


def surface_error(model: SampleModel, truth: Truth, x: Field, y: Field) -> Field:
    """Error of a model's surface (m): its bias and smooth waves, tapered to 0 where the ice is low."""
    rng = np.random.default_rng([truth.seed, *model.key.encode()])
    error = model.error
    waves = Undulations.draw(rng, (0.7 * error.wavelength, 1.4 * error.wavelength), 1e-4, 5)
    taper = np.clip((truth.reference_orog(x, y) - 60) / 500, 0, 1)
    return taper * (error.bias + error.spread / waves.standard_deviation * waves(x, y))


def _quantised(height: Field) -> Field:
    """Heights rounded to a sixteenth of a metre."""
    return np.round(height / _QUANTUM) * _QUANTUM
