"""Files of ours that are damaged on disk: made anew, or refused by name, and never read as something else."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.regridding.weight_files import read_weight_file
from nunatak_testing.archives import tiny_archive

BITS = 60
"""Turned one at a time, at random places of a file."""


def damaged(content: bytes, seed: int) -> list[bytes]:
    """The file cut short, empty, longer, and with single bits turned."""
    draw = random.Random(seed)
    found = [b"", content[: len(content) // 2], content[:-1], content + b"\0"]
    for _ in range(BITS):
        turned = bytearray(content)
        turned[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        found.append(bytes(turned))
    return found


def test_saved_catalogs_are_refused_by_name(tmp_path: Path) -> None:
    catalog = nk.open_catalog(tiny_archive(tmp_path / "archive"), cache=False)
    path = tmp_path / "saved.parquet"
    catalog.save(path)
    rows, sum_of_all, refused = catalog.df, _sum(catalog), 0
    for content in damaged(path.read_bytes(), 1):
        path.write_bytes(content)
        try:
            found = nk.open_catalog(path)
        except nk.NunatakError as error:
            assert "saved.parquet" in str(error)
            refused += 1
        else:
            assert found.df.equals(rows) and _sum(found) == sum_of_all
    assert refused > BITS // 4


def _sum(catalog: nk.Catalog) -> float:
    tree = catalog.to_datatree()
    return sum(float(node["lithk"].sum()) for node in tree.subtree if "lithk" in node.data_vars)


@pytest.mark.parametrize("form", ["esmf", "scrip"])
def test_weight_files_are_refused_by_name(form: Any, tmp_path: Path) -> None:
    source, target, path = nk.latlon(30.0), nk.latlon(20.0), tmp_path / "weights.nc"
    field = source.assign(v=(("lat", "lon"), np.random.default_rng(0).random((6, 12))))
    nk.Regridder(source, target).to_netcdf(path, form=form)
    expected, refused = nk.Regridder.from_netcdf(path, source, target)(field)["v"], 0
    for content in damaged(path.read_bytes(), 2):
        path.write_bytes(content)
        try:
            found = nk.Regridder.from_netcdf(path, source, target)(field)["v"]
        except nk.NunatakError as error:
            assert "weights.nc" in str(error)
            refused += 1
        else:
            np.testing.assert_array_equal(found, expected)
    assert refused >= BITS - 1


@pytest.mark.parametrize("how", ["in place by netCDF4", "in place by h5py", "written anew"])
def test_a_weight_file_that_was_changed_on_purpose_is_read(how: str, tmp_path: Path) -> None:
    source, target, path = nk.latlon(30.0), nk.latlon(20.0), tmp_path / "weights.nc"
    nk.Regridder(source, target).to_netcdf(path)
    before = read_weight_file(path).values
    if how == "written anew":
        file = xr.load_dataset(path, engine="netcdf4")
        file["S"] = 2 * file["S"]
        file.to_netcdf(path, engine="netcdf4")
    else:
        with netCDF4.Dataset(path, "r+") if "netCDF4" in how else h5py.File(path, "r+") as opened:
            opened["S"][:] = 2 * opened["S"][:]
    np.testing.assert_array_equal(read_weight_file(path).values, 2 * before)


def test_header_caches_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUNATAK_CACHE_DIR", str(tmp_path / "cache"))
    root = tiny_archive(tmp_path / "archive")
    for file in root.rglob("*.nc"):
        # Files that were just written may change within the clock's tick.
        os.utime(file, (1e9, 1e9))
    expected = _sum(nk.open_catalog(root))
    (cache,) = (tmp_path / "cache/headers").iterdir()
    sound = cache.read_bytes()
    for content in damaged(sound, 3)[::5]:
        cache.write_bytes(content)
        assert _sum(nk.open_catalog(root)) == expected
        again = cache.read_bytes()
        assert again == content or len(again) == len(sound)
