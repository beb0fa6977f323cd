"""Everything that writes a file, in two versions of different length, for tests of what is left of a file.

References of Kerchunk as parquet are a directory: its files together are one version.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import xarray as xr

import nunatak as nk
from nunatak._nunatak import run_program
from nunatak.errors import NunatakError
from nunatak.io.checked_files import read_checked, write_checked
from nunatak.regridding.weight_files import read_weight_file
from nunatak.report.html import Report
from nunatak_testing.archives import tiny_archive

__all__ = ["Writer", "all_writers"]

Write = Callable[[Path], object]


@dataclass(frozen=True)
class Writer:
    """A file that is written in two versions.

    ``read`` gives what tells a version from the other, and fails for a file that is not whole.
    """

    name: str
    file: str
    versions: tuple[Write, Write]
    read: Callable[[Path], object]


def all_writers(root: Path) -> list[Writer]:
    """Writers of results; ``root`` is for what they are made from."""
    whole = nk.open_catalog(tiny_archive(root / "archive", ("A", "B", "C", "D")), cache=False)
    catalogs = (whole, whole.search(institution="A"))
    small = (catalogs[1], catalogs[1].search(experiment="exp05"))
    checks = [catalog.check() for catalog in catalogs]
    tables = [nk.Regridder(nk.latlon(30.0), nk.latlon(spacing)) for spacing in (20.0, 36.0)]
    pages = [Report("Page", "lead " * count) for count in (1000, 2000)]
    return [
        Writer("report as HTML", "r.html", _both(checks, "to_html"), _page),
        Writer("report as JSON", "r.json", _both(checks, "to_json"), lambda path: _json(path)["files"]),
        Writer("HTML page", "p.html", _both(pages, "write"), _page),
        Writer("saved catalog", "c.parquet", _both(catalogs, "save"), _rows),
        Writer("chunk map", "m.parquet", _both(catalogs, "to_chunk_map"), _parquet),
        Writer("ESM collection", "e.json", _both(catalogs, "to_esm"), _description),
        Writer("Kerchunk", "k.json", _both(small, "to_kerchunk"), lambda path: len(_json(path)["refs"])),
        Writer("Kerchunk as parquet", "k.parquet", _both(small, "to_kerchunk"), _references),
        Writer("ESMF weights", "w.nc", _both(tables, "to_netcdf"), _weights),
        Writer("SCRIP weights", "s.nc", _both(tables, "to_netcdf", form="scrip"), _weights),
        Writer("kept weights", "k.weights", (_keep(b"1" * 5000), _keep(b"2" * 9000)), _kept),
        Writer("NetCDF of the program", "g.nc", _program(root), _values),
    ]


def _both(objects: Sequence[Any], method: str, **options: Any) -> tuple[Write, Write]:
    first, second = (partial(getattr(each, method), **options) for each in objects)
    return first, second


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> int:
    return len(nk.open_catalog(path))


def _description(path: Path) -> str:
    return _json(path)["description"]


def _page(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and text.rstrip().endswith("</html>")
    return len(text)


def _parquet(path: Path) -> int:
    import pandas as pd

    return len(pd.read_parquet(path))


def _references(path: Path) -> tuple[int, int]:
    """How many entries the metadata of a directory have, and how many variables have references in a file."""
    import pandas as pd

    metadata = _json(path / ".zmetadata")["metadata"]
    files = list(path.rglob("*.parq"))
    assert all(f"{file.parent.relative_to(path)}/.zarray" in metadata for file in files)
    assert all(len(pd.read_parquet(file, engine="fastparquet")) for file in files)
    return len(metadata), len(files)


def _weights(path: Path) -> int:
    return read_weight_file(path).values.size


def _keep(content: bytes) -> Write:
    return lambda path: write_checked(path, content)


def _kept(path: Path) -> bytes:
    content = read_checked(path)
    assert content is not None
    return content


def _program(root: Path) -> tuple[Write, Write]:
    grids = {spacing: root / f"grid{spacing:g}.nc" for spacing in (10.0, 20.0, 36.0)}
    for spacing, path in grids.items():
        nk.cell_area(nk.latlon(spacing)).to_dataset(name="area").to_netcdf(path)

    def run(spacing: float, path: Path) -> None:
        arguments = ["regrid", grids[10.0], path, "--grid", grids[spacing]]
        if run_program(["nunatak", *map(str, arguments)]) != 0:
            raise NunatakError(f"{path}: the program failed")

    return partial(run, 20.0), partial(run, 36.0)


def _values(path: Path) -> float:
    with xr.open_dataset(path, engine="nunatak") as file:
        return float(file["area"].sum())
