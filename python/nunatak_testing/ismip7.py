"""A sound run of ISMIP7, written with netCDF4: an ice cap that is part grounded and part afloat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

FILL = netCDF4.default_fillvals["f4"]
YEARS = (2012, 2014)
GRID = np.arange(-3040e3, 3040e3 + 1, 32e3)
RUN = "AIS_VUW_PISM1_m001_CESM2-WACCM_f001_historical_C001_2012-2014"

VELOCITY = "land_ice_vertical_mean_x_velocity"
BALANCE = "land_ice_surface_specific_mass_balance_flux"
MELT = "land_ice_basal_specific_mass_balance_flux"
STANDARD_NAMES = {
    "lithk": ("land_ice_thickness", "m"),
    "orog": ("surface_altitude", "m"),
    "base": ("", "m"),
    "topg": ("bedrock_altitude", "m"),
    "sftgif": ("land_ice_area_fraction", "1"),
    "sftgrf": ("grounded_ice_sheet_area_fraction", "1"),
    "sftflf": ("floating_ice_shelf_area_fraction", "1"),
    "xvelmean": (VELOCITY, "m s-1"),
    "acabf": (BALANCE, "kg m-2 s-1"),
    "libmassbffl": (MELT, "kg m-2 s-1"),
}
FLUXES = ("acabf", "libmassbffl")


def geometry() -> dict[str, np.ndarray]:
    """Fields of one record that agree with each other; NaN where the data request wants them missing."""
    x, y = np.meshgrid(GRID, GRID)
    distance = np.hypot(x, y)
    grounded, ice = distance < 1500e3, distance < 2000e3
    floating = ice & ~grounded
    thickness = np.where(ice, 500.0 + 0.25 * np.floor((2000e3 - distance) / 1e3), 0.0)
    topg = np.where(distance < 1500e3, -100.0, -2000.0)
    base = np.where(grounded | ~ice, topg, -450.0)
    return {
        "lithk": thickness,
        "topg": topg,
        "base": np.where(ice, base, np.nan),
        "orog": np.where(ice, base + thickness, np.nan),
        "sftgif": ice * 1.0,
        "sftgrf": grounded * 1.0,
        "sftflf": floating * 1.0,
        "xvelmean": np.where(ice, 1e-6, np.nan),
        "acabf": np.full(ice.shape, 1e-5),
        "libmassbffl": np.where(floating, -1e-4, np.nan),
    }


def days(year: int, month: int = 1) -> float:
    """Days since 1850 of the first of a month."""
    return float((np.datetime64(f"{year}-{month:02d}-01") - np.datetime64("1850-01-01")).astype(int))


def write(
    root: Path,
    variable: str,
    *,
    name: str | None = None,
    values: np.ndarray | None = None,
    spoil: Callable[[netCDF4.Dataset], object] | None = None,
    fill: float | None = FILL,
    dtype: str = "f4",
    unlimited: bool = True,
    dimensions: tuple[str, ...] = ("time", "y", "x"),
) -> Path:
    """One sound file of the run, or one with what the options spoil."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / (name or f"{variable}_{RUN}.nc")
    years = range(YEARS[0], YEARS[1] + 1)
    with netCDF4.Dataset(path, "w") as file:
        file.setncatts(
            {
                "group": "VUW",
                "model": "PISM1",
                "contact_name": "N. N.",
                "contact_email": "n@n.org",
                "crs": "epsg:3031",
            }
        )
        file.createDimension("time", None if unlimited else len(years))
        time = file.createVariable("time", "f4", ("time",))
        time.setncatts({"units": "days since 1850-01-01 00:00:00", "calendar": "standard"})
        time[:] = [days(year, 7) if variable in FLUXES else days(year + 1) for year in years]
        if variable in FLUXES:
            file.createDimension("bnds", 2)
            time.bounds = "time_bnds"
            bounds = file.createVariable("time_bnds", "f8", ("time", "bnds"))
            bounds[:] = [[days(year), days(year + 1)] for year in years]
        for axis in ("x", "y"):
            file.createDimension(axis, len(GRID))
            coordinate = file.createVariable(axis, "f8", (axis,))
            coordinate.units = "m"
            coordinate[:] = GRID
        mapping = file.createVariable("mapping", "i4", ())
        mapping.grid_mapping_name = "polar_stereographic"
        data = file.createVariable(variable, dtype, dimensions, fill_value=fill, zlib=True)
        standard_name, units = STANDARD_NAMES[variable]
        data.setncatts({"units": units, "grid_mapping": "mapping"})
        if standard_name:
            data.standard_name = standard_name
        record = geometry()[variable] if values is None else values
        data.set_auto_maskandscale(False)
        data[:] = np.broadcast_to(np.where(np.isnan(record), FILL, record), (len(years), *record.shape))
        if spoil is not None:
            spoil(file)
    return path


def write_run(root: Path) -> dict[str, Path]:
    """All files of the run, by variable."""
    return {variable: write(root, variable) for variable in STANDARD_NAMES}


def attribute(name: str, value: Any, variable: str = "lithk") -> Callable[[netCDF4.Dataset], None]:
    """A change of one attribute of a variable."""
    return lambda file: file[variable].setncattr(name, value)
