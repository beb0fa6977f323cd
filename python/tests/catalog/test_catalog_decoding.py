"""CF packing and fill values: the values, types and attributes of xarray, bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from nunatak_testing.archives import ArchiveWriter, opened


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"]
PACKINGS: list[dict[str, Any]] = [
    {},
    {"missing_value": "own"},
    {"missing_value": "double"},
    {"scale_factor": np.float32(0.1)},
    {"scale_factor": np.float64(0.1), "missing_value": "own"},
    {"scale_factor": np.float32(0.1), "add_offset": np.float32(273.15)},
    {"scale_factor": np.float32(0.1), "add_offset": np.float32(273.15), "missing_value": "own"},
    {"scale_factor": np.float32(0.1), "add_offset": np.float64(273.15)},
    {"add_offset": np.float32(1.7), "missing_value": "own"},
    {"scale_factor": np.float64(0.1), "missing_value": np.float32(np.nan)},
    {"scale_factor": np.int16(3)},
    {"_Unsigned": "true"},
    {"_Unsigned": "false", "missing_value": "own"},
]


def _holds(dtype: str, attributes: dict[str, Any], fill: bool) -> bool:
    """Whether xarray can: it makes integers of integer scales, which hold neither NaN nor 1e20."""
    integer_scale = np.asarray(attributes.get("scale_factor", 0.0)).dtype.kind == "i"
    return not (integer_scale and (fill or dtype.startswith("f")))


CASES = [
    pytest.param(dtype, attributes, fill, id=f"{dtype}-{'+'.join(attributes) or 'plain'}-{fill}")
    for fill in (False, True)
    for attributes in PACKINGS
    for dtype in DTYPES
    if _holds(dtype, attributes, fill)
]


@pytest.mark.parametrize(("dtype", "attributes", "fill"), CASES)
@pytest.mark.filterwarnings("ignore::xarray.SerializationWarning", "ignore:invalid value:RuntimeWarning")
def test_values_are_those_of_xarray_bit_for_bit(
    archive: ArchiveWriter, dtype: str, attributes: dict[str, Any], fill: bool
) -> None:
    kind = np.dtype(dtype)
    if kind.kind == "f":
        values = np.array([0.0, 1.5, -2.25, 7.0, 1e20, np.nan, 3e-5, 100.0, -1e20], dtype)
    else:
        info = np.iinfo(kind)
        values = np.array([0, 1, 7, 100, info.min, info.max, info.max - 1, info.min + 1, 9], dtype)
    own = values[4]
    given: dict[str, Any] = {
        name: {"own": own, "double": np.float64(own)}.get(value, value) if isinstance(value, str) else value
        for name, value in attributes.items()
    }
    given = {name: attributes[name] if name == "_Unsigned" else value for name, value in given.items()}
    path = archive.write(
        "lithk",
        dimensions=("time", "x"),
        size=3,
        times=[365.0, 730.0, 1095.0],
        values=values.reshape(3, 3),
        dtype=dtype,
        fill=values[6] if fill else None,
        attributes=given,
    )
    node, _ = opened(archive, rules=None)
    with xr.open_dataset(path, engine="netcdf4") as reference:
        expected = reference["lithk"].load()
    found = node["lithk"]
    assert found.dtype == expected.dtype
    nan = np.isnan(expected.values) if expected.dtype.kind == "f" else np.zeros(expected.shape, bool)
    np.testing.assert_array_equal(np.isnan(found.values) if found.dtype.kind == "f" else nan, nan)
    assert found.values[~nan].tobytes() == expected.values[~nan].tobytes()
    assert found[1:, ::2].values[~nan[1:, ::2]].tobytes() == expected[1:, ::2].values[~nan[1:, ::2]].tobytes()
    # xarray warns of a NaN fill value of integers and drops it; the attributes are otherwise the same.
    assert set(found.attrs) == set(expected.attrs)
