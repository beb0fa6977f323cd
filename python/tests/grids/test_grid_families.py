"""Grids of every family: recognised, measured, and kept through files."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import healpy
import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError, GridWarning
from nunatak.grids.recognition import find_candidates, find_horizontal
from nunatak.regridding.target import RegridTarget
from nunatak_testing import grid_families as families

WGS84_AREA = 510_065_621_724_088.4  # m2: 2 pi a^2 (1 + (1 - e^2) / e atanh e)
GLOBES = ("rectilinear", "rotated", "healpix", "ugrid", "scrip", "esmf_mesh")
EVERY = sorted(families.FAMILIES)


@pytest.mark.parametrize("name", GLOBES)
def test_cells_of_a_globe_have_the_area_of_the_ellipsoid(name: str) -> None:
    assert float(nk.cell_area(families.FAMILIES[name]()).sum()) == pytest.approx(WGS84_AREA, rel=1e-12)


def test_every_place_of_a_dataset_covers_the_same_ground() -> None:
    for make in (families.ugrid, families.mpas, families.esmf_mesh, families.issm):
        totals = [place.build(None).grid.cell_areas().sum() for place in find_candidates(make())]
        assert len(totals) == 2
        # The median dual of triangles on the sphere meets their edges in the middle.
        np.testing.assert_allclose(totals[0], totals[1], rtol=1e-12)


@pytest.mark.parametrize("name", EVERY)
def test_areas_and_centres_have_the_shape_of_a_field(name: str) -> None:
    dataset = families.FAMILIES[name]()
    horizontal = find_horizontal(dataset)
    area = nk.cell_area(dataset)
    assert area.dims == horizontal.dims and area.shape == horizontal.grid.shape
    assert area.shape == tuple(dataset.sizes[dim] for dim in horizontal.dims)
    assert float(area.min()) > 0
    assert all(values.size == area.size for values in horizontal.grid.centres())


@pytest.mark.parametrize("name", EVERY)
def test_grids_are_equal_hashed_and_pickled_by_content(name: str) -> None:
    one, other = (find_horizontal(families.FAMILIES[name]()).grid for _ in range(2))
    assert one is not other and one == other and hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
    different = [find_horizontal(families.FAMILIES[other]()).grid for other in EVERY if other != name]
    assert one not in different and one.is_same(other)


def test_a_pickled_mesh_is_bytes() -> None:
    grid = find_horizontal(families.esmf_mesh()).grid
    nodes, corners = len(grid.nodes[0]), len(grid.faces[1])
    assert len(pickle.dumps(grid)) < 16 * nodes + 3 * corners + 3 * grid.shape[0] + 200


def test_healpix_cells_are_healpys() -> None:
    for order in ("nested", "ring"):
        for level in (0, 1, 5):
            side, nest = 2**level, order == "nested"
            dataset = nk.healpix(level, order=order, ellipsoid="sphere")
            grid = find_horizontal(dataset).grid
            pixels = np.arange(healpy.nside2npix(side))
            longitude, latitude = grid.centres()
            expected = healpy.pix2ang(side, pixels, nest=nest, lonlat=True)
            np.testing.assert_allclose(latitude, expected[1], atol=1e-12)
            np.testing.assert_allclose((longitude - expected[0] + 180) % 360, 180, atol=1e-11)
            radius = float(dataset.crs.semi_major_axis)
            np.testing.assert_allclose(
                nk.cell_area(dataset), healpy.nside2pixarea(side) * radius**2, rtol=1e-14
            )


def test_healpix_on_wgs84_has_geodetic_latitudes() -> None:
    sphere, ellipsoid = (find_horizontal(nk.healpix(4, ellipsoid=name)).grid for name in ("sphere", "WGS84"))
    authalic, geodetic = (np.radians(grid.centres()[1]) for grid in (sphere, ellipsoid))
    e2 = 0.00669437999014
    e, sine = np.sqrt(e2), np.sin(geodetic)
    # Snyder (1987, eq. 3-11 and 3-12).
    q = (1 - e2) * (sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e)
    pole = 1 + (1 - e2) / e * np.arctanh(e)
    np.testing.assert_allclose(np.sin(authalic), q / pole, atol=1e-13)


@pytest.mark.parametrize("bounds", [True, False])
def test_a_rotated_globe_has_the_areas_of_its_bands(bounds: bool) -> None:
    """On a sphere, turning cells does not change them: great circles between corners on rings."""
    dataset = families.rotated(18, 36, bounds)
    dataset["crs"] = ((), 0, {"grid_mapping_name": "latitude_longitude", "earth_radius": 1.0})
    area = nk.cell_area(dataset)
    np.testing.assert_allclose(area, np.broadcast_to(area[:, :1], area.shape), rtol=1e-9)
    np.testing.assert_allclose(area, area[::-1], rtol=1e-9)
    edges = np.radians(np.linspace(-90, 90, 19))
    bands = 2 * np.pi * np.diff(np.sin(edges)) / 36
    # Chords of 10 degrees bulge from their parallels, by half a percent of a cell; means of corners lie
    # within them, by as much again.
    np.testing.assert_allclose(area[:, 0], bands, rtol=6e-3 if bounds else 1.3e-2)
    assert float(area.sum()) == pytest.approx(4 * np.pi, rel=1e-12)


def test_inferred_corners_are_those_that_bounds_give() -> None:
    stated, guessed = (find_horizontal(families.rotated(bounds=known)).grid for known in (True, False))
    np.testing.assert_allclose(guessed.cell_areas(), stated.cell_areas(), rtol=2e-2)
    with xr.set_options(keep_attrs=True):
        vertices = families.rotated(bounds=False)
    full = families.rotated()
    for name in ("lon", "lat"):
        four = full[f"{name}_bnds"].values
        corner = np.empty((19, 37))
        corner[:-1, :-1], corner[:-1, -1] = four[..., 0], four[:, -1, 1]
        corner[-1, :-1], corner[-1, -1] = four[-1, :, 3], four[-1, -1, 2]
        vertices[f"{name}_b"] = (("j_b", "i_b"), corner)
    np.testing.assert_allclose(find_horizontal(vertices).grid.cell_areas(), stated.cell_areas(), rtol=1e-9)


def test_curvilinear_cells_are_geods_polygons() -> None:
    utm = pyproj.Transformer.from_crs(32721, 4326, always_xy=True)
    x, y = np.meshgrid(np.arange(3e5, 7e5, 2e4), np.arange(4.0e6, 4.3e6, 2e4))
    longitude, latitude = utm.transform(x, y)
    dataset = xr.Dataset(coords={"lon": (("y", "x"), longitude), "lat": (("y", "x"), latitude)})
    dataset.lon.attrs["units"], dataset.lat.attrs["units"] = "degrees_east", "degrees_north"
    area = nk.cell_area(dataset)
    geod = pyproj.Geod(ellps="WGS84")
    for row, column in ((3, 4), (10, 7)):
        corners = [
            (row + up, column + right) for up, right in ((-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, -0.5))
        ]
        places = utm.transform(*np.array([(3e5 + 2e4 * c, 4.0e6 + 2e4 * r) for r, c in corners]).T)
        expected = abs(geod.polygon_area_perimeter(*places)[0])
        assert float(area[row, column]) == pytest.approx(expected, rel=1e-5)


def test_cells_of_an_equal_area_map_keep_their_areas() -> None:
    for code in (6931, 6932, 3035):
        x0, y0 = (4.3e6, 3.2e6) if code == 3035 else (0.0, 0.0)
        dataset = nk.grid(f"EPSG:{code}", spacing=1e5, bounds=(x0 - 5e5, y0 - 5e5, x0 + 5e5, y0 + 5e5))
        area = nk.cell_area(dataset)
        # Edges are cut into great circles that stay within 1e-4 of their length of them.
        np.testing.assert_allclose(area, 1e10, rtol=1e-4)
        assert float(area.mean()) == pytest.approx(1e10, rel=1e-5)


def test_rows_of_a_reduced_gaussian_grid_are_bounded_by_parallels() -> None:
    dataset = families.gaussian()
    area = nk.cell_area(dataset)
    edges = np.concatenate([[90], 0.5 * (families.GAUSSIAN_ROWS[1:] + families.GAUSSIAN_ROWS[:-1]), [-90]])
    globe = nk.latlon(1.0)
    geod_bands = []
    for north, south in pairwise(edges):
        zone = Grid(Crs.parse("EPSG:4326"), [0.0], [0.5 * (north + south)], [-180.0, 180.0], [south, north])
        geod_bands.append(zone.cell_areas().sum())
    assert float(nk.cell_area(globe).sum()) == pytest.approx(sum(geod_bands), rel=1e-12)
    row = np.repeat(np.arange(16), families.GAUSSIAN_COUNTS)
    # Parallels are cut into great circles that stay within 1e-4 of their length of them.
    np.testing.assert_allclose(np.bincount(row, area.values), geod_bands, rtol=1e-4)


@pytest.mark.parametrize("keep", [True, False])
def test_a_reduced_gaussian_grid_is_known_by_its_rows(keep: bool) -> None:
    dataset = families.gaussian()
    if not keep:
        dataset = dataset.drop_vars(["lat_bnds", "lon_bnds"])
        del dataset.lat.attrs["bounds"], dataset.lon.attrs["bounds"]
    grid = find_horizontal(dataset).grid
    np.testing.assert_allclose(grid.cell_areas(), nk.cell_area(families.gaussian()), rtol=1e-12)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("engine", ["nunatak", "netcdf4"])
def test_grids_survive_files(name: str, engine: str, tmp_path: Path) -> None:
    dataset = families.FAMILIES[name]()
    dataset.to_netcdf(tmp_path / "grid.nc")
    with xr.open_dataset(tmp_path / "grid.nc", engine=engine) as again:
        assert find_horizontal(again).grid.is_same(find_horizontal(dataset).grid)
        assert find_horizontal(again).dims == find_horizontal(dataset).dims


@pytest.mark.parametrize("name", EVERY)
def test_a_target_is_found_again_in_what_it_gives(name: str, tmp_path: Path) -> None:
    target = RegridTarget.of(families.FAMILIES[name]())
    values = xr.Variable(target.dims, np.zeros(target.grid.shape), target.data_attrs)
    result = xr.Dataset({"height": values}, target.coordinates, target.dataset_attrs)
    if name == "issm":
        result = result.assign(epsg=3031)
    assert find_horizontal(result).grid.is_same(target.grid)
    result.to_netcdf(tmp_path / "result.nc")
    with xr.open_dataset(tmp_path / "result.nc") as again:
        assert find_horizontal(again).grid.is_same(target.grid)


@pytest.mark.parametrize("name", ["ugrid", "mpas", "issm", "scrip", "esmf_mesh"])
@pytest.mark.parametrize("location", ["face", "node"])
def test_meshes_of_files_become_ugrid(name: str, location: str, tmp_path: Path) -> None:
    dataset = families.FAMILIES[name]()
    group = "mesh" if name == "issm" else None
    dataset.to_netcdf(tmp_path / "mesh.nc", group=group)
    mesh = nk.open_mesh(tmp_path / "mesh.nc", location=location)  # type: ignore[arg-type]
    found = find_horizontal(mesh).grid
    assert found.location == f"{location}s"
    faces = [place.build(None).grid for place in find_candidates(dataset)]
    expected = next(grid for grid in faces if grid.location == "faces")
    assert found.cell_areas().sum() == pytest.approx(expected.cell_areas().sum(), rel=1e-12)
    if location == "face":
        np.testing.assert_allclose(found.cell_areas(), expected.cell_areas(), rtol=1e-12)
        np.testing.assert_allclose(found.centres(), expected.centres(), atol=1e-9)
    mesh.to_netcdf(tmp_path / "again.nc")
    with xr.open_dataset(tmp_path / "again.nc") as again:
        assert find_horizontal(again).grid.is_same(found)


def test_connectivity_counts_from_where_it_says() -> None:
    zero, one = (find_horizontal(families.ugrid(start=start)).grid for start in (0, 1))
    assert zero == one
    silent = families.ugrid(start=1)
    del silent.face_nodes.attrs["start_index"]
    silent.face_nodes.attrs["_FillValue"] = 0
    silent["face_nodes"] = silent.face_nodes.where(silent.face_nodes > 0, 0)
    assert find_horizontal(silent).grid == zero


def test_scrip_radians_are_degrees() -> None:
    degrees, radians = (find_horizontal(families.scrip(radians)).grid for radians in (False, True))
    assert degrees.is_same(radians)


def test_a_planar_mpas_mesh_asks_for_its_map() -> None:
    dataset = families.mpas(planar=True)
    with pytest.raises(GridError, match=r"on_a_sphere = NO.*source= in nk.regrid"):
        find_horizontal(dataset)
    grid = find_horizontal(dataset, crs="EPSG:3031").grid
    assert grid.crs.epsg == 3031 and grid.shape == (dataset.sizes["nCells"],)
    # Straight edges on the map here, great circles there; the ellipsoid's authalic latitudes here.
    sphere = families.mpas()
    there = nk.cell_area(sphere).values[np.isin(sphere.latCell.values, dataset.latCell.values)]
    here = nk.cell_area(dataset, crs="EPSG:3031").values
    assert here.sum() == pytest.approx(there.sum(), rel=2e-2)
    np.testing.assert_allclose(here, there, rtol=3e-2)


def test_lists_of_healpix_cells_are_parts_of_the_globe() -> None:
    cells = np.array([17, 3, 44])
    dataset = nk.healpix(2, cells=cells)
    whole, part = find_horizontal(nk.healpix(2)).grid, find_horizontal(dataset).grid
    assert part.shape == (3,)
    np.testing.assert_array_equal(np.array(part.centres()), np.array(whole.centres())[:, cells])
    sliced = find_horizontal(nk.healpix(2).isel(cells=slice(5, 9))).grid
    np.testing.assert_array_equal(np.array(sliced.centres()), np.array(whole.centres())[:, 5:9])


@pytest.mark.parametrize(
    "attrs",
    [
        {"grid_mapping_name": "healpix", "healpix_nside": 4, "healpix_order": "nest"},
        {"grid_mapping_name": "healpix", "refinement_level": 2, "indexing_scheme": "nested"},
    ],
)
def test_healpix_of_other_projects_is_on_a_sphere(attrs: dict[str, object]) -> None:
    dataset = xr.Dataset({"tas": ("cell", np.arange(192.0)), "crs": ((), 0, attrs)})
    assert find_horizontal(dataset).grid == find_horizontal(nk.healpix(2, ellipsoid="sphere")).grid


def test_xdggs_cells_need_no_grid_mapping() -> None:
    attrs = {"grid_name": "healpix", "level": 2, "indexing_scheme": "ring"}
    dataset = xr.Dataset(coords={"cell_ids": ("cells", np.arange(192), attrs)})
    expected = nk.healpix(2, order="ring", ellipsoid="sphere")
    assert find_horizontal(dataset).grid == find_horizontal(expected).grid
    assert find_horizontal(dataset.cell_ids.rename("tas")).grid == find_horizontal(expected).grid


def test_cells_without_area_are_named_and_get_nothing() -> None:
    dataset = families.scrip()
    dataset.grid_corner_lon[5], dataset.grid_corner_lat[5] = 10.0, 20.0
    with pytest.warns(GridWarning, match=r"1 of 72 cells have fewer than three different corners .*cell 5"):
        area = nk.cell_area(dataset)
    assert float(area[5]) == 0 and float(area.drop_isel(grid_size=5).min()) > 0


def test_longitudes_of_a_rotated_pole_are_used() -> None:
    dataset = families.rotated(bounds=False).assign_coords(
        i=(
            "i",
            np.linspace(-30, 30, 36),
            {"axis": "X", "units": "degrees", "standard_name": "grid_longitude"},
        ),
        j=(
            "j",
            np.linspace(-30, 30, 18),
            {"axis": "Y", "units": "degrees", "standard_name": "grid_latitude"},
        ),
        rotated_pole=((), 0, {"grid_mapping_name": "rotated_latitude_longitude"}),
    )
    assert find_horizontal(dataset).grid == find_horizontal(families.rotated(bounds=False)).grid
