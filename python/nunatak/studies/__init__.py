"""Four comparisons with published data, on one page: ``python -m nunatak.studies DATA``.

ICESat-2 in West Greenland against the 16 km surface of BedMachine, a track across Antarctica against its
32 km surface, the mass change of 2003 to 2019 against a model of constant thickness, and 16 models of ISMIP6
against IMBIE. The data folder holds what the page cites, in the folders that ``docs/report.md`` lists.
"""

from nunatak.studies.page import studies_page

__all__ = ["studies_page"]
