"""Archives of model output: what they hold, how they are repaired, checked, opened and exported."""

from nunatak.catalog.catalog import Catalog
from nunatak.catalog.check_report import CheckReport
from nunatak.catalog.exports import ExportReport
from nunatak.catalog.fixing import fix_ismip6
from nunatak.catalog.opening import open_catalog
from nunatak.catalog.repair_report import CatalogReport, rules
from nunatak.catalog.repair_rules import Rules

__all__ = [
    "Catalog",
    "CatalogReport",
    "CheckReport",
    "ExportReport",
    "Rules",
    "fix_ismip6",
    "open_catalog",
    "rules",
]
