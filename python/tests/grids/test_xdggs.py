"""HEALPix data between Nunatak and xdggs, which keeps their attributes in an index of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

xdggs = pytest.importorskip("xdggs")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"order": "ring"},
        {"ellipsoid": "sphere"},
        {"order": "ring", "ellipsoid": "sphere"},
        {"cells": np.array([3, 77, 500])},
    ],
)
def test_xdggs_decodes_our_cells_at_their_places(options: dict[str, Any]) -> None:
    source = nk.latlon(5.0)
    source = source.assign(v=(("lat", "lon"), np.broadcast_to(source.lat.values[:, None], (36, 72))))
    tree = nk.regrid(xr.DataTree.from_dict({"/a": source}), nk.healpix(3, **options), "bilinear")
    decoded = xdggs.decode(tree["a"].to_dataset().load())
    assert (decoded.dggs.grid_info.level, decoded.dggs.grid_info.indexing_scheme) == (
        3,
        options.get("order", "nested"),
    )
    np.testing.assert_allclose(decoded.v, decoded.dggs.cell_centers().latitude, atol=1e-6)


@pytest.mark.parametrize("scheme", ["nested", "ring"])
@pytest.mark.parametrize("ellipsoid", [None, "WGS84", "GRS80"])
def test_decoded_data_are_regridded_as_before(scheme: str, ellipsoid: str | None) -> None:
    attrs = {"grid_name": "healpix", "level": 4, "indexing_scheme": scheme}
    attrs |= {} if ellipsoid is None else {"ellipsoid": ellipsoid}
    values = np.random.default_rng(4).normal(size=3072)
    plain = xr.Dataset({"v": ("cells", values)}, {"cell_ids": ("cells", np.arange(3072), attrs)})
    decoded, target = xdggs.decode(plain), nk.latlon(15.0)
    expected = nk.regrid(plain, target).v
    for obj in (decoded, decoded.v, decoded.isel(cells=slice(None, None, -1))):
        found = nk.regrid(obj, target)
        np.testing.assert_allclose(
            found if isinstance(found, xr.DataArray) else found.v, expected, atol=1e-12
        )
    back = nk.regrid(expected, decoded)
    np.testing.assert_allclose(back, nk.regrid(expected, plain), atol=1e-12)
    assert xdggs.decode(back).dggs.grid_info.level == 4
