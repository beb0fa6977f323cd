"""Exports of a small archive, and what a process that cannot import Nunatak reads from them."""

from __future__ import annotations

import importlib.util
import pickle
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

from nunatak.catalog import Catalog, open_catalog
from nunatak.catalog.exports import ExportReport
from nunatak_testing.archives import ArchiveWriter
from nunatak_testing.fresh_process import run_code

TIMES = 365.0 * np.arange(1, 7)

ISOLATED = """
import pickle, sys, warnings
sys.modules["nunatak"] = None  # an import of it fails
warnings.simplefilter("ignore")
code, out = sys.argv[1:]
space = {}
exec(code, space)
datasets = {node.path: node.to_dataset(inherit=False).load() for node in space["tree"].subtree}
with open(out, "wb") as file:
    pickle.dump(datasets, file)
"""


def needs(*packages: str) -> pytest.MarkDecorator:
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


icechunk_format = pytest.param("icechunk", marks=needs("icechunk", "zarr"))
kerchunk_format = pytest.param("kerchunk", marks=needs("zarr", "fsspec"))
both_formats = pytest.mark.parametrize("form", [icechunk_format, kerchunk_format])

Opened = Mapping[str, xr.Dataset]


def export(catalog: Catalog, form: str, path: Path) -> tuple[ExportReport, Opened]:
    """The export, and what another process reads from it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = (
            catalog.to_icechunk(path / "repository")
            if form == "icechunk"
            else catalog.to_kerchunk(path / "references.json")
        )
    return report, read_elsewhere(report, path)


def read_elsewhere(report: ExportReport, path: Path) -> Opened:
    out = path / "read.pickle"
    run_code(ISOLATED, report.opening, out, folder=path).check_returncode()
    return pickle.loads(out.read_bytes())


def assert_same_variable(own: xr.Variable, found: xr.Variable, where: str) -> None:
    assert own.dims == found.dims, where
    assert own.dtype == found.dtype.newbyteorder("="), where
    np.testing.assert_array_equal(own.values, found.values, err_msg=where)
    assert set(own.attrs) == set(found.attrs), where
    for name, value in own.attrs.items():
        assert np.all(np.asarray(value) == np.asarray(found.attrs[name])), f"{where}: {name}"


def archive_of(tmp_path: Path, write: Callable[[ArchiveWriter], object]) -> Catalog:
    writer = ArchiveWriter(tmp_path / "archive")
    write(writer)
    return open_catalog(writer.root, cache=False)


def row(report: ExportReport, variable: str) -> Any:
    return report.variables.set_index("variable").loc[variable]


def write_layouts(writer: ArchiveWriter) -> None:
    """One variable per layout, and one that has every year."""
    writer.write("orog", values=records(6, 1))
    chunked(writer, "lithk", records(4, 2), chunks=(1, 100, 191), compression="gzip", shuffle=True)
    chunked(writer, "base", records(4, 3), chunks=(2, 64, 64), compression="gzip", fletcher32=True)
    chunked(writer, "topg", records(4, 4), chunks=(3, 191, 191), compression="gzip")
    chunked(writer, "strbasemag", records(4, 5), chunks=None)
    chunked(writer, "xvelmean", records(4, 6).astype(">f4"), chunks=None)
    writer.write("yvelmean", times=TIMES[:4], values=records(4, 7), container="NETCDF3_CLASSIC")


def records(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 191, 191)).astype("f4")


def chunked(writer: ArchiveWriter, variable: str, values: np.ndarray, chunks: Any, **options: Any) -> None:
    """A file whose records are those of the first years."""
    path = writer.write(variable, times=TIMES[: len(values)], values=0)
    with h5py.File(path, "a") as file:
        old = file[variable]
        attributes = {name: old.attrs[name] for name in ("units",)}
        scales = [old.dims[axis][0].name for axis in range(3)]
        del file[variable]
        made = file.create_dataset(variable, data=values, chunks=chunks, **options)
        made.attrs.update(attributes)
        for axis, scale in enumerate(scales):
            made.dims[axis].attach_scale(file[scale])
