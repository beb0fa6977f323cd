"""Targets of x and y alone are on the map of the source, and ``target_crs=`` says otherwise."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridError

X = np.arange(-2400e3, 2401e3, 96e3)


def source(sheet: str = "AIS") -> xr.Dataset:
    grid = nk.ismip6_grid(sheet, 32e3 if sheet == "AIS" else 20e3)
    return grid.assign(v=(("y", "x"), grid.y.values[:, None] + 2 * grid.x.values[None, :]))


def bare(**attrs: str) -> xr.Dataset:
    scale = 1e3 if attrs else 1.0
    return xr.Dataset({"x": ("x", X / scale, attrs), "y": ("y", X / scale, attrs)})


TRUTH = X[:, None] + 2 * X[None, :]


@pytest.mark.parametrize(
    "target", [bare(), bare(units="km"), bare().assign(v=(("y", "x"), np.ones((X.size, X.size)))).v]
)
def test_a_target_without_a_system_is_on_the_map_of_the_source(target: xr.Dataset | xr.DataArray) -> None:
    data = source()
    tree = xr.DataTree.from_dict({"/a/b": data, "/c": data})
    found = [
        nk.regrid(data, target, "bilinear").v,
        nk.regrid(data.v, target, "bilinear"),
        nk.regrid(tree, target, "bilinear")["a/b"].v,
        nk.regrid(data.v.drop_vars("crs"), target, "bilinear", source="EPSG:3031"),
        nk.regrid(data.v.drop_vars(["x", "y", "crs"]), target, "bilinear", source=data.drop_vars("v")),
        nk.Regridder(data, target, "bilinear")(data.v),
    ]
    for own in found:
        np.testing.assert_allclose(own, TRUTH, atol=1e-3)
        assert own.crs.attrs["standard_parallel"] == -71.0


def test_numpys_mean_of_a_tree_runs_as_it_stands() -> None:
    x = np.arange(-3040e3, 3041e3, 160e3)
    tree = xr.DataTree.from_dict({"/model/exp": source()})
    found = nk.regrid(tree, target=xr.Dataset({"x": ("x", x), "y": ("y", x)}), func=np.mean)["model/exp"].v
    np.testing.assert_allclose(found[5:-5, 5:-5], (x[:, None] + 2 * x[None, :])[5:-5, 5:-5], atol=1e3)


def test_target_crs_wins() -> None:
    stated = nk.regrid(source(), bare(), "bilinear", target_crs="EPSG:3976")
    full = nk.regrid(source(), nk.grid(3976, spacing=96e3, bounds=(X[0], X[0], X[-1], X[-1])), "bilinear")
    np.testing.assert_array_equal(stated.v, full.v)
    own = nk.Regridder(source(), full, "bilinear", target_crs="EPSG:3031")(source().v)
    np.testing.assert_allclose(own, TRUTH, atol=1e-3)


def test_what_does_not_say_one_map_is_refused() -> None:
    degrees = nk.latlon(10.0).assign(v=(("lat", "lon"), np.ones((18, 36))))
    with pytest.raises(GridError, match="target_crs="):
        nk.regrid(degrees, bare())
    both = xr.DataTree.from_dict({"/a": source(), "/b": source("GrIS")})
    with pytest.raises(GridError, match="EPSG:3031, EPSG:3413; pass target_crs="):
        nk.regrid(both, bare())
