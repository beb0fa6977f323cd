"""Faults of the Greenland archive, which are in its files alone."""

from __future__ import annotations

import numpy as np

from ..content import FileContent
from . import fits
from .grid import add_places, drop_axes
from .record import Change, fault


def _nan_for_zero(content: FileContent, dtype: str) -> Change:
    """NaN outside the ice, and no fill value."""
    values = content.values().astype(dtype)
    content.replace_values(
        np.where((values == 0) | (values == content.data.fill_value), np.nan, values).astype(dtype)
    )
    content.data.fill_value, content.data.dtype = None, dtype
    return (
        "0 or the fill value outside the ice",
        f"NaN outside the ice, no fill value, {np.dtype(dtype).name}",
    )


_WITH_NAN = fits.greenland(fits.variables("lithk", "orog", "acabf"))


@fault("G1", "NaN outside the ice, no fill value", _WITH_NAN, rule="D1", exact="ice")
def _undeclared_nan(content: FileContent) -> Change:
    return _nan_for_zero(content, "f4")


@fault("G1.declared", "NaN outside the ice, as the fill value", _WITH_NAN, exact="ice")
def _declared_nan(content: FileContent) -> Change:
    sound, found = _nan_for_zero(content, "f4")
    content.data.fill_value = np.float32(np.nan)
    return sound, found.replace("no fill value", "declared")


@fault("G2", "topg without time", fits.greenland(fits.variables("topg")))
def _constant_bed(content: FileContent) -> Change:
    content.replace_values(content.values()[0])
    content.data.dimensions = ("y", "x")
    return "(time, y, x)", "(y, x)"


@fault("G3", "variable sfrgrf in the file of sftgrf", fits.greenland(fits.variables("sftgrf")))
def _misspelt(content: FileContent) -> Change:
    content.variables["sfrgrf"] = content.variables.pop("sftgrf")
    content.data_name = "sfrgrf"
    return "sftgrf", "sfrgrf"


@fault(
    "G4",
    "double precision, NaN outside the ice",
    fits.greenland(fits.variables("lithk", "orog", "sftgif", "sftgrf", "sftflf")),
    exact="ice",
)
def _double_nan(content: FileContent) -> Change:
    return _nan_for_zero(content, "f8")


@fault(
    "G5", "a mask a sixth of itself", fits.greenland(fits.variables("sftgif")), "reported", exact="nowhere"
)
def _sixth(content: FileContent) -> Change:
    content.replace_values(content.values() / np.float32(6))
    return "0 to 1", "0 to 1/6"


@fault(
    "G5.grounded",
    "a mask a thirty-sixth of itself",
    fits.greenland(fits.variables("sftgrf", "sftflf")),
    "reported",
    exact="nowhere",
)
def _thirty_sixth(content: FileContent) -> Change:
    content.replace_values(content.values() / np.float32(36))
    return "0 to 1", "0 to 1/36"


@fault(
    "G6",
    "the grounded fraction is all ice",
    fits.greenland(fits.variables("sftgrf")),
    "reported",
    exact="nowhere",
)
def _all_grounded(content: FileContent) -> Change:
    content.replace_values(np.round(content.values() > 0).astype(np.float32))
    return "sftgrf = sftgif - sftflf", "1 or 0"


@fault("G7", "resolution suffix in the file's name", fits.greenland(fits.projection))
def _suffix(content: FileContent) -> Change:
    sound = content.name
    content.name = f"{sound.removesuffix('.nc')}_05.nc"
    return sound, content.name


@fault(
    "G8",
    "the floating fraction is missing",
    fits.greenland(fits.variables("sftflf")),
    "reported",
    exact="nowhere",
)
def _no_floating(content: FileContent) -> Change:
    content.absent = True
    return content.name, "no file"


@fault("G11", "lat and lon with bounds instead of x and y", fits.greenland(fits.field), rule="B2")
def _places(content: FileContent) -> Change:
    add_places(content)
    drop_axes(content)
    return "x and y", "lat and lon (y, x) with bounds"


@fault("G12", "NetCDF-3 beside HDF5", fits.greenland(), rule="A8")
def _classic(content: FileContent) -> Change:
    content.flavour = content.flavour.but(writer="netCDF4", latest=False, container="NETCDF3_CLASSIC")
    return "HDF5", "NetCDF-3 classic"


@fault("G13", "`historical` for `hist`", fits.greenland(fits.experiments("hist_std")), scope="experiment")
def _historical(content: FileContent) -> Change:
    sound = content.experiment
    content.rename(experiment="historical")
    return sound, content.experiment


@fault(
    "G13.scenario",
    "an experiment by its climate model and scenario",
    fits.greenland(fits.experiments("exp05")),
    scope="experiment",
)
def _scenario(content: FileContent) -> Change:
    content.rename(experiment="MIROC5-rcp85_Rmed")
    return "exp05", content.experiment
