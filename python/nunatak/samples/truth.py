"""The planted truth: an analytic ice sheet from which model files and altimetry are drawn.

A dome after Vialov (1958) with a lobed margin rests on a smooth bed; two ice shelves float in front of it.
On the surface lie undulations of a stated spectrum: long ones that a reference elevation model resolves,
and short ones that it does not and that make the sampling error of altimetry.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

Field = NDArray[np.float64]

ICE_DENSITY = 910.0
"""Density of ice (kg m-3)."""

OCEAN_DENSITY = 1028.0
"""Density of sea water (kg m-3)."""

REFERENCE_YEAR = 2015.0
"""Decimal year at which the surface has not changed yet."""

_MARGIN_HEIGHT = 60.0
_DOME_HEIGHT = 3900.0
_MEAN_RADIUS = 1.85e6
_ROUNDING = 0.02  # keeps the margin's slope finite, which Vialov's profile does not


@dataclass(frozen=True)
class Undulations:
    """A sum of plane waves: random directions and phases, wavelengths spread evenly in logarithm.

    Attributes
    ----------
    wavenumber_x, wavenumber_y, phase
        Angular wavenumbers (rad m-1) and phases (rad), one per wave.
    amplitude
        Amplitude of each wave (m), proportional to its wavelength, so that every wave adds the same slope.
    """

    wavenumber_x: Field
    wavenumber_y: Field
    phase: Field
    amplitude: Field

    @classmethod
    def draw(
        cls, rng: np.random.Generator, wavelengths: tuple[float, float], slope: float, waves: int
    ) -> Undulations:
        """Draw waves between two wavelengths (m) whose summed slope has this root mean square (1)."""
        length = np.geomspace(*wavelengths, waves) * rng.uniform(0.95, 1.05, waves)
        direction = rng.uniform(0, 2 * np.pi, waves)
        wavenumber = 2 * np.pi / length
        # A wave of amplitude a has an rms slope of a k / sqrt(2) along its own direction.
        amplitude = slope * np.sqrt(2.0 / waves) / wavenumber
        return cls(
            wavenumber * np.cos(direction),
            wavenumber * np.sin(direction),
            rng.uniform(0, 2 * np.pi, waves),
            amplitude,
        )

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the undulation over a wide area (m)."""
        return float(np.sqrt(np.sum(self.amplitude**2) / 2))

    def __call__(self, x: Field, y: Field) -> Field:
        """Height of the undulation at plane coordinates (m)."""
        total = np.zeros(np.broadcast(x, y).shape)
        for kx, ky, phase, amplitude in zip(
            self.wavenumber_x, self.wavenumber_y, self.phase, self.amplitude, strict=True
        ):
            total += amplitude * np.sin(kx * x + ky * y + phase)
        return total


