"""Addresses of files on this machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk


@pytest.mark.parametrize("name", ["with space", "Rügen", "run #1", "100%", "a%20b", "q?x", "plus+"])
def test_the_address_of_a_path_opens_what_the_path_opens(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "A/M/exp05/lithk_AIS_A_M_exp05.nc"
    path.parent.mkdir(parents=True)
    xr.Dataset({"lithk": ("x", [1.0, 2.0, 3.0])}).to_netcdf(path)
    for place in (path, path.as_uri(), path.as_uri().replace("file://", "file://localhost")):
        np.testing.assert_array_equal(xr.open_dataset(place, engine="nunatak").lithk.values, [1, 2, 3])
        np.testing.assert_array_equal(nk.open_datatree(place)["lithk"].values, [1, 2, 3])
    catalog = nk.open_catalog((tmp_path / name).as_uri(), cache=False)
    assert catalog.to_datatree()["A/M/exp05/lithk"].size == 3
    catalog.save(tmp_path / "own.parquet")
    assert len(nk.open_catalog((tmp_path / "own.parquet").as_uri())) == 1
    with pytest.raises(nk.NunatakError, match="elsewhere"):
        nk.open_datatree("file://elsewhere/a.nc")
