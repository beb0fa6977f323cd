"""Variables of real files against xarray with netCDF4: names, dimensions, types, attributes, bits."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr
from conftest import DATA

# One scalar file in twenty: they are all of one kind.
SCALARS = sorted((DATA / "ismip6" / "computed_scalars").glob("*/*/*/*.nc"))[::20]
GRIDS = sorted(path for path in (DATA / "ismip6").glob("*/*.nc"))
GRANULES = [
    DATA / "atl06" / "ATL06_20181014001049_02350102_003_01.h5",
    DATA / "atl06" / "processed_ATL06_20190613065109_11610303_002_01.h5",
]
OTHERS = sorted(
    path for folder in ("basins", "cryotempo", "altimetry_points") for path in (DATA / folder).glob("*")
)
FILES = [
    str(path.relative_to(DATA))
    for path in [*SCALARS, *GRIDS, *GRANULES, *OTHERS]
    if path.suffix in (".nc", ".h5")
]


def groups(file: netCDF4.Dataset | netCDF4.Group, path: str = "/") -> list[str]:
    below = [
        name for child in file.groups.values() for name in groups(child, f"{path.rstrip('/')}/{child.name}")
    ]
    return [path, *below]


def same(ours: xr.Variable, theirs: xr.Variable) -> bool:
    if theirs.dtype.kind == "O":
        return ours.dtype == theirs.dtype and bool(np.array_equal(ours.values, theirs.values))
    return ours.dtype == theirs.dtype and ours.values.tobytes() == theirs.values.tobytes()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FILES or ["none"])
def test_values_are_those_of_netcdf4_bit_for_bit(real_data: Path, name: str) -> None:
    path = real_data / name
    with netCDF4.Dataset(path) as file:
        paths = groups(file)
    # Times that xarray cannot decode; the catalog repairs those of the scalars.
    decode_times = not any(part in name for part in ("computed_scalars", "cryotempo"))
    every_theirs = xr.open_groups(path, engine="netcdf4", decode_times=decode_times)
    every_ours = xr.open_groups(path, engine="nunatak", decode_times=decode_times)
    assert set(every_ours) == set(every_theirs) == set(paths)
    # One group alone is what it is among the others.
    alone = xr.open_dataset(path, engine="nunatak", group=paths[-1], decode_times=decode_times)
    assert alone.identical(every_ours[paths[-1]])
    for group in paths:
        theirs, ours = every_theirs[group], every_ours[group]
        assert set(ours.variables) == set(theirs.variables)
        assert ours.attrs.keys() == theirs.attrs.keys()
        for variable in theirs.variables:
            expected, found = theirs[variable].variable, ours[variable].variable
            assert found.dims == expected.dims, f"{group}: {variable}"
            assert found.attrs.keys() == expected.attrs.keys(), f"{group}: {variable}"
            assert same(found, expected), f"{group}: {variable}"
