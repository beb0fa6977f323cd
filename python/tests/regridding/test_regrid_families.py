"""Regridding from every family to every other: a field on the target, however it is requested."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Grid
from nunatak.errors import GridError
from nunatak.grids.recognition import find_candidates, find_horizontal
from nunatak_testing import grid_families as families
from nunatak_testing.fresh_process import run_code

EVERY = sorted(families.FAMILIES)
WHOLE = ["esmf_mesh", "rectilinear", "rotated", "scrip", "ugrid"]
"""Families that cover the whole globe with cells that meet.

HEALPix cells are equal in area, and regridded as the quadrilaterals of their corners, which are not.
"""


def with_field(name: str) -> xr.Dataset:
    """A smooth field, ones, and a constant in time, on a grid of a family."""
    dataset = families.FAMILIES[name]()
    horizontal = find_horizontal(dataset)
    longitude, latitude = (np.radians(values) for values in horizontal.grid.centres())
    smooth = (2 + np.cos(latitude) ** 2 * np.cos(2 * longitude)).reshape(horizontal.grid.shape)
    attrs = {**horizontal.data_attrs, "units": "m"}
    fields = {"smooth": smooth, "ones": np.ones_like(smooth)}
    made = {key: xr.DataArray(values, dims=horizontal.dims, attrs=attrs) for key, values in fields.items()}
    made["twice"] = xr.concat([made["smooth"], 2 * made["smooth"]], "time", coords="minimal").assign_attrs(
        attrs
    )
    others = [key for key in dataset.data_vars if key not in find_candidates(dataset)[0].names]
    return dataset.drop_vars(others).assign(made)


def own_grid(name: str) -> Grid:
    return find_horizontal(families.FAMILIES[name]()).grid


def crs_of(name: str) -> str | None:
    return "EPSG:3031" if name == "issm" else None


@pytest.mark.parametrize("target", EVERY)
@pytest.mark.parametrize("source", EVERY)
def test_every_family_goes_to_every_other(source: str, target: str) -> None:
    dataset = with_field(source)
    result = nk.regrid(dataset, families.FAMILIES[target](), min_coverage=1e-9)
    found = find_horizontal(result, crs=crs_of(target))
    assert found.grid == own_grid(target)
    assert result.ones.dims == found.dims and result.twice.dims == ("time", *found.dims)
    ones = result.ones.values
    assert np.isfinite(ones).any()
    np.testing.assert_allclose(ones[np.isfinite(ones)], 1.0, atol=1e-12)
    np.testing.assert_array_equal(result.twice[1], 2 * result.twice[0])
    np.testing.assert_array_equal(result.twice[0], result.smooth)
    assert result.smooth.attrs["units"] == "m" and "grid_mapping" in result.smooth.attrs
    alone = nk.regrid(dataset, families.FAMILIES[target](), min_coverage=1e-9).smooth
    np.testing.assert_array_equal(alone, result.smooth)


@pytest.mark.parametrize("target", WHOLE)
@pytest.mark.parametrize("source", WHOLE)
def test_globes_conserve(source: str, target: str) -> None:
    dataset = with_field(source)
    result = nk.regrid(dataset, families.FAMILIES[target]())
    before = float((nk.cell_area(dataset) * dataset.smooth).sum())
    after = float((nk.cell_area(families.FAMILIES[target]()).values * result.smooth.values).sum())
    assert after == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize("target", EVERY)
@pytest.mark.parametrize("source", EVERY)
def test_memory_files_dask_and_trees_give_the_same_bits(source: str, target: str, tmp_path: Path) -> None:
    pytest.importorskip("dask")
    dataset, grid = with_field(source), families.FAMILIES[target]()
    expected = nk.regrid(dataset, grid).twice
    dataset.to_netcdf(tmp_path / "field.nc")
    with xr.open_dataset(tmp_path / "field.nc", engine="nunatak") as lazy:
        np.testing.assert_array_equal(nk.regrid(lazy, grid).twice, expected)
    chunked = nk.regrid(dataset.chunk(time=1), grid).twice
    assert chunked.chunks is not None
    np.testing.assert_array_equal(chunked, expected)
    tree = xr.DataTree.from_dict({"/model": dataset, "/other": with_field("rectilinear")})
    brought = nk.regrid(tree, grid)
    np.testing.assert_array_equal(brought["/model/twice"], expected)
    assert find_horizontal(brought["/other"].to_dataset()).grid == find_horizontal(grid).grid


_BITS = """
import hashlib, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
from nunatak_testing import grid_families as families
import nunatak as nk
from test_regrid_families import EVERY, with_field
targets = {target: families.FAMILIES[target]() for target in EVERY}
for source in EVERY:
    dataset = with_field(source).drop_vars(["smooth", "ones"])
    for target in EVERY:
        found = hashlib.sha256()
        for method in ("conservative", "conservative2", "bilinear", "nearest", "inverse_distance"):
            if (source, target) == ("issm", "scrip") and not method.startswith("conservative"):
                continue  # No centre of these large cells lies within the mesh.
            result = nk.regrid(dataset, targets[target], method, min_coverage=1e-9)
            found.update(result.twice.values.tobytes())
        print(source, target, found.hexdigest())
