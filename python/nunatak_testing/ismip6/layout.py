"""Layout of an archive: models, experiments, variables, and how each file is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nunatak.samples.file_style import TimeAxis

from .fields import ModelFields
from .flavour import FileFlavour
from .grids import ANTARCTICA, GREENLAND, IceSheet
from .variables import Ismip6Variable, chosen_variables

FIRST_YEAR = 2015

# fmt: off
_MODELS = [
    "AWI/PISM1", "CPOM/BISICLES", "DOE/MALI", "IMAU/IMAUICE1", "JPL1/ISSM", "LSCE/GRISLI2", "NCAR/CISM",
    "PIK/PISM2", "UCIJPL/ISSM", "UTAS/ElmerIce", "VUB/AISMPALEO", "VUW/PISM", "ULB/fETISh", "IMAU/IMAUICE2",
    "PIK/PISM1", "ILTS/SICOPOLIS1", "AWI/PISM2",
]
_GREENLAND_MODELS = [
    "BGC/BISICLES", "VUB/GISMHOM", "UAF/PISM1", "GSFC/ISSM", "MUN/GSM2601",
]
# fmt: on
_EXPERIMENTS = [
    "ctrl_proj_std",
    "hist_std",
    *(f"exp{number:02d}" for number in range(1, 14)),
    *(
        f"exp{group}{number}"
        for group, last in (("A", 8), ("B", 10), ("C", 12), ("D", 18))
        for number in range(1, last + 1)
    ),
]

_CLOCKS = (
    TimeAxis("days since 2015-01-01", "365_day", 2015, 365),
    TimeAxis("days since 2015-01-01 00:00:00", "noleap", 2015, 365),
    TimeAxis("days since 1850-01-01", "standard", 1850, None),
    TimeAxis("days since 2000-01-01", "360_day", 2000, 360),
    TimeAxis("days since 2005-1-1", "365_day", 2005, 365),
    TimeAxis("days since 1900-01-01 00:00:00", "proleptic_gregorian", 1900, None),
)
"""Clocks of sound files, model by model; the first is that of the protocol."""

_FLAVOURS = (
    FileFlavour(),
    FileFlavour(attributes_last=True),
    FileFlavour(chunks=(10, 191, 191), unlimited=False),
    FileFlavour("h5py", chunks=(20, 64, 64)),
    FileFlavour("h5py", chunks=(1, 128, 128), attributes_last=True),
    FileFlavour("h5py", latest=True, chunks=(5, 127, 127)),
    FileFlavour(chunks=(4, 191, 191), attributes_last=True),
    FileFlavour(),
    FileFlavour("h5py", latest=True, unlimited=False),
    FileFlavour(attributes_last=True, unlimited=False),
)
"""How the models' files are stored, model by model."""


@dataclass(frozen=True)
class ArchiveModel:
    """One model: who, where, on which grid, with which clock and in which files."""

    ice_sheet: IceSheet
    institution: str
    name: str
    spacing: int
    clock: TimeAxis
    flavour: FileFlavour

    @property
    def key(self) -> str:
        """Institution and model, as in the archive's path."""
        return f"{self.institution}/{self.name}"

    @property
    def axes(self) -> dict[str, NDArray[np.float64]]:
        """x and y (m)."""
        return self.ice_sheet.axes(self.spacing)


@dataclass(frozen=True)
class FilePlan:
    """One file before it is filled: its place, its flavour and the faults that it is to have."""

    model: ArchiveModel
    experiment: str
    experiment_number: int
    variable: Ismip6Variable
    flavour: FileFlavour
    defects: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """Institution, model and experiment."""
        return f"{self.model.key}/{self.experiment}"


