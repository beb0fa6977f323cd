"""Faults of group A: files and their names."""

from __future__ import annotations

from ..content import FileContent
from . import fits
from .record import Change, fault


@fault("A1", "experiment glued to the variable in the file name", fits.projection)
def _glued(content: FileContent) -> Change:
    sound = content.name
    content.name = content.experiment + sound
    return sound, content.name


@fault("A2", "directory has a resolution that the file name lacks", fits.any_file)
def _resolution_in_directory(content: FileContent) -> Change:
    name = content.model
    content.model = f"{name}_16km"
    content.directories[1] = content.model
    return f"file name and directory say {name}", f"the directory says {content.model}"


@fault("A3", "institution with an underscore", fits.any_file)
def _underscore(content: FileContent) -> Change:
    sound = content.institution
    content.rename(institution=f"ILTS_{sound}")
    return sound, content.institution


@fault("A4", "file of 0 bytes", fits.any_file, "reported", exact="nowhere")
def _empty(content: FileContent) -> Change:
    content.verbatim = b""
    return "a NetCDF file", "0 bytes"


@fault("A4.corrupt", "not a NetCDF file at all", fits.any_file, "reported", rule=None, exact="nowhere")
def _corrupt(content: FileContent) -> Change:
    content.verbatim = b"<html><body>503 Service Unavailable</body></html>\n" * 40
    return "a NetCDF file", "an HTML page"


@fault(
    "A4.truncated",
    "the second half of the file is missing",
    fits.field,
    "reported",
    rule=None,
    exact="nowhere",
)
def _truncated(content: FileContent) -> Change:
    content.truncated = True
    return "a whole file", "its first half"


@fault("A5", "no data variable", fits.field, "reported", exact="nowhere")
def _no_data(content: FileContent) -> Change:
    del content.variables[content.data_name]
    content.chunks = None
    return f"variable {content.data_name}", "coordinates alone"


@fault("A6", "resolution suffix in the experiment's name", fits.projection, "read", rule=None)
def _resolution_in_experiment(content: FileContent) -> Change:
    sound = content.experiment
    content.rename(experiment=f"{sound}_08")
    return sound, content.experiment


@fault("A6.nested", "experiment in a folder of another experiment", fits.projection, "read", rule=None)
def _nested(content: FileContent) -> Change:
    outer = content.experiment
    sound = content.path
    content.rename(experiment=f"{outer}_08")
    content.directories.insert(2, outer)
    return sound, content.path


@fault(
    "A7",
    "`ctrl_proj` or `hist` for `ctrl_proj_std` or `hist_std`",
    fits.experiments("ctrl_proj_std", "hist_std"),
    scope="experiment",
)
def _short_experiment(content: FileContent) -> Change:
    sound = content.experiment
    content.rename(experiment=sound.removesuffix("_std"))
    return sound, content.experiment


@fault("A8", "NetCDF-3 classic beside HDF5", fits.any_file)
def _classic(content: FileContent) -> Change:
    content.flavour = content.flavour.but(writer="netCDF4", latest=False, container="NETCDF3_CLASSIC")
    return "HDF5", "NetCDF-3 classic"


@fault("A8.offset", "NetCDF-3 with 64-bit offsets beside HDF5", fits.any_file)
def _offset(content: FileContent) -> Change:
    content.flavour = content.flavour.but(
        writer="netCDF4", latest=False, container="NETCDF3_64BIT_OFFSET", unlimited=False
    )
    return "HDF5", "NetCDF-3, 64-bit offset"


@fault("A9", "title of the other ice sheet", fits.antarctic_field)
def _title(content: FileContent) -> Change:
    sound = content.attributes["title"]
    content.attributes["title"] = "ISMIP6 Projections Greenland model output"
    return sound, content.attributes["title"]


@fault("A10", "no Conventions; x and y without attributes", fits.field)
def _bare(content: FileContent) -> Change:
    content.attributes = {"info": "written by the model", "history": "none", "meshName": "dx_0"}
    for name in ("x", "y"):
        content.variables[name].attributes = {}
    return "CF-1.7", "info, history and meshName"


@fault(
    "D5",
    "a variable of the data request is missing",
    fits.variables("libmassbfgr"),
    "reported",
    exact="nowhere",
)
def _no_variable(content: FileContent) -> Change:
    content.absent = True
    return content.name, "no file"


@fault(
    "D7",
    "grounded or floating area is missing",
    fits.variables("iareagr", "iareafl"),
    "reported",
    exact="nowhere",
)
def _no_area(content: FileContent) -> Change:
    content.absent = True
    return content.name, "no file"
