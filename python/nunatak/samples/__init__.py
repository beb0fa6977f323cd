"""Sample archives and granules with a planted truth, written as the community writes them.

`write_archive` makes a small archive of model files with faults of the published one, and `write_granules`
ICESat-2 ATL06 granules in their real layout, with noise drawn from the product's error model. Both are drawn
from a `Truth`, so that what an analysis finds can be held against what is there.

`campaign` draws altimetry of a region over surfaces of many kinds, with errors that are known, so that a
stated uncertainty can be held against the error there is.

Archives of any size with every known fault planted in named files, for tests and benchmarks, are written by
``nunatak_testing.ismip6``, which is part of the source tree but not of the wheel. Where it can be imported,
`write_ismip6_archive` is here, too.

Needs netCDF4 and h5py: ``pip install nunatak[samples]``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .archive import Archive, Defect, write_archive
from .campaigns import SURFACES, Campaign, Faults, GeolocationErrors, Noise, campaign
from .granules import Granules, PlantedGranule, write_granules
from .measurement import PassError
from .models import SampleModel, sample_models
from .recovery import Recovery, recovery
from .truth import Truth

__all__ = [
    "SURFACES",
    "Archive",
    "Campaign",
    "Defect",
    "Faults",
    "GeolocationErrors",
    "Granules",
    "Noise",
    "PassError",
    "PlantedGranule",
    "Recovery",
    "SampleModel",
    "Truth",
    "campaign",
    "recovery",
    "sample_models",
    "write_archive",
    "write_granules",
]

_OF_THE_SOURCE_TREE = ("FileFlavour", "PlantedArchive", "PlantedDefect", "write_ismip6_archive")


def __getattr__(name: str) -> Any:
    if name not in _OF_THE_SOURCE_TREE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module("nunatak_testing.ismip6"), name)
    except ModuleNotFoundError as error:
        raise AttributeError(
            f"{__name__}.{name}: nunatak_testing is not in the wheel; put the source tree on the path"
        ) from error
