"""A file for every way of storing data: what is read equals what h5py, netCDF4 and xarray read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.format_matrix import hdf5 as matrix_hdf5, netcdf as matrix_netcdf

HDF5_CASES = dict(matrix_hdf5.cases())
NETCDF_CASES = dict(matrix_netcdf.cases())

INTERNAL = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_NCProperties"}


def opened(path: Path) -> tuple[xr.DataTree, set[str]]:
    """The raw content of a file, and what was left out with a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tree = xr.open_datatree(
            path,
            engine="nunatak",
            mask_and_scale=False,
            decode_times=False,
            decode_coords=False,
            concat_characters=False,
        )
    left_out = {
        str(warning.message).partition(f"{path}: ")[2].partition(" is left out")[0]
        for warning in caught
        if warning.category is nk.UnreadableWarning
    }
    return tree, left_out


def expected_attribute(value: Any) -> Any:
    """An attribute of h5py as NetCDF has it: lists of one are scalars, text is `str`."""
    if isinstance(value, h5py.Empty):
        return np.zeros(0, value.dtype)
    if isinstance(value, bytes):
        return value.decode().rstrip()
    if isinstance(value, str):
        return value
    value = np.asarray(value)
    if value.dtype.kind == "S":
        value = np.char.decode(value, "utf-8").astype(object)
    if value.shape == () and isinstance(value[()], np.ndarray):
        value = value[()]
    if value.dtype == object:
        value = np.vectorize(lambda text: text.decode() if isinstance(text, bytes) else text)(value).astype(
            object
        )
    if value.dtype.kind == "f" and value.dtype.itemsize == 2:
        value = value.astype("f4")
    if value.dtype == bool:
        value = value.astype("i1")
    return value[0] if value.shape == (1,) else value


def assert_equal_attributes(ours: dict[Any, Any], theirs: h5py.AttributeManager, left_out: set[str]) -> None:
    expected = {name: theirs[name] for name in theirs if name not in INTERNAL and name not in left_out}
    assert set(ours) == set(expected)
    for name, value in expected.items():
        wanted, found = expected_attribute(value), ours[name]
        if isinstance(wanted, str):
            assert found == wanted, name
            continue
        wanted = np.asarray(wanted)
        found = np.asarray(found, dtype=object) if wanted.dtype == object else np.asarray(found)
        assert found.shape == wanted.shape, name
        assert found.dtype == wanted.dtype.newbyteorder("="), name
        np.testing.assert_array_equal(found, wanted, err_msg=name)


def expected_values(dataset: h5py.Dataset) -> np.ndarray:
    """The values of a dataset in the type that they are given in."""
    kind = h5py.check_string_dtype(dataset.dtype)
    if kind is not None and kind.length != 1:
        texts = np.asarray(dataset.asstr()[()], dtype=object)
        return np.vectorize(str.rstrip, otypes=[object])(texts) if texts.size else texts
    values = np.asarray(dataset[()])
    if values.dtype == bool:
        return values.astype("i1")
    return values.astype("f4") if values.dtype.kind == "f" and values.dtype.itemsize == 2 else values


@pytest.mark.parametrize("name", HDF5_CASES)
def test_equals_h5py(tmp_path: Path, name: str) -> None:
    case, path = HDF5_CASES[name], tmp_path / "case.h5"
    case.create(path)
    tree, left_out = opened(path)
    assert left_out == case.left_out
    with h5py.File(path) as file:
        for node in tree.subtree:
            group = file[node.path]
            own = {object_.rpartition("@")[2] for object_ in left_out}
            assert_equal_attributes(node.attrs, group.attrs, own)
            datasets = {
                key
                for key in group
                if f"{node.path.rstrip('/')}/{key}" not in left_out and isinstance(group[key], h5py.Dataset)
            }
            variables = dict(node.to_dataset(inherit=False).variables)
            assert set(variables) == datasets
            for key, variable in variables.items():
                if key in case.unsupported:
                    with pytest.raises(nk.FormatError, match=rf"case\.h5: /{key}: .*{case.unsupported[key]}"):
                        variable.load()
                    continue
                wanted, found = expected_values(group[key]), variable.values
                if wanted.dtype == object:
                    found = found.astype(object)
                assert found.dtype == wanted.dtype.newbyteorder("="), key
                np.testing.assert_array_equal(found, wanted, err_msg=str(key))
                assert_equal_attributes(variable.attrs, group[key].attrs, own)


def test_an_external_link_names_its_target(tmp_path: Path) -> None:
    path = tmp_path / "links.h5"
    with h5py.File(path, "w") as file:
        file["here"] = np.arange(3)
        file["there"] = h5py.ExternalLink("lithk_AIS_ULB.h5", "/fields")
    with pytest.warns(nk.UnreadableWarning, match=r"/there is left out: .*`/fields`.*`lithk_AIS_ULB\.h5`"):
        dataset = xr.open_dataset(path, engine="nunatak")
    np.testing.assert_array_equal(dataset["here"], [0, 1, 2])
    with pytest.raises(nk.FormatError, match=r"/there: not supported: .*`lithk_AIS_ULB\.h5`"):
        xr.open_dataset(path, engine="nunatak", group="there")


ENGINES = {"NETCDF4": ["netcdf4", "h5netcdf"], "NETCDF4_CLASSIC": ["netcdf4", "h5netcdf"]}


@pytest.mark.filterwarnings("ignore::nunatak.UnreadableWarning", "ignore::xarray.SerializationWarning")
@pytest.mark.parametrize("decode", [False, True], ids=["raw", "decoded"])
@pytest.mark.parametrize("name", NETCDF_CASES)
def test_equals_xarray(tmp_path: Path, name: str, decode: bool) -> None:
    case, path = NETCDF_CASES[name], tmp_path / "case.nc"
    case.create(path)
    options = {} if decode else {"mask_and_scale": False, "decode_times": False, "decode_coords": False}
    for engine in ENGINES.get(case.file_format, ["netcdf4"]):
        if engine in case.unread_by:
            continue
        with (
            xr.open_datatree(path, engine=engine, **options) as theirs,
            xr.open_datatree(path, engine="nunatak", **options) as ours,
        ):
            xr.testing.assert_identical(ours.load(), theirs.load())
            for node in theirs.subtree:
                mine = ours[node.path].to_dataset(inherit=False)
                for key, variable in node.to_dataset(inherit=False).variables.items():
                    assert mine[key].dtype == variable.dtype.newbyteorder("="), (engine, key)
                    assert mine[key].values.tobytes() == variable.values.tobytes() or variable.dtype == object
                assert mine.encoding["unlimited_dims"] == node.encoding["unlimited_dims"]
