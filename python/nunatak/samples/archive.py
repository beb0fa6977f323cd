"""Sample archive of model files, written as the community writes them, faults included."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray
from xarray.backends.netCDF4_ import NETCDF4_PYTHON_LOCK

from .fields import VARIABLES, model_fields
from .file_style import FileStyle
from .models import SampleModel, sample_models
from .projection import unproject
from .truth import Truth

Field = NDArray[np.float64]

_FIRST_YEAR = 2015
_STANDARD_NAMES = {
    "lithk": ("land_ice_thickness", "m"),
    "orog": ("surface_altitude", "m"),
    "topg": ("bedrock_altitude", "m"),
    "base": ("base_altitude", "m"),
    "sftgif": ("land_ice_area_fraction", "1"),
    "acabf": ("land_ice_surface_specific_mass_balance_flux", "kg m-2 s-1"),
}


@dataclass(frozen=True)
class Defect:
    """One planted fault: the file (relative to the archive), the repair rule's id, and what is wrong."""

    file: str
    rule: str
    what: str


@dataclass(frozen=True)
class Archive:
    """What was written.

    Attributes
    ----------
    path
        Top directory: INSTITUTION/MODEL/EXPERIMENT/variable_AIS_INSTITUTION_MODEL_EXPERIMENT.nc below it.
    truth
        The ice sheet that the models approximate.
    models
        The models, with their errors.
    files
        Paths of the files relative to `path`, sorted; one of them is empty (rule A4).
    defects
        Every planted fault.
    """

    path: Path
    truth: Truth
    models: tuple[SampleModel, ...]
    files: tuple[str, ...]
    defects: tuple[Defect, ...]

    @property
    def rules(self) -> dict[str, int]:
        """Number of files that call for each repair rule."""
        return dict(sorted(Counter(defect.rule for defect in self.defects).items()))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum((self.path / name).stat().st_size for name in self.files)


def write_archive(path: str | Path, *, years: int = 20, seed: int = 0) -> Archive:
    """Write six models on three grids (64, 32 and 16 km), two experiments and six variables each.

    Parameters
    ----------
    path
        Directory to write below; made when missing.
    years
        Nominal years, from 2015.
    seed
        Seed of the truth and of the models' errors: the same seed gives the same numbers.

    Returns
    -------
    Archive
        The files and every planted fault.

    Raises
    ------
    ValueError
        When `years` is below 3, which leaves no steps to recognise a calendar by.
    """
    if years < 3:
        raise ValueError(f"years={years}: an archive needs at least 3 years; pass years=3 or more")
    top, truth = Path(path), Truth(seed)
    nominal = np.arange(_FIRST_YEAR, _FIRST_YEAR + years)
    files: list[str] = []
    defects: list[Defect] = []
    for model in sample_models():
        for experiment in ("exp05", model.control):
            fields = model_fields(model, truth, experiment, nominal)
            for variable in VARIABLES:
                file = model.file_path(experiment, variable)
                _write_file(top / file, model, experiment, variable, fields, nominal)
                files.append(file)
                defects += [Defect(file, rule, what) for rule, what in model.planted(experiment, variable)]
    empty = _write_empty_file(top, next(model for model in sample_models() if model.institution == "ULB"))
    files.append(empty)
    defects.append(Defect(empty, "A4", "a file of no bytes"))
    return Archive(top, truth, sample_models(), tuple(sorted(files)), tuple(defects))


def _write_empty_file(top: Path, model: SampleModel) -> str:
    """The published archive holds one file of no bytes, of this variable of this model."""
    file = model.file_path("exp05", "xvelbase")
    (top / file).write_bytes(b"")
    return file


def _write_file(
    path: Path,
    model: SampleModel,
    experiment: str,
    variable: str,
    fields: dict[str, Field],
    years: NDArray[np.int64],
) -> None:
    """One variable of one run, in the model's style."""
    style = model.file_style(experiment, variable)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # The library may not be used by two threads at once, xarray's reads included.
    with NETCDF4_PYTHON_LOCK, netCDF4.Dataset(path, "w", format=style.container) as dataset:
        dataset.set_auto_maskandscale(False)
        dataset.title = "ISMIP6 Projections Antarctic model output"
        dataset.institution, dataset.model, dataset.experiment = model.institution, model.name, experiment
        dataset.Conventions = "CF-1.7"
        horizontal = ("x", "y") if style.transposed else ("y", "x")
        dataset.createDimension("time", years.size if style.contiguous else None)
        for name in horizontal:
            dataset.createDimension(name, model.axis.size)
        _write_time(dataset, style, variable, years)
        _write_coordinates(dataset, style, model)
        _write_data(dataset, style, variable, horizontal, _with_outside(style, variable, fields))


