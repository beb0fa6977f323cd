"""Files that are odd in one place: the rest of them is read, and what is odd is named."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

import nunatak as nk


def opened(path: object, **options) -> tuple[xr.Dataset, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dataset = xr.open_dataset(path, engine="nunatak", **options)
    return dataset, [str(warning.message) for warning in caught]


BAD = {
    "text": ("scale_factor", "0.1 m"),
    "list": ("scale_factor", np.array([0.1, 0.2])),
    "empty": ("add_offset", np.array([], "f8")),
    "date": ("units", "days since the flood"),
    "calendar": ("calendar", "mayan"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("group", [None, "deeper/below"])
def test_a_bad_attribute_costs_its_variable_alone(tmp_path: Path, kind: str, group: str | None) -> None:
    path, (attribute, value) = tmp_path / "bad.h5", BAD[kind]
    with h5py.File(path, "w") as file:
        at = file if group is None else file.create_group(group)
        at["good"] = np.arange(3.0)
        at["bad"] = np.arange(3, dtype="i2")
        if kind == "calendar":
            at["bad"].attrs["units"] = "days since 2000-01-01"
        at["bad"].attrs[attribute] = value
        file["other/fine"] = np.arange(4.0)
    dataset, told = opened(path, group=group)
    np.testing.assert_array_equal(dataset.good.values, [0, 1, 2])
    assert any(path.name in text and "bad" in text for text in told)
    assert opened(path, group="other")[0].fine.size == 4
    without, told = opened(path, group=group, drop_variables=["bad"])
    assert list(without.variables) == ["good"] and told == []
    packed, _ = opened(path, group=group, mask_and_scale=False, decode_times=False)
    np.testing.assert_array_equal(packed.bad.values, [0, 1, 2])


@pytest.mark.parametrize("attribute", ["scale_factor", "add_offset"])
@pytest.mark.parametrize("kind", ["S3", h5py.string_dtype(), [("a", "<f4"), ("b", "<i2")]])
@pytest.mark.parametrize("number", [0.5, "0.5 m"])
def test_values_that_are_no_numbers_are_not_scaled(
    tmp_path: Path, attribute: str, kind: Any, number: float | str
) -> None:
    with h5py.File(tmp_path / "text.h5", "w") as file:
        file.create_dataset("odd", (2,), kind).attrs[attribute] = number
        file["sound"] = [1.0, 2.0]
    with pytest.warns(nk.UnreadableWarning, match="odd is left as the file has it"):
        tree = nk.open_datatree(tmp_path / "text.h5")
    assert tree["odd"].values.shape == (2,) and tree["odd"].attrs[attribute] == number
    np.testing.assert_array_equal(tree["sound"], [1.0, 2.0])


@pytest.mark.parametrize("length", [3, 4, 7])
def test_a_scale_of_another_length_is_none_of_the_axis(tmp_path: Path, length: int) -> None:
    path = tmp_path / "lengths.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(float(length))
        file["x"].make_scale("x")
        file["odd"] = np.arange(5.0)
        file["even"] = np.arange(float(length))
        file["field"] = np.ones((5, length))
        for name, at in (("odd", 0), ("even", 0), ("field", 1)):
            file[name].dims[at].attach_scale(file["x"])
        file["group/fine"] = np.arange(4.0)
    dataset, _ = opened(path)
    np.testing.assert_array_equal(dataset.odd.values, np.arange(5.0))
    assert dataset.even.dims == ("x",) and dataset.field.dims[1] == "x" and dataset.odd.dims != ("x",)
    assert nk.open_datatree(path)["group/fine"].size == 4


def test_an_axis_is_named_after_a_scale_without_values(tmp_path: Path) -> None:
    path = tmp_path / "null.h5"
    with h5py.File(path, "w") as file:
        for name, length in (("x", 3), ("y", 4)):
            file.create_dataset(name, shape=None, dtype=int).make_scale(name)
            file[f"along_{name}"] = np.arange(float(length))
            file[f"along_{name}"].dims[0].attach_scale(file[name])
        file["group/field"] = np.ones((4, 3))
        for at, name in enumerate("yx"):
            file["group/field"].dims[at].attach_scale(file[name])
        file["longer"] = np.arange(9.0)
        file["longer"].dims[0].attach_scale(file["x"])
    dataset, _ = opened(path)
    assert dataset.along_x.dims == ("x",) and dataset.along_y.dims == ("y",)
    assert opened(path, group="group")[0].field.dims == ("y", "x")
    assert dataset.longer.size == 9 and dataset.longer.dims != ("x",)


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
@pytest.mark.parametrize("chunks", [1, 2, 5])
def test_records_that_were_never_written_are_no_zeros(tmp_path: Path, dtype: str, chunks: int) -> None:
    path = tmp_path / "short.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", None)
        file.createDimension("x", 3)
        file.createVariable("long", "f4", ("time",))[:] = np.arange(5)
        options = {"fill_value": False, "chunksizes": (chunks, 3)}
        file.createVariable("short", dtype, ("time", "x"), **options)[0:2] = np.ones((2, 3))
        file.createVariable("filled", dtype, ("time", "x"), fill_value=7)[0:2] = np.ones((2, 3))
    dataset, _ = opened(path, mask_and_scale=False)
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        for name in ("short", "filled"):
            np.testing.assert_array_equal(dataset[name].values, file[name][:])
            np.testing.assert_array_equal(dataset[name][3:].values, file[name][3:])
            np.testing.assert_array_equal(dataset[name][1:4, 1].values, file[name][1:4, 1])


@pytest.mark.parametrize("choice", [True, False, {"v": False}, {"v": False, "w": True}, {"w": False}, {}])
def test_variables_are_unpacked_one_by_one(tmp_path: Path, choice: bool | dict[str, bool]) -> None:
    path = tmp_path / "packed.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", 4)
        for name in ("v", "w"):
            variable = file.createVariable(name, "i2", ("x",), fill_value=-1)
            variable.set_auto_maskandscale(False)
            variable.scale_factor = 0.5
            variable[:] = [2, 4, -1, 6]
        file.createVariable("t", "f8", ("x",), fill_value=-1.0)[:] = [0, 1, 2, 3]
        file["t"].units = "days since 2000-01-01"
    expected = xr.open_dataset(path, engine="netcdf4", mask_and_scale=choice)
    xr.testing.assert_equal(opened(path, mask_and_scale=choice)[0], expected)
    assert {name: values.dtype for name, values in opened(path, mask_and_scale=choice)[0].items()} == {
        name: values.dtype for name, values in expected.items()
    }
    xr.testing.assert_equal(nk.open_datatree(path, mask_and_scale=choice).to_dataset(), expected)


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.nc")
    with pytest.raises(nk.StoreError, match=r"pipe\.nc.*expected a file"):
        nk.open_datatree(tmp_path / "pipe.nc")
    assert "nunatak" not in str(
        xr.backends.plugins.list_engines()["nunatak"].guess_can_open(tmp_path / "pipe.nc")
    )