@dataclass(frozen=True)
class Truth:
    """The ice sheet that the samples are drawn from, as functions of EPSG:3031 coordinates (m) and decimal
    year.

    Heights are metres above the geoid, which `geoid` places above the WGS84 ellipsoid. Outside the ice,
    `orog` is 0.

    Parameters
    ----------
    seed
        Seed of the undulations' directions and phases.
    """

    seed: int = 0
    long_undulations: Undulations = field(init=False, repr=False)
    short_undulations: Undulations = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        object.__setattr__(self, "long_undulations", Undulations.draw(rng, (60e3, 300e3), 2e-3, 10))
        object.__setattr__(self, "short_undulations", Undulations.draw(rng, (2e3, 10e3), 5e-3, 24))

    def _polar(self, x: ArrayLike, y: ArrayLike) -> tuple[Field, Field]:
        """Distance from the pole over the distance of the grounded margin, and direction (rad)."""
        east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        angle = np.arctan2(north, east)
        return np.hypot(east, north) / _grounded_radius(angle), angle

    def ice(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.bool_]:
        """Where there is ice, grounded or floating."""
        ratio, angle = self._polar(x, y)
        return ratio <= 1 + _shelf_width(angle) / _grounded_radius(angle)

    def floating(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.bool_]:
        """Where the ice floats."""
        return self.ice(x, y) & (self._polar(x, y)[0] > 1)

    def reference_orog(self, x: ArrayLike, y: ArrayLike) -> Field:
        """Surface in `REFERENCE_YEAR` without the short undulations (m): what a good DEM knows."""
        ratio, angle = self._polar(x, y)
        inside = np.clip(1 - np.minimum(ratio, 1) ** (4 / 3), 0, None)
        vialov = (inside + _ROUNDING) ** 0.375 - _ROUNDING**0.375
        dome = _DOME_HEIGHT * vialov / ((1 + _ROUNDING) ** 0.375 - _ROUNDING**0.375)
        grounded = (
            _MARGIN_HEIGHT + dome + _inland(ratio) * self.long_undulations(np.asarray(x), np.asarray(y))
        )
        seaward = (ratio - 1) * _grounded_radius(angle) / np.maximum(_shelf_width(angle), 1.0)
        shelf = _MARGIN_HEIGHT - 30.0 * np.clip(seaward, 0, 1)
        return np.where(self.ice(x, y), np.where(ratio <= 1, grounded, shelf), 0.0)

    def smooth_orog(self, x: ArrayLike, y: ArrayLike, year: ArrayLike) -> Field:
        """Surface without the short undulations (m) in a decimal year: what a coarse model can represent."""
        return self.reference_orog(x, y) + (np.asarray(year) - REFERENCE_YEAR) * self.orog_rate(x, y)

    def orog(self, x: ArrayLike, y: ArrayLike, year: ArrayLike) -> Field:
        """Surface height above the geoid (m) in a decimal year."""
        ratio, _ = self._polar(x, y)
        roughness = _inland(ratio) * self.short_undulations(np.asarray(x), np.asarray(y))
        return self.smooth_orog(x, y, year) + np.where(ratio <= 1, roughness, 0.0)

    def orog_rate(self, x: ArrayLike, y: ArrayLike) -> Field:
        """Rate of surface change (m a-1): thinning near the western margin, slight thickening inland."""
        ratio, angle = self._polar(x, y)
        western = (
            np.exp(-(((ratio - 0.9) / 0.12) ** 2)) * np.clip(np.cos(angle - np.radians(195)), 0, None) ** 2
        )
        return np.where(ratio <= 1, 0.04 * _inland(ratio) - 1.2 * western * _inland(ratio), 0.0)

    def topg(self, x: ArrayLike, y: ArrayLike) -> Field:
        """Bed height (m): below sea level at the margin, a plateau with hills inland, deepening seaward."""
        ratio, _ = self._polar(x, y)
        east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        hills = 300 * np.sin(east / 2.1e5 + 0.4) * np.cos(north / 2.6e5 - 0.8)
        inland = flotation_base(_MARGIN_HEIGHT) + _inland(ratio) * (650 + hills)
        offshore = flotation_base(_MARGIN_HEIGHT) - 9000 * np.clip(ratio - 1, 0, 0.3)
        return np.where(ratio <= 1, inland, offshore)

    def surface_mass_balance(self, x: ArrayLike, y: ArrayLike) -> Field:
        """Surface mass balance (kg m-2 s-1): dry inland, wet at the coast."""
        ratio, angle = self._polar(x, y)
        metres_of_ice = 0.04 + (0.35 + 0.2 * np.cos(angle - 2.5)) * np.minimum(ratio, 1.2) ** 6
        return np.where(self.ice(x, y), metres_of_ice * ICE_DENSITY / 31_556_926.0, 0.0)

    def geoid(self, x: ArrayLike, y: ArrayLike) -> Field:
        """Height of the geoid above the WGS84 ellipsoid (m): -60 to 20 m, as around Antarctica."""
        east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        return -20.0 + 30.0 * np.sin(east / 1.9e6 + 0.3) * np.cos(north / 2.3e6) + 10.0 * np.cos(east / 7e5)

    def cell_mean(
        self,
        grid: xr.Dataset,
        year: ArrayLike = 2020.0,
        *,
        where: ArrayLike | None = None,
        less_reference: bool = False,
        samples: int = 24,
    ) -> xr.DataArray:
        """Mean surface height over each cell of a grid (m), by midpoint quadrature in the plane of EPSG:3031.

        Parameters
        ----------
        grid
            Dataset with coordinates `x` and `y` in metres, cell centres of constant spacing.
        year
            Decimal year: one, or an array of shape (y, x) with a year for each cell.
        where
            Boolean (y, x): the cells to compute; the others are NaN. All cells by default.
        less_reference
            Take the mean of `orog - reference_orog`: what is left when `dem_h` is subtracted.
        samples
            Points along each side of a cell.

        Returns
        -------
        xarray.DataArray
            float64 (y, x).
        """
        x, y = grid["x"].values.astype(np.float64), grid["y"].values.astype(np.float64)
        wanted = np.ones((y.size, x.size), dtype=bool) if where is None else np.asarray(where, dtype=bool)
        rows, columns = np.nonzero(wanted)
        years = np.broadcast_to(np.asarray(year, dtype=np.float64), wanted.shape)[rows, columns]
        offsets = (np.arange(samples) + 0.5) / samples - 0.5
        east, north = x[columns], y[rows]
        spacing_x, spacing_y = x[1] - x[0], y[1] - y[0]
        total = np.zeros(rows.size)
        for shift_y in offsets * spacing_y:
            for shift_x in offsets * spacing_x:
                here = east + shift_x, north + shift_y
                total += self.orog(*here, years) - (self.reference_orog(*here) if less_reference else 0.0)
        mean = np.full(wanted.shape, np.nan)
        mean[rows, columns] = total / samples**2
        attributes = {
            "units": "m",
            "standard_name": "surface_altitude",
            "long_name": "planted surface, cell mean",
        }
        return xr.DataArray(mean, {"y": grid["y"], "x": grid["x"]}, ("y", "x"), "orog", attributes)


def _grounded_radius(angle: Field) -> Field:
    """Distance of the grounded margin from the pole (m): broad in the east, indented in the west."""
    lobes = 0.10 * np.cos(angle - 0.5) + 0.06 * np.cos(2 * angle + 0.6) + 0.03 * np.cos(5 * angle)
    return _MEAN_RADIUS * (1 + lobes)


def _shelf_width(angle: Field) -> Field:
    """Width of the ice shelves (m): one towards the Ross Sea, one towards the Weddell Sea."""
    ross = np.exp(-((_wrapped(angle - np.radians(-100)) / 0.30) ** 2))
    weddell = np.exp(-((_wrapped(angle - np.radians(150)) / 0.25) ** 2))
    return np.where(ross + weddell > 0.05, 4.5e5 * ross + 3.5e5 * weddell, 0.0)


def _wrapped(angle: Field) -> Field:
    """An angle brought to (-pi, pi] (rad)."""
    return np.arctan2(np.sin(angle), np.cos(angle))


def _inland(ratio: Field) -> Field:
    """0 at the margin, 1 inland: tapers what must vanish at the grounding line."""
    return np.clip((1 - ratio) / 0.25, 0, 1) ** 2 * (3 - 2 * np.clip((1 - ratio) / 0.25, 0, 1))


def flotation_base(surface: ArrayLike) -> Field:
    """Base (m) of floating columns whose surfaces are at these heights (m)."""
    return -np.asarray(surface, dtype=np.float64) * ICE_DENSITY / (OCEAN_DENSITY - ICE_DENSITY)