def _with_outside(style: FileStyle, variable: str, fields: dict[str, Field]) -> Field:
    """The variable's values with what this model writes outside the ice."""
    values = fields[variable]
    outside = netCDF4.default_fillvals["f4"] if style.declared_fill else style.outside
    if outside is None or variable in ("topg", "sftgif"):
        return values
    return np.where(fields["sftgif"] > 0, values, outside)


def _write_time(dataset: netCDF4.Dataset, style: FileStyle, variable: str, years: NDArray[np.int64]) -> None:
    """The time axis, stamped as a state or as an annual mean."""
    is_mean = variable == "acabf" and not style.flux_at_year_end
    values = style.time.flux(years) if is_mean else style.time.state(years)
    time = dataset.createVariable("time", "f8", ("time",))
    time.setncattr(style.units_attribute, style.time.units)
    if style.time.calendar is not None:
        time.calendar = style.time.calendar
    time.standard_name, time.axis = "time", "T"
    time[:] = values
    if style.single_precision_axes:
        _write_time_extras(dataset, style, years, is_mean)


def _write_time_extras(
    dataset: netCDF4.Dataset, style: FileStyle, years: NDArray[np.int64], is_mean: bool
) -> None:
    """Companions of time that are not data: `year`, and bounds of annual means."""
    dataset.createVariable("year", "f4", ("time",))[:] = years + (0.5 if is_mean else 1.0)
    if is_mean:
        dataset.createDimension("bnds", 2)
        dataset["time"].bounds = "time_bnds"
        edges = style.time.state(np.stack([years - 1, years], axis=1).ravel()).reshape(-1, 2)
        dataset.createVariable("time_bnds", "f8", ("time", "bnds"))[:] = edges


def _write_coordinates(dataset: netCDF4.Dataset, style: FileStyle, model: SampleModel) -> None:
    """Coordinates of the cells, as far as the model states them."""
    if style.coordinates == "x y":
        for name in ("x", "y"):
            axis = dataset.createVariable(name, "f4" if style.single_precision_axes else "f8", (name,))
            axis.units, axis.standard_name, axis.axis = "m", f"projection_{name}_coordinate", name.upper()
            axis[:] = model.axis
    if style.coordinates == "lat lon":
        x, y = np.meshgrid(model.axis, model.axis)
        for name, values in zip(("lon", "lat"), unproject(x, y), strict=True):
            quality = "degrees_east" if name == "lon" else "degrees_north"
            place = dataset.createVariable(
                name, "f4", ("y", "x"), compression="zlib", complevel=1, shuffle=True
            )
            place.units, place.standard_name = quality, {"lon": "longitude", "lat": "latitude"}[name]
            place[:] = values
    if style.single_precision_axes:
        mapping = dataset.createVariable("mapping", "i1", ())
        mapping.grid_mapping_name = "polar_stereographic"
        mapping.latitude_of_projection_origin, mapping.standard_parallel = -90.0, -71.0
        mapping.straight_vertical_longitude_from_pole = 0.0
        mapping.false_easting = mapping.false_northing = 0.0
        mapping.semi_major_axis, mapping.inverse_flattening = 6378137.0, 298.257223563


def _write_data(
    dataset: netCDF4.Dataset, style: FileStyle, variable: str, horizontal: tuple[str, str], values: Field
) -> None:
    """The variable itself, one chunk a record where the format has chunks."""
    storage: dict[str, Any] = {}
    if style.container == "NETCDF4" and style.contiguous:
        storage = {"contiguous": True}
    elif style.container == "NETCDF4":
        storage = {
            "compression": "zlib",
            "complevel": 2,
            "shuffle": True,
            "chunksizes": (1, *values.shape[1:]),
        }
    if style.declared_fill:
        storage["fill_value"] = np.float32(netCDF4.default_fillvals["f4"])
    data = dataset.createVariable(variable, "f8" if style.float64 else "f4", ("time", *horizontal), **storage)
    data.standard_name, data.units = _STANDARD_NAMES[variable]
    if style.single_precision_axes:
        data.grid_mapping = "mapping"
    if style.coordinates == "lat lon":
        data.coordinates = "lon lat"
    data[:] = values.swapaxes(1, 2) if style.transposed else values
