"""Values of the generated files: smooth fields with noise of about twelve significant bits.

They compress about eightfold and obey the identities of the data request exactly, in single precision:
orog = base + lithk, sftgif = sftgrf + sftflf, lithk > 0 where sftgif > 0, base = topg where the ice is
grounded. They are not meant to look like an ice sheet; `write_archive` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .variables import VARIABLES, Ismip6Variable

Quanta = NDArray[np.int32]

FILL_VALUE = np.float32(9.969209968386869e36)
"""NetCDF's default fill value of single-precision floats."""

_ICE_RADIUS = 0.8  # of the half width: half of the domain
_GROUNDED_RADIUS = 0.65
_EVOLVING = ("thickness", "surface", "field", "scalar")


@dataclass(frozen=True)
class ModelFields:
    """Values of every variable of one model.

    Attributes
    ----------
    seed, key
        What the noise is drawn from.
    rows, columns, steps
        Shape of the fields.
    """

    seed: int
    key: str
    rows: int
    columns: int
    steps: int

    def base_values(self, variable: Ismip6Variable) -> NDArray[np.float32]:
        """What all experiments share: float32 (time, y, x), or (time,) for a scalar."""
        return self._stored(variable, self._quanta(variable))

    def first_record(
        self, variable: Ismip6Variable, base: NDArray[np.float32], experiment: int
    ) -> NDArray[np.float32]:
        """The first record of an experiment: shifted by its number, so that no two experiments are equal.

        Bed, base and masks are the same in all experiments.
        """
        if variable.family not in _EVOLVING:
            return base[0]
        shift = np.float32(8 * (experiment + 1) * VARIABLES[_height(variable)].quantum)
        if variable.is_scalar:
            return base[0] + shift
        return np.where(self._radius < _ICE_RADIUS, base[0] + shift, base[0])

    def values(self, variable: Ismip6Variable, experiment: int) -> NDArray[np.float32]:
        """Raw values of one experiment, fill values included."""
        values = self.base_values(variable)
        values[0] = self.first_record(variable, values, experiment)
        return values

    @cached_property
    def _radius(self) -> NDArray[np.float64]:
        """Distance from the middle over the half width of the domain."""
        y, x = (np.linspace(-1, 1, length) for length in (self.rows, self.columns))
        return np.hypot(y[:, None], x[None, :])

    def _noise(self, name: str, bits: int, steps: int | None = None) -> Quanta:
        rng = np.random.default_rng([self.seed, crc32(self.key.encode()), crc32(name.encode())])
        shape = (steps or self.steps, self.rows, self.columns)
        return rng.integers(0, 1 << bits, shape, dtype=np.int32)

    def _smooth(self, variable: Ismip6Variable) -> Quanta:
        """From `high` in the middle to `low` at the margin, in quanta."""
        shape = np.clip(1 - (self._radius / _ICE_RADIUS) ** 2, 0, 1)
        return np.round((variable.low + (variable.high - variable.low) * shape) / variable.quantum).astype(
            np.int32
        )

    def _quanta(self, variable: Ismip6Variable) -> Quanta:
        match variable.family:
            case "scalar":
                return self._series(variable)
            case "thickness":
                return self._thickness()
            case "surface":
                return self._base() + self._thickness()
            case "base":
                return self._base()
            case "bed":
                return self._bed()
            case "fraction":
                return self._fraction(variable.name)
            case _:
                trend = np.arange(self.steps, dtype=np.int32)[:, None, None]
                return self._smooth(variable) + trend + self._noise(variable.name, 5)

    def _series(self, variable: Ismip6Variable) -> Quanta:
        rng = np.random.default_rng([self.seed, crc32(self.key.encode()), crc32(variable.name.encode())])
        steps = rng.integers(0, 64, self.steps) + 100 * np.arange(self.steps)
        return (round(variable.low / variable.quantum) + steps).astype(np.int32)

    def _thickness(self) -> Quanta:
        trend = np.arange(self.steps, dtype=np.int32)[:, None, None]
        return self._smooth(VARIABLES["lithk"]) + trend + self._noise("lithk", 5)

    def _bed(self) -> Quanta:
        bed = self._smooth(VARIABLES["topg"]) + self._noise("topg", 5, steps=1)
        return np.broadcast_to(bed, (self.steps, *bed.shape[1:]))

    def _base(self) -> Quanta:
        """The bed where the ice is grounded; above it where it floats."""
        gap = np.where(self._radius > _GROUNDED_RADIUS, 1 + self._noise("base", 5), 0)
        return self._bed() + gap

    def _fraction(self, name: str) -> Quanta:
        """Masks in 1/4096: all ice, and its grounded part."""
        scale = 1 << 12
        ice = scale - self._noise("sftgif", 6)
        grounded = np.where(self._radius > _GROUNDED_RADIUS, 0, ice)
        return {"sftgif": ice, "sftgrf": grounded, "sftflf": ice - grounded}[name]

    def _stored(self, variable: Ismip6Variable, quanta: Quanta) -> NDArray[np.float32]:
        values = quanta.astype(np.float32) * np.float32(variable.quantum)
        if variable.is_scalar or variable.family == "bed":
            return values
        outside = FILL_VALUE if variable.fill_outside else np.float32(0)
        return np.where(self._radius < _ICE_RADIUS, values, outside)


def _height(variable: Ismip6Variable) -> str:
    """The variable whose quantum the shift is measured in: surface and thickness move together."""
    return "lithk" if variable.family == "surface" else variable.name
