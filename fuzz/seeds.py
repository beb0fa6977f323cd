"""Writes seeds below ``fuzz/corpus``: small files in all flavours, rule files, saved catalogs.

Run with the repository's Python: ``python fuzz/seeds.py``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parent
sys.path.insert(0, str(TOP.parent / "python"))

import nunatak as nk  # noqa: E402
from nunatak_testing.format_matrix import hdf5 as matrix_hdf5  # noqa: E402
from nunatak_testing.format_matrix import netcdf as matrix_netcdf  # noqa: E402
from nunatak_testing.ismip6 import write_ismip6_archive  # noqa: E402

LARGEST = 64 * 1024
"""What ``-max_len`` lets through."""


def files(folder: Path) -> Iterator[Path]:
    """A file for every case of the format matrix."""
    for name, case in [*matrix_hdf5.cases(), *matrix_netcdf.cases()]:
        path = folder / f"{name}.nc"
        case.create(path)
        yield path


def keep(target: str, name: str, content: bytes) -> None:
    """One seed, unless it is too long."""
    folder = TOP / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    if len(content) <= LARGEST:
        (folder / name).write_bytes(content)


def keep_saved(catalog: nk.Catalog, name: str, folder: Path) -> None:
    """A saved catalog."""
    path = folder / f"{name}.parquet"
    catalog.save(path)
    keep("catalog", name, path.read_bytes())


def main() -> None:
    """All seeds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in files(folder):
            content = path.read_bytes()
            keep("netcdf3" if content.startswith(b"CDF") else "hdf5", path.stem, content)
        archive = folder / "archive"
        write_ismip6_archive(
            archive, models=3, experiments=2, variables=6, steps=2, spacings=(32,), netcdf3=2
        )
        catalog = nk.open_catalog(archive, cache=False)
        keep_saved(catalog, "archive", folder)
        keep_saved(catalog.search(variable="lithk"), "one", folder)
    for path in (TOP.parent / "crates" / "nunatak-repair" / "rules").glob("*.toml"):
        text = path.read_text()
        keep("rules", path.stem, text.encode())
        for number, rule in enumerate(text.split("[[rule]]")[1:]):
            keep("rules", f"{path.stem}-{number}", f"[[rule]]{rule}".encode())


if __name__ == "__main__":
    main()