"""


def test_threads_do_not_change_the_bits_of_any_pair() -> None:
    def bits(threads: int) -> list[str]:
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        run = run_code(_BITS, Path(__file__).parent, environment=environment, timeout=600)
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()

    alone = bits(1)
    assert len(alone) == len(EVERY) ** 2
    assert bits(3) == alone


def test_data_on_faces_and_nodes_go_together() -> None:
    dataset = families.ugrid()
    attrs = {"mesh": "mesh2d", "location": "node"}
    dataset["bed"] = ("node", np.cos(np.radians(dataset.node_lat.values)), attrs)
    result = nk.regrid(dataset, nk.latlon(10.0))
    assert result.height.dims == result.bed.dims == ("lat", "lon")
    assert "mesh2d" not in result and "node_lon" not in result and "mesh" not in result.bed.attrs
    assert find_horizontal(result).grid == find_horizontal(nk.latlon(10.0)).grid


def test_an_array_without_its_mesh_takes_it_from_the_source() -> None:
    dataset = families.ugrid()
    grid = nk.latlon(10.0)
    expected = nk.regrid(dataset, grid).height
    np.testing.assert_array_equal(nk.regrid(dataset.height, grid, source=dataset), expected)
    np.testing.assert_array_equal(
        nk.regrid(dataset.height.drop_attrs().rename(face="cell"), grid, source=dataset), expected
    )
    with pytest.raises(GridError, match="does not fit the source grid"):
        nk.regrid(dataset.height.drop_attrs()[:-1], grid, source=dataset)


def test_groups_of_an_issm_file_are_on_its_mesh(tmp_path: Path) -> None:
    model = families.issm()
    tree = xr.DataTree.from_dict(
        {
            "/mesh": model[["x", "y", "elements", "epsg"]],
            "/geometry": model[["thickness"]],
            "/friction": model[["friction"]],
        }
    )
    tree.to_netcdf(tmp_path / "issm.nc")
    mesh = nk.open_mesh(tmp_path / "issm.nc")
    target = nk.grid("EPSG:3031", spacing=2e5, bounds=(-6e5, -6e5, 6e5, 6e5))
    result = nk.regrid(nk.open_datatree(tmp_path / "issm.nc")["geometry"], target, source=mesh)
    # A plane on the vertices; means over duals and cells keep it where neither meets the boundary.
    thickness = result["thickness"].values
    x, y = np.meshgrid(target.x, target.y)
    assert np.isfinite(thickness).all()
    np.testing.assert_allclose(thickness[1:-1, 1:-1], (x + 2 * y)[1:-1, 1:-1], atol=2.5e5)


def test_masks_and_regridders_take_cells_along_one_dimension() -> None:
    dataset, grid = with_field("healpix"), nk.latlon(10.0)
    mask = xr.DataArray(np.arange(dataset.sizes["cells"]) % 2 == 0, dims="cells")
    half = nk.regrid(dataset.smooth, grid, mask=mask, min_coverage=0.0)
    assert float(half.notnull().mean()) < 1.0 or not np.array_equal(half, nk.regrid(dataset.smooth, grid))
    regridder = nk.Regridder(dataset, grid)
    assert regridder.weights.shape == (18 * 36, 768)
    np.testing.assert_array_equal(regridder(dataset.smooth), nk.regrid(dataset.smooth, grid))
    with pytest.raises(GridError, match="is not on the source grid"):
        regridder(nk.regrid(dataset.smooth, nk.healpix(4)))
