"""The import of the package: it loads no room, and every public name is there when it is used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import nunatak as nk

ROOMS = [
    "catalog",
    "ensembles",
    "errors",
    "grids",
    "io",
    "points",
    "regridding",
    "report",
    "samples",
    "scores",
]


def printed(code: str) -> str:
    """What a new process prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_import_loads_no_room() -> None:
    loaded = printed("import sys, nunatak; print(*(name for name in sys.modules if 'nunatak' in name))")
    assert loaded == "nunatak"


def test_import_loads_no_large_package() -> None:
    names = "'xarray', 'pandas', 'numpy', 'dask', 'matplotlib', 'scipy'"
    assert printed(f"import sys, nunatak; print(*({{{names}}} & set(sys.modules)))") == ""


@pytest.mark.parametrize("name", nk.__all__)
def test_every_public_name_is_found(name: str) -> None:
    assert name in dir(nk)
    assert getattr(nk, name) is getattr(nk, name)


@pytest.mark.parametrize("name", ROOMS)
def test_rooms_are_attributes(name: str) -> None:
    assert getattr(nk, name) is import_module(f"nunatak.{name}")


def test_rooms_hide_no_function() -> None:
    import nunatak.regridding.dispatch

    assert callable(nk.regrid) and callable(nk.ensemble) and callable(nk.grid)
    assert nunatak.regridding.dispatch.regrid is nk.regrid


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'nunatak' has no attribute 'regrids'"):
        nk.regrids  # noqa: B018


@pytest.mark.parametrize(
    ("module", "name"), [("backend", "NunatakBackendEntrypoint"), ("exports", "ExportReport")]
)
def test_public_paths_of_earlier_versions_work(module: str, name: str) -> None:
    assert hasattr(import_module(f"nunatak.{module}"), name)


def test_planted_defects_are_found_in_the_source_tree() -> None:
    from nunatak import samples
    from nunatak_testing import ismip6

    assert samples.write_ismip6_archive is ismip6.write_ismip6_archive
