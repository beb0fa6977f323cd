"""Dimensions beside the grid: none is there twice in a result, and no field is left out without a word."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridError, NunatakWarning
from nunatak_testing import grid_families

POLAR = nk.grid(3031, spacing=500e3, bounds=(-2e6, -2e6, 2e6, 2e6))
GLOBE = nk.latlon(10.0)
MESH = grid_families.FAMILIES["ugrid"]()
COLLISIONS = {
    "x of a map": (GLOBE, ("lat", "lon"), POLAR, "x"),
    "y of a map": (GLOBE, ("lat", "lon"), POLAR, "y"),
    "cells of HEALPix": (GLOBE, ("lat", "lon"), nk.healpix(2), "cells"),
    "latitudes": (POLAR, ("y", "x"), nk.latlon(5.0), "lat"),
    "faces of a mesh": (GLOBE, ("lat", "lon"), MESH, nk.cell_area(MESH).dims[0]),
}


def field(grid: xr.Dataset, dims: tuple[str, str], dim: str) -> xr.Dataset:
    values = np.arange(4.0)[:, None, None] + np.zeros([grid.sizes[name] for name in dims])
    return grid.assign(v=((dim, *dims), values))


@pytest.mark.parametrize("name", COLLISIONS)
@pytest.mark.parametrize("kind", ["Dataset", "DataArray", "DataTree", "Dask", "passing", "coordinate"])
def test_a_dimension_of_the_target_is_refused_beside_the_grid(name: str, kind: str) -> None:
    grid, dims, target, dim = COLLISIONS[name]
    dataset = field(grid, dims, dim)
    beside = grid.assign(w=(dims, np.ones([grid.sizes[own] for own in dims])))
    data = {
        "Dataset": dataset,
        "DataArray": dataset.v,
        "DataTree": xr.DataTree.from_dict({"/model": dataset}),
        "Dask": dataset.chunk({dim: 1}),
        "passing": beside.assign(series=(dim, np.arange(4.0))),
        "coordinate": beside.assign_coords(label=(dim, list("abcd"))),
    }[kind]
    with pytest.raises(GridError, match=rf"'{dim}'.*rename"):
        nk.regrid(data, target)
    if kind == "Dataset":
        renamed = nk.regrid(dataset.rename({dim: "member"}), target, min_coverage=0).v
        np.testing.assert_allclose(
            renamed.max([own for own in renamed.dims if own != "member"]), np.arange(4.0)
        )


PROFILES = {
    "zonal means": (GLOBE, {"zonal": ("lat", np.arange(18.0)), "meridional": ("lon", np.arange(36))}),
    "zonal means over time": (GLOBE, {"zonal": (("time", "lat"), np.ones((2, 18)))}),
    "a count of a map": (POLAR, {"count": ("y", np.arange(9))}),
    "text": (POLAR, {"names": ("x", np.array(list("abcdefghi")))}),
}


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("as_tree", [False, True])
def test_what_runs_along_one_axis_alone_is_named(name: str, as_tree: bool) -> None:
    grid, profiles = PROFILES[name]
    dims = nk.cell_area(grid).dims
    dataset = grid.assign(
        {**profiles, "v": (dims, np.ones([grid.sizes[dim] for dim in dims])), "number": ((), 5)}
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = nk.regrid(xr.DataTree.from_dict({"/m": dataset}) if as_tree else dataset, nk.healpix(1))
    own = found["m"].to_dataset() if as_tree else found
    said = [str(warning.message) for warning in caught if issubclass(warning.category, NunatakWarning)]
    assert "number" in own and not set(profiles) & set(own.data_vars)
    assert [profile for profile in profiles if any(text.startswith(f"{profile} ") for text in said)] == list(
        profiles
    )


def test_what_describes_the_grid_is_left_behind_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for grid in (GLOBE, POLAR, *(make() for make in grid_families.FAMILIES.values())):
            areas = nk.cell_area(grid)
            nk.regrid(grid.assign(v=(areas.dims, np.ones(areas.shape))), nk.latlon(30.0), min_coverage=0)
