"""Weights put together from two files, or cut: the error names the file and what does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

import nunatak as nk

SOURCE, TARGET = nk.latlon(30.0), nk.latlon(45.0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "sound.nc"
    nk.Regridder(SOURCE, TARGET).to_netcdf(path)
    return path


def write_other(sound: Path, path: Path, dim: str, name: str, values: np.ndarray) -> None:
    """The weights in another file, with other values of one variable, still along ``dim``."""
    shutil.copy(sound, path)
    with h5py.File(path, "r+") as file:
        del file[name]
        file.create_dataset(name, data=values).dims[0].attach_scale(file[dim])


@pytest.mark.parametrize("change", [-3, 5])
@pytest.mark.parametrize(
    ("dim", "name"),
    [("n_s", "row"), ("n_s", "col"), ("n_s", "S"), ("n_a", "area_a"), ("n_a", "xc_a"), ("n_b", "frac_b")],
)
def test_variables_of_another_length(sound: Path, tmp_path: Path, dim: str, name: str, change: int) -> None:
    path, values = tmp_path / "mixed.nc", xr.load_dataset(sound)[name].values
    write_other(sound, path, dim, name, np.resize(values, values.size + change))
    with pytest.raises(nk.NunatakError, match=rf"mixed\.nc: .*{values.size}") as one:
        nk.Regridder.from_netcdf(path, SOURCE, TARGET)
    assert name in str(one.value) or dim in str(one.value)
    with xr.open_dataset(path, engine="nunatak") as dataset:
        np.testing.assert_array_equal(dataset[name], np.resize(values, values.size + change))


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize(("dim", "name"), [("n_s", "S"), ("n_s", "row"), ("n_a", "area_a"), ("n_b", "yc_b")])
def test_variables_of_another_shape(sound: Path, tmp_path: Path, dim: str, name: str, columns: int) -> None:
    path, values = tmp_path / "wide.nc", xr.load_dataset(sound)[name].values
    write_other(sound, path, dim, name, np.repeat(values[:, None], columns, axis=1))
    with pytest.raises(nk.ArgumentError, match=rf"wide\.nc: {name} has the shape .* for each of {dim}"):
        nk.Regridder.from_netcdf(path, SOURCE, TARGET)


def test_more_weights_than_the_limit_are_refused(sound: Path) -> None:
    before = nk.file_limits()
    try:
        nk.file_limits(weights=10)
        with pytest.raises(
            nk.FormatError, match=r"sound\.nc: expected at most 10 weights, found \d+; .*weights="
        ):
            nk.Regridder.from_netcdf(sound, SOURCE, TARGET)
    finally:
        nk.file_limits(**before)


@pytest.mark.parametrize("kind", ["S4", h5py.string_dtype(), [("a", "<f4"), ("b", "<i2")]])
@pytest.mark.parametrize("name", ["S", "col", "yc_b"])
def test_what_is_no_number_is_named(sound: Path, tmp_path: Path, name: str, kind: Any) -> None:
    path = tmp_path / "odd.nc"
    shutil.copy(sound, path)
    with h5py.File(path, "r+") as file:
        size = file[name].size
        del file[name]
        file.create_dataset(name, (size,), kind)
    with pytest.raises(nk.ArgumentError, match=rf"odd\.nc: {name} holds .*, expected numbers"):
        nk.Regridder.from_netcdf(path, SOURCE, TARGET)
