"""Searches by any characters, caches that are never stale, and single files."""

from __future__ import annotations

import os
from pathlib import Path

import netCDF4
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.archives import tiny_archive, write_tiny_file
from nunatak_testing.fresh_process import run_code


@pytest.mark.parametrize("name", ["br[a]", "a*", "what?", "[!x]", "plain"])
def test_a_value_finds_its_own_rows(tmp_path: Path, name: str) -> None:
    catalog = nk.open_catalog(tiny_archive(tmp_path, (name, "bra", "ab", "whats")), cache=False)
    assert set(catalog.search(institution=name).df.institution) == {name}
    assert set(catalog.search(institution=[name, "b*"]).df.institution) >= {name, "bra"}
    path = catalog.df.path[0]
    assert list(catalog.search(path=path).df.path) == [path]


@pytest.mark.skipif(os.name != "posix", reason="numbers that the system counts of inodes")
@pytest.mark.parametrize("how", ["replaced", "overwritten"])
def test_other_content_of_the_same_size_and_time_is_seen(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUNATAK_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "archive/A/M/exp05/lithk_AIS_A_M_exp05.nc"
    write_tiny_file(path)
    os.utime(path, (1e9, 1e9))

    def first_date() -> str:
        return str(nk.open_catalog(tmp_path / "archive").to_datatree()["A/M/exp05"]["time"].values[0])[:10]

    assert first_date() == first_date() == "2016-01-01"
    content = path.read_bytes().replace(b"365_day", b"360_day")
    if how == "replaced":
        other = tmp_path / "other.nc"
        other.write_bytes(content)
        os.utime(other, (1e9, 1e9))
        other.replace(path)
    else:
        path.write_bytes(content)
        os.utime(path, (1e9, 1e9))
    assert first_date() == "2016-03-21"


@pytest.mark.parametrize("value", ["", "cache", "./cache"])
def test_cache_folders_that_are_no_folders_are_ignored(tmp_path: Path, value: str) -> None:
    root, here, home = tiny_archive(tmp_path / "archive"), tmp_path / "here", tmp_path / "home"
    here.mkdir(), home.mkdir()
    for path in root.rglob("*.nc"):
        os.utime(path, (1e9, 1e9))
    environment = {name: text for name, text in os.environ.items() if name != "NUNATAK_CACHE_DIR"}
    environment |= {"XDG_CACHE_HOME": value, "HOME": str(home), "NUNATAK_CACHE_DIR": ""}
    code = "import sys, nunatak as nk; nk.open_catalog(sys.argv[1]).to_datatree()"
    run_code(code, root, folder=here, environment=environment).check_returncode()
    assert list(here.iterdir()) == [] and (home / ".cache" / "nunatak").is_dir()


def test_one_file_is_fixed_as_its_catalog_fixes_it(tmp_path: Path) -> None:
    path = tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc"
    write_tiny_file(path)
    with netCDF4.Dataset(path, "a") as file:
        file["time"].calendar = "365_days"
    own = nk.open_catalog(tmp_path, cache=False).to_datatree()["A/M/exp05"].to_dataset()
    for chunks in (None, {}):
        raw = xr.open_dataset(path, decode_times=False, chunks=chunks)
        fixed = nk.fix_ismip6(raw)
        xr.testing.assert_identical(fixed.drop_attrs(), own.drop_attrs())
        assert fixed.lithk.attrs == own.lithk.attrs and (fixed.lithk.chunks is None) == (chunks is None)
        assert fixed.encoding["source"] == str(path)
        xr.testing.assert_identical(nk.fix_ismip6(fixed), fixed)
    for wrong, told in ((xr.Dataset(), "encoding"), (raw.lithk, "Dataset"), (None, "Dataset")):
        with pytest.raises(nk.ArgumentError, match=told):
            nk.fix_ismip6(wrong)  # type: ignore[arg-type]
