"""The six models of the sample archive: their positions and errors, and how their files are written.

The faults are those of the published ISMIP6 Antarctic archive, each in the model that has it there. Three
are known there only from other models or not by name: the file names of UCIJPL/ISSM are glued in other
experiments, `unit` and month-day-year dates are not recorded by model, and the undeclared 1e20 is AWI's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .file_style import FileStyle, TimeAxis

HALF_WIDTH = 3_040_000.0
"""Half the side of the ISMIP6 Antarctic domain (m); nodes are the cell centres."""


@dataclass(frozen=True)
class SurfaceError:
    """Errors of a model's surface.

    Attributes
    ----------
    bias
        Mean error inland (m).
    spread, wavelength
        Standard deviation (m) and wavelength (m) of a smooth error.
    trend_factor
        Modelled over true rate of surface change in the projection.
    """

    bias: float
    spread: float
    wavelength: float
    trend_factor: float


@dataclass(frozen=True)
class SampleModel:
    """One model of the archive.

    Attributes
    ----------
    institution, name
        Directory names.
    spacing
        Grid spacing (m).
    error
        How its surface differs from the truth.
    style
        How its files are written; `exceptions` override it by (experiment, variable), "*" matching any.
    control
        Name of the control experiment's directory.
    file_token
        The model's name in file names, where it differs from the directory's.
    """

    institution: str
    name: str
    spacing: float
    error: SurfaceError
    style: FileStyle
    exceptions: tuple[tuple[str, str, FileStyle], ...] = ()
    control: str = "ctrl_proj_std"
    file_token: str | None = None

    @property
    def key(self) -> str:
        """Institution and model, as in the archive's path."""
        return f"{self.institution}/{self.name}"

    @property
    def axis(self) -> NDArray[np.float64]:
        """Cell centres along x, and along y (m)."""
        return np.linspace(-HALF_WIDTH, HALF_WIDTH, round(2 * HALF_WIDTH / self.spacing) + 1)

    def file_style(self, experiment: str, variable: str) -> FileStyle:
        """The style of one file: the first exception that fits, else the model's own style."""
        for of_experiment, of_variable, style in self.exceptions:
            if of_experiment in (experiment, "*") and of_variable in (variable, "*"):
                return style
        return self.style

    def file_path(self, experiment: str, variable: str) -> str:
        """Path of one file, relative to the archive."""
        glued = experiment if self.file_style(experiment, variable).glued_name else ""
        token = self.file_token or self.name
        return f"{self.key}/{experiment}/{glued}{variable}_AIS_{self.institution}_{token}_{experiment}.nc"

    def planted(self, experiment: str, variable: str) -> Iterator[tuple[str, str]]:
        """Repair rules that one file calls for, with what is wrong."""
        found = self.file_style(experiment, variable).planted(variable)
        if "_" in self.institution:
            found["A3"] = "the institution's name contains an underscore"
        if self.file_token:
            found["A2"] = f"the file name says {self.file_token}, the directory {self.name}"
        if experiment == "ctrl_proj":
            found["A7"] = "ctrl_proj where others write ctrl_proj_std"
        yield from sorted(found.items())


def sample_models() -> tuple[SampleModel, ...]:
    """The six models, in the order of the archive's paths."""
    return (_bisicles(), _mali(), _sicopolis(), _issm_jpl(), _issm_uci(), _fetish())


def _issm_jpl() -> SampleModel:
    time = TimeAxis("days since 2007-01-01", "noleap", epoch=2007, days_per_year=365)
    style = FileStyle(time, coordinates="none", flux_at_year_end=True)
    error = SurfaceError(-12.0, 18.0, 500e3, trend_factor=1.15)
    return SampleModel("JPL1", "ISSM", 32e3, error, style, control="ctrl_proj")


def _issm_uci() -> SampleModel:
    time = TimeAxis("days since 2005-01-01 00:00:00", "standard", epoch=2005, days_per_year=None)
    style = FileStyle(time, coordinates="none", flux_at_year_end=True, units_attribute="unit")
    american = TimeAxis("days since 01-01-2005", "standard", epoch=2005, days_per_year=None)
    glued = style.but(time=american, units_attribute="units", glued_name=True)
    error = SurfaceError(20.0, 25.0, 600e3, trend_factor=0.8)
    return SampleModel("UCIJPL", "ISSM", 32e3, error, style, (("exp05", "*", glued),))


def _fetish() -> SampleModel:
    time = TimeAxis("days since 2005-01-01", "standard", epoch=2005, days_per_year=360)
    style = FileStyle(time, coordinates="lat lon", flux_at_year_end=True)
    error = SurfaceError(8.0, 15.0, 350e3, trend_factor=1.0)
    thickness = ("*", "lithk", style.but(outside=0.1))
    return SampleModel("ULB", "fETISh_16km", 16e3, error, style, (thickness,), file_token="fETISh")


def _sicopolis() -> SampleModel:
    time = TimeAxis("days since 1990-01-01", "360_day", epoch=1990, days_per_year=360)
    style = FileStyle(time, contiguous=True, single_precision_axes=True, declared_fill=True)
    exceptions = (
        ("*", "lithk", style.but(container="NETCDF3_CLASSIC")),
        ("*", "orog", style.but(container="NETCDF3_64BIT_OFFSET")),
        ("*", "topg", style.but(container="NETCDF3_64BIT_DATA")),
        ("*", "base", style.but(container="NETCDF3_CLASSIC")),
    )
    error = SurfaceError(-25.0, 30.0, 800e3, trend_factor=0.6)
    return SampleModel("ILTS_PIK", "SICOPOLIS1", 64e3, error, style, exceptions)


def _bisicles() -> SampleModel:
    time = TimeAxis("days since 2015-01-01", None, epoch=2015, days_per_year=365)
    style = FileStyle(time, transposed=True, float64=True)
    error = SurfaceError(5.0, 12.0, 400e3, trend_factor=1.3)
    return SampleModel("CPOM", "BISICLES", 64e3, error, style)


def _mali() -> SampleModel:
    time = TimeAxis("days since 2005-01-01 00:00:00", "standard", epoch=2015, days_per_year=365)
    style = FileStyle(time)
    error = SurfaceError(15.0, 20.0, 450e3, trend_factor=0.9)
    balance = ("*", "acabf", style.but(outside=1e20))
    return SampleModel("DOE", "MALI", 32e3, error, style, (balance,))
