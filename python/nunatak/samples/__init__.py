"""Sample archives and granules with a planted truth, written as the community writes them.

`write_archive` makes an archive of model files with faults of the published one; `write_granules` makes
ICESat-2 ATL06 granules in their real layout, with noise drawn from the product's error model. Both are
drawn from a `Truth`, so that what an analysis finds can be held against what is there.

Needs netCDF4 and h5py: ``pip install nunatak[samples]``.
"""

from .archive import Archive, Defect, write_archive
from .granules import Granules, PlantedGranule, write_granules
from .measurement import PassError
from .models import SampleModel, sample_models
from .recovery import Recovery, recovery
from .truth import Truth

__all__ = [
    "Archive",
    "Defect",
    "Granules",
    "PassError",
    "PlantedGranule",
    "Recovery",
    "SampleModel",
    "Truth",
    "recovery",
    "sample_models",
    "write_archive",
    "write_granules",
]
