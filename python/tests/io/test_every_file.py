"""Every file there is, real and generated: raw values and attributes are those of netCDF4, exactly."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr
from conftest import DATA

from nunatak_testing.ismip6 import write_ismip6_archive

REAL = sorted(
    str(path.relative_to(DATA))
    for folder in ("ismip6", "atl06", "basins", "cryotempo", "altimetry_points")
    for path in (DATA / folder).rglob("*")
    if path.suffix in (".nc", ".h5")
)

# xr.open_groups takes decode_cf=False for nothing.
RAW: Any = dict.fromkeys(
    ("mask_and_scale", "decode_times", "decode_timedelta", "concat_characters", "decode_coords"), False
)


def groups(file: netCDF4.Dataset | netCDF4.Group) -> Iterator[netCDF4.Dataset | netCDF4.Group]:
    yield file
    for child in file.groups.values():
        yield from groups(child)


def attributes(owner: Any) -> dict[str, Any]:
    return {name: owner.getncattr(name) for name in owner.ncattrs()}


def is_same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    if {one.dtype.kind, other.dtype.kind} <= {"O", "U"}:
        return one.astype(object).tolist() == other.astype(object).tolist()
    exact = one.dtype.newbyteorder("=") == other.dtype.newbyteorder("=")
    return exact and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def check(path: Path) -> int:
    """Compare all that a file holds; the number of variables."""
    compared = 0
    with netCDF4.Dataset(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.set_auto_maskandscale(False)
        file.set_auto_chartostring(False)
        opened = xr.open_groups(path, engine="nunatak", **RAW)
        assert len(opened) == len(list(groups(file)))
        for group in groups(file):
            raw = opened[group.path]
            assert set(raw.variables) == set(group.variables), group.path
            theirs = attributes(group)
            assert raw.attrs.keys() == theirs.keys(), group.path
            assert all(is_same(raw.attrs[name], theirs[name]) for name in theirs), group.path
            for name, variable in group.variables.items():
                found, place = raw[name].variable, f"{path.name}{group.path}/{name}"
                assert found.dims == variable.dimensions, place
                assert is_same(found.values, variable[...]), place
                theirs, ours = attributes(variable), found.attrs | _fill(found)
                assert ours.keys() == theirs.keys(), place
                assert all(is_same(ours[entry], theirs[entry]) for entry in theirs), place
                compared += 1
    return compared


def _fill(variable: xr.Variable) -> dict[str, Any]:
    """What xarray's coders moved to the encoding."""
    moved = ("_FillValue", "least_significant_digit")
    return {name: variable.encoding[name] for name in moved if name in variable.encoding}


@pytest.mark.parametrize("name", REAL or ["none"])
def test_every_real_file(real_data: Path, name: str) -> None:
    assert check(real_data / name) > 0


def test_every_generated_file(tmp_path: Path) -> None:
    archive = write_ismip6_archive(
        tmp_path, models=6, experiments=8, variables=15, steps=5, spacings=(32,), defects="all"
    )
    paths = [archive.root / file.path for file in archive.files]
    readable = [path for path in paths if _is_a_file(path)]
    planted = {archive.root / defect.path for defect in archive.defects}
    assert set(paths) - set(readable) < planted, "empty, cut off, of another format"
    assert all(check(path) > 0 for path in readable)


def _is_a_file(path: Path) -> bool:
    try:
        netCDF4.Dataset(path).close()
    except OSError:
        return False
    return True
