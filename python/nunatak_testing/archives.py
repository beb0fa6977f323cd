"""Small archives for tests: files without faults by default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import xarray as xr

from nunatak.catalog import Catalog, open_catalog

YEARS = 6
NODE = "JPL1/ISSM/exp05"


class ArchiveWriter:
    """Writes files of an archive, sound ones by default."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, variable: str, model: str = "JPL1/ISSM", experiment: str = "exp05") -> Path:
        institution, name = model.split("/")
        path = self.root / model / experiment / f"{variable}_AIS_{institution}_{name}_{experiment}.nc"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(
        self,
        variable: str,
        *,
        model: str = "JPL1/ISSM",
        experiment: str = "exp05",
        units: str = "days since 2015-01-01",
        calendar: str | None = "noleap",
        times: Any = None,
        time_attribute: str = "units",
        dimensions: tuple[str, ...] = ("time", "y", "x"),
        axes: str | None = "f8",
        size: int = 191,
        values: Any = None,
        dtype: str = "f4",
        fill: float | None = None,
        attributes: dict[str, Any] | None = None,
        container: Any = "NETCDF4",
        more: Callable[[netCDF4.Dataset], None] | None = None,
    ) -> Path:
        path = self.path(variable, model, experiment)
        times = 365.0 * np.arange(1, YEARS + 1) if times is None else np.asarray(times)
        with netCDF4.Dataset(path, "w", format=container) as file:
            file.set_auto_maskandscale(False)
            lengths = {"time": len(times)}
            for name in dimensions:
                file.createDimension(name, lengths.get(name, size))
            time = file.createVariable("time", times.dtype, ("time",))
            time.setncattr(time_attribute, units)
            if calendar is not None:
                time.calendar = calendar
            time[:] = times
            for name in [name for name in dimensions if name != "time" and axes is not None]:
                axis = file.createVariable(name, str(axes), (name,))
                axis.units = "m"
                axis[:] = np.linspace(-3040e3, 3040e3, size)
            data = file.createVariable(variable.split("_")[0], dtype, dimensions, fill_value=fill)
            shape = tuple(lengths.get(name, size) for name in dimensions)
            data.units = "m"
            data.setncatts(attributes or {})
            data[:] = np.arange(np.prod(shape)).reshape(shape) % 1000 if values is None else values
            if more is not None:
                more(file)
        return path


def dataset(tree: xr.DataTree, path: str = NODE) -> xr.Dataset:
    node = tree[path]
    assert isinstance(node, xr.DataTree)
    return node.to_dataset()


def opened(archive: ArchiveWriter, node: str = NODE, **options: Any) -> tuple[xr.Dataset, Catalog]:
    catalog = open_catalog(archive.root, **options)
    return dataset(catalog.to_datatree(), node), catalog


def repairs(variable: xr.DataArray) -> dict[str, tuple[str, str]]:
    return {
        repair["rule"]: (repair["before"], repair["after"])
        for repair in json.loads(variable.attrs.get("nunatak_repairs", "[]"))
    }


def stamps(node: xr.Dataset) -> list[str]:
    return [f"{stamp.year:04d}-{stamp.month:02d}-{stamp.day:02d}" for stamp in node.indexes["time"]]


def write_tiny_file(path: Path, calendar: str = "365_day") -> None:
    """A NetCDF-3 file of thickness: two years, 3 x 3 cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("time", None)
        for name in "yx":
            file.createDimension(name, 3)
            axis = file.createVariable(name, "f8", (name,))
            axis.units = "m"
            axis[:] = np.linspace(-3.04e6, 3.04e6, 3)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.calendar = "days since 2000-01-01", calendar
        time[:] = [5840.0, 6205.0]
        file.createVariable("lithk", "f4", ("time", "y", "x"))[:] = 1


def tiny_archive(root: Path, groups: tuple[str, ...] = ("A", "B")) -> Path:
    """Two experiments of one model a group."""
    for group in groups:
        for experiment in ("exp05", "exp06"):
            write_tiny_file(root / group / "M" / experiment / f"lithk_AIS_{group}_M_{experiment}.nc")
    return root
