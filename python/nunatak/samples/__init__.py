"""Sample archives and granules with a planted truth, written as the community writes them.

`write_archive` makes a small archive of model files with faults of the published one, and `write_granules`
ICESat-2 ATL06 granules in their real layout, with noise drawn from the product's error model. Both are drawn
from a `Truth`, so that what an analysis finds can be held against what is there.

`write_ismip6_archive` makes archives of any size, with every known fault plantable in named files: for tests
and benchmarks of what opens and repairs them. ``python -m nunatak.samples`` does so from a terminal.

Needs netCDF4 and h5py: ``pip install nunatak[samples]``.
"""

from .archive import Archive, Defect, write_archive
from .granules import Granules, PlantedGranule, write_granules
from .ismip6 import FileFlavour, PlantedArchive, PlantedDefect, write_ismip6_archive
from .measurement import PassError
from .models import SampleModel, sample_models
from .recovery import Recovery, recovery
from .truth import Truth

__all__ = [
    "Archive",
    "Defect",
    "FileFlavour",
    "Granules",
    "PassError",
    "PlantedArchive",
    "PlantedDefect",
    "PlantedGranule",
    "Recovery",
    "SampleModel",
    "Truth",
    "recovery",
    "sample_models",
    "write_archive",
    "write_granules",
    "write_ismip6_archive",
]