@dataclass(frozen=True)
class ArchiveLayout:
    """Everything that decides what is in an archive but its faults."""

    models: tuple[ArchiveModel, ...]
    experiments: tuple[str, ...]
    variables: tuple[Ismip6Variable, ...]
    steps: int
    seed: int
    contiguous: int
    netcdf3: int
    files: int

    def fields(self, model: ArchiveModel) -> ModelFields:
        """The values of one model."""
        axes = model.axes
        return ModelFields(self.seed, model.key, axes["y"].size, axes["x"].size, self.steps)

    def years(self, experiment: str) -> tuple[int, ...]:
        """Nominal years: from 2015 on, or up to 2014 in a hindcast."""
        first = FIRST_YEAR - self.steps if experiment.startswith("hist") else FIRST_YEAR
        return tuple(range(first, first + self.steps))

    def plans(self) -> list[FilePlan]:
        """Every file, in the order of models, experiments and variables."""
        plans = [
            FilePlan(model, experiment, number, variable, model.flavour)
            for model in self.models
            for number, experiment in enumerate(self.experiments)
            for variable in self.variables
        ][: self.files]
        odd = iter(self._odd_flavours())
        stride = max(1, len(plans) // max(1, self.contiguous + self.netcdf3))
        for at in range(stride // 2, len(plans), stride):
            place = next(
                (i for i in range(at, min(at + stride, len(plans))) if not plans[i].variable.is_scalar), None
            )
            flavour = None if place is None else next(odd, None)
            if place is not None and flavour is not None:
                plan = plans[place]
                plans[place] = FilePlan(
                    plan.model, plan.experiment, plan.experiment_number, plan.variable, flavour
                )
        return plans

    def _odd_flavours(self) -> Iterator[FileFlavour]:
        """Contiguous and NetCDF-3 files in turn; of the latter classic with records, and 64-bit offset."""
        contiguous = [FileFlavour(layout="contiguous"), FileFlavour("h5py", layout="contiguous")]
        classic = [
            FileFlavour(container="NETCDF3_CLASSIC"),
            FileFlavour(container="NETCDF3_64BIT_OFFSET", unlimited=False),
        ]
        for turn in range(max(self.contiguous, self.netcdf3)):
            if turn < self.contiguous:
                yield contiguous[turn % 2]
            if turn < self.netcdf3:
                yield classic[turn % 2]


def archive_layout(
    *,
    models: int,
    greenland_models: int,
    experiments: int,
    variables: int,
    steps: int,
    spacings: tuple[int, ...],
    seed: int,
    contiguous: int | None,
    netcdf3: int | None,
    files: int | None,
) -> ArchiveLayout:
    """The layout of an archive; the first model has the first spacing, and so on, the last going on.

    Raises
    ------
    ValueError
        When there are not so many names, or not such a grid.
    """
    known = {"models": len(_MODELS) + greenland_models, "experiments": len(_EXPERIMENTS)}
    for name, count in (("models", models), ("experiments", experiments)):
        if not 1 <= count <= known[name]:
            raise ValueError(f"{name}={count}: pass 1 to {known[name]}")
    if not 0 <= greenland_models <= min(models, len(_GREENLAND_MODELS)):
        raise ValueError(
            f"greenland_models={greenland_models}: pass 0 to {min(models, len(_GREENLAND_MODELS))}"
        )
    if steps < 1 or not spacings:
        raise ValueError(f"steps={steps}, spacings={spacings}: pass at least one of each")
    antarctic = models - greenland_models
    names = [(ANTARCTICA, name) for name in _MODELS[:antarctic]]
    names += [(GREENLAND, name) for name in _GREENLAND_MODELS[:greenland_models]]
    written = tuple(_model(number, *name, spacings) for number, name in enumerate(names))
    total = len(written) * experiments * variables
    if files is not None and not 1 <= files <= total:
        raise ValueError(
            f"files={files}: {models} models x {experiments} experiments x {variables} variables are {total} "
            f"files; pass 1 to {total}, or larger numbers of these"
        )
    share = total * 24 // 1800
    return ArchiveLayout(
        written,
        tuple(_EXPERIMENTS[:experiments]),
        chosen_variables(variables),
        steps,
        seed,
        share if contiguous is None else contiguous,
        share if netcdf3 is None else netcdf3,
        total if files is None else files,
    )


def _model(number: int, ice_sheet: IceSheet, name: str, spacings: tuple[int, ...]) -> ArchiveModel:
    institution, model = name.split("/")
    spacing = spacings[min(number, len(spacings) - 1)]
    if ice_sheet is GREENLAND and spacing == 32:
        spacing = 20  # the coarsest grid there
    clock, flavour = _CLOCKS[number % len(_CLOCKS)], _FLAVOURS[number % len(_FLAVOURS)]
    return ArchiveModel(ice_sheet, institution, model, spacing, clock, flavour)
