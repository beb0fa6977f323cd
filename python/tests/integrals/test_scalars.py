"""Scalars against sums of numpy, on real and sample data, in any order of axes, with Dask and without."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.samples import write_archive

ICE, SEA = 917.0, 1028.0


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> xr.DataTree:
    """The sample archive: six models on three grids, repaired, unread."""
    archive = write_archive(tmp_path_factory.mktemp("archive"), years=3)
    return nk.open_catalog(archive.path, cache=False).to_datatree()


@pytest.fixture
def run() -> xr.Dataset:
    """A run of four years with every field: masks beyond 0 and 1, and here and there no value."""
    grid = nk.grid(3031, spacing=200e3, bounds=(-2e6, -1.6e6, 2e6, 1.6e6))
    rng = np.random.default_rng(5)
    shape = (4, grid.sizes["y"], grid.sizes["x"])

    def field(low: float, high: float) -> np.ndarray:
        values = rng.uniform(low, high, shape).astype(np.float32)
        values[rng.random(shape) < 0.05] = np.nan
        return values

    ranges = {
        "lithk": (0, 4000, "m"),
        "sftgif": (-0.2, 1.2, "1"),
        "sftgrf": (-0.2, 1.2, "1"),
        "sftflf": (-0.2, 1.2, "1"),
        "acabf": (-1e-4, 1e-4, "kg m-2 s-1"),
        "libmassbfgr": (-1e-5, 0, "kg m-2 s-1"),
        "libmassbffl": (-1e-3, 0, "kg m-2 s-1"),
    }
    fields = {
        name: (("time", "y", "x"), field(low, high), {"units": units})
        for name, (low, high, units) in ranges.items()
    }
    fields["topg"] = (("y", "x"), field(-3000, 1000)[0], {"units": "m"})
    time = ("time", np.array(["2016-01-01", "2017-01-01", "2018-01-01", "2019-01-01"], "M8[ns]"))
    return grid.assign_coords(time=time).assign(fields)


def expected_of(run: xr.Dataset, ice: float = ICE, sea: float = SEA) -> dict[str, xr.DataArray]:
    """The published formulas in numpy and xarray, cell by cell; terms with NaN are left out."""
    run = run.astype(float)
    area = nk.cell_area(run).drop_vars("crs")
    m, g, f = (run[name].clip(0, 1) for name in ("sftgif", "sftgrf", "sftflf"))

    def total(terms: xr.DataArray) -> xr.DataArray:
        return (terms * area).sum(("y", "x"))

    above = run.lithk + sea / ice * run.topg.clip(max=0)
    return {
        "ivol": total(run.lithk * m),
        "lim": ice * total(run.lithk * m),
        "ivaf": total(above * m * g),
        "limnsw": ice * total(above * m * g),
        "iareagr": total(g * m),
        "iareafl": total(f * m),
        "tendacabf": total(run.acabf * m),
        "tendlibmassbf": total((run.libmassbfgr * g + run.libmassbffl * f) * m),
        "tendlibmassbffl": total(run.libmassbffl * f * m),
        "slc": (total(above * m * g).isel(time=0) - total(above * m * g)) * ice / 1000 / 3.625e14,
    }


def assert_equal(found: xr.Dataset, expected: dict[str, xr.DataArray], rtol: float = 1e-12) -> None:
    for name, own in expected.items():
        scale = float(np.abs(own).max())
        np.testing.assert_allclose(found[name].values, own.values, rtol=rtol, atol=rtol * scale, err_msg=name)


def test_every_scalar_is_the_published_sum(run: xr.Dataset) -> None:
    found = nk.scalars(run)
    expected = expected_of(run)
    assert set(found.data_vars) == set(expected)
    assert_equal(found, expected)
    assert found.ivaf.attrs["units"] == "m3" and found.limnsw.attrs["units"] == "kg"
    assert found.ivaf.dims == ("time",) and found.indexes["time"].equals(run.indexes["time"])


def test_sample_archive_equals_a_direct_sum(tree: xr.DataTree) -> None:
    found = nk.scalars(tree)
    assert {node.path for node in found.leaves} == {node.path for node in tree.leaves}
    for leaf in tree.leaves:
        node = leaf.to_dataset()
        area = nk.cell_area(node).transpose("y", "x").values
        own = found[leaf.path]
        mask = np.clip(node.sftgif.transpose("time", "y", "x").values.astype(float), 0, 1)
        thickness = node.lithk.transpose("time", "y", "x").values.astype(float)
        flux = node.acabf.transpose("time", "y", "x").values.astype(float)
        volume = np.nansum(np.where(mask > 0, thickness * mask, 0) * area, axis=(1, 2))
        balance = np.nansum(np.where(mask > 0, flux * mask, 0) * area, axis=(1, 2))
        has_flux = ~np.isnan(flux).all(axis=(1, 2))
        has_state = ~(np.isnan(thickness) | np.isnan(mask)).all(axis=(1, 2))
        np.testing.assert_allclose(own["ivol"], np.where(has_state, volume, np.nan), rtol=1e-12)
        np.testing.assert_allclose(own["tendacabf"], np.where(has_flux, balance, np.nan), rtol=1e-11)
        assert 1e15 < float(own["ivol"].max()) < 1e17
        assert own.attrs["nunatak_model"] == node.attrs["nunatak_model"]


def test_sample_models_have_their_published_densities(tree: xr.DataTree) -> None:
    found = nk.scalars(tree, ["lim", "ivol"])
    ratio = {leaf.path: float((leaf["lim"] / leaf["ivol"]).max()) for leaf in found.leaves}
    assert ratio["/JPL1/ISSM/exp05"] == pytest.approx(917.0)
    assert ratio["/ILTS_PIK/SICOPOLIS1/exp05"] == pytest.approx(910.0)
    given = nk.scalars(tree, ["lim", "ivol"], ice_density=900.0)
    assert float((given["JPL1/ISSM/exp05/lim"] / given["JPL1/ISSM/exp05/ivol"]).max()) == pytest.approx(900.0)


def test_nothing_is_read_before_values_are_asked_for(tree: xr.DataTree) -> None:
    from nunatak._nunatak import data_bytes_read

    before = data_bytes_read()
    found = nk.scalars(tree, "ivol")
    assert data_bytes_read() == before
    again = pickle.loads(pickle.dumps(found["JPL1/ISSM/exp05/ivol"]))
    assert data_bytes_read() == before
    assert again.isel(time=1).item() == found["JPL1/ISSM/exp05/ivol"].isel(time=1).item()
    assert data_bytes_read() > before


@pytest.mark.parametrize("change", ["flipped", "permuted", "kilometres", "per cent", "bool", "float64"])
def test_order_of_axes_and_units_change_nothing(run: xr.Dataset, change: str) -> None:
    expected = expected_of(run)
    if change == "flipped":
        other = run.isel(y=slice(None, None, -1), x=slice(None, None, -1))
        other["topg"] = run.topg
    elif change == "permuted":
        other = run.assign(lithk=run.lithk.transpose("x", "time", "y"), topg=run.topg.transpose("x", "y"))
    elif change == "kilometres":
        other = run.assign(lithk=(run.lithk / 1e3).assign_attrs(units="km"))
    elif change == "per cent":
        other = run.assign(sftgif=(run.sftgif * 100).assign_attrs(units="%"))
    elif change == "bool":
        mask = (run.sftgif > 0.5).assign_attrs(units="1")
        expected = expected_of(run.assign(sftgif=mask.astype(float)))
        other = run.assign(sftgif=mask)
    else:
        other = run.astype(float)
    rtol = 1e-6 if change in ("kilometres", "per cent") else 1e-12
    assert_equal(nk.scalars(other), expected, rtol)


def test_masks_are_clipped_and_values_without_ice_do_not_count(run: xr.Dataset) -> None:
    huge = run.lithk.where(~(run.sftgif <= 0), 1e20)
    assert_equal(nk.scalars(run.assign(lithk=huge), ["ivol", "ivaf"]), {"ivol": expected_of(run)["ivol"]})
    none = run.assign(lithk=run.lithk.where(run.time != run.time[1]))
    found = nk.scalars(none)
    assert np.isnan(found.ivol[1]) and np.isnan(found.slc[1]) and not np.isnan(found.iareagr[1])
    assert np.isfinite(found.ivol[[0, 2, 3]]).all()
    first = nk.scalars(run.assign(lithk=run.lithk.where(run.time > run.time[0])))
    assert np.isnan(first.slc[0]) and first.slc[1] == 0, "the reference is the first record with values"


def test_zones_add_up_and_are_aligned_by_coordinates(run: xr.Dataset) -> None:
    rng = np.random.default_rng(2)
    basins = xr.DataArray(
        rng.integers(1, 19, (run.sizes["y"], run.sizes["x"])),
        {"y": run.y, "x": run.x},
        ("y", "x"),
        attrs={"flag_values": [1, 2], "flag_meanings": "first second"},
    )
    regions = xr.where(basins < 7, "WAIS", "EAIS")
    found = nk.scalars(run, by={"basin": basins, "region": regions})
    assert found.ivaf_basin.dims == ("time", "basin") and found.basin.values.tolist() == list(range(1, 19))
    assert found.region.values.tolist() == ["EAIS", "WAIS"]
    assert found.basin_name.values.tolist()[:3] == ["first", "second", ""]
    for name in expected_of(run):
        for dim in ("basin", "region"):
            whole = found[f"{name}_{dim}"].sum(dim)
            scale = float(np.abs(found[f"{name}_{dim}"]).max())
            np.testing.assert_allclose(whole, found[name], rtol=1e-11, atol=1e-11 * scale)
    masked = expected_of(run.assign(sftgif=run.sftgif.where((basins == 5).values, 0)))
    np.testing.assert_allclose(found.ivaf_basin.sel(basin=5), masked["ivaf"], rtol=1e-11)
    turned = basins.isel(y=slice(None, None, -1)).transpose("x", "y")
    in_km = basins.assign_coords(x=basins.x / 1e3, y=basins.y / 1e3).rename(x="xc", y="yc")
    in_km.xc.attrs = {"units": "kilometers", "axis": "X"}
    in_km.yc.attrs = {"units": "kilometers", "axis": "Y"}
    for other in (turned, in_km):
        again = nk.scalars(run, by={"basin": other})
        assert again.ivaf_basin.identical(found.ivaf_basin.drop_vars("basin_name")) or np.array_equal(
            again.ivaf_basin, found.ivaf_basin
        )


def test_cells_of_no_zone_are_in_the_total_alone(run: xr.Dataset) -> None:
    labels = xr.zeros_like(run.topg, float)
    labels[3:6, 2:5] = 2.0
    labels[0] = np.nan
    labels[1] = -9.0
    found = nk.scalars(run, "ivol", by=labels.rename("part"))
    assert found.part.values.tolist() == [2.0]
    alone = expected_of(run.assign(sftgif=run.sftgif.where(labels == 2, 0)))["ivol"]
    np.testing.assert_allclose(found.ivol_part[:, 0], alone, rtol=1e-12)
    np.testing.assert_allclose(found.ivol, expected_of(run)["ivol"], rtol=1e-12)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("other grid", "nk.regrid"),
        ("no coordinates", "has no coordinates along y, x"),
        ("one dimension", "has dimensions"),
        ("no label", "has 0 labels"),
        ("name", "is a dimension or coordinate"),
    ],
)
def test_labels_that_do_not_fit_are_refused(run: xr.Dataset, labels: str, message: str) -> None:
    ones = xr.ones_like(run.topg, int)
    by = {
        "other grid": {"basin": ones.assign_coords(x=ones.x + 1e3)},
        "no coordinates": {"basin": xr.DataArray(ones.values, dims=("y", "x"))},
        "one dimension": {"basin": ones[0]},
        "no label": {"basin": ones * 0},
        "name": {"time": ones},
    }[labels]
    with pytest.raises(nk.ArgumentError, match=message):
        nk.scalars(run, by=by)


def test_missing_fields_and_wrong_units_are_named(run: xr.Dataset) -> None:
    with pytest.raises(nk.ArgumentError, match=r"ivaf needs lithk, topg, sftgif, sftgrf; sftgrf missing"):
        nk.scalars(run.drop_vars("sftgrf"), "ivaf")
    with pytest.raises(nk.ArgumentError, match=r"node /a/b: names: ivol needs lithk, sftgif; lithk missing"):
        nk.scalars(xr.DataTree.from_dict({"/a/b": run[["sftgif"]]}), ["ivol"])
    with pytest.raises(nk.ArgumentError, match=r"no scalar can be made of topg"):
        nk.scalars(run[["topg"]])
    with pytest.raises(nk.ArgumentError, match=r"names: found volume"):
        nk.scalars(run, ["volume"])
    with pytest.raises(nk.ArgumentError, match=r"acabf has units 'm yr-1', expected kg m-2 s-1"):
        nk.scalars(run.assign(acabf=run.acabf.assign_attrs(units="m yr-1")))
    with pytest.raises(nk.ArgumentError, match=r"ice_density: found -1"):
        nk.scalars(run, ice_density=-1.0)
    with pytest.raises(nk.ArgumentError, match=r"slc needs records in time"):
        nk.scalars(run.isel(time=0, drop=True), "slc")
    assert "slc" not in nk.scalars(run.isel(time=0, drop=True))


def test_dask_gives_the_same_from_a_graph(run: xr.Dataset) -> None:
    basins = xr.DataArray(np.arange(17 * 21).reshape(17, 21) % 5, {"y": run.y, "x": run.x}, ("y", "x"))
    run["lithk"] = run.lithk.where(run.time != run.time[0])
    found = nk.scalars(run.chunk(time=3, y=5, x=7), by={"basin": basins})
    plain = nk.scalars(run, by={"basin": basins})
    for name, own in found.data_vars.items():
        assert own.chunks is not None, name
        assert own.dims == plain[name].dims and own.attrs == plain[name].attrs
        scale = float(np.abs(plain[name]).max())
        np.testing.assert_allclose(own, plain[name], rtol=1e-12, atol=1e-12 * scale, err_msg=str(name))
    one = nk.scalars(run.assign(lithk=run.lithk.chunk(time=1)), "ivaf")
    np.testing.assert_allclose(one.ivaf, plain.ivaf, rtol=1e-12)


def test_further_dimensions_stay_and_each_has_its_own_reference(run: xr.Dataset) -> None:
    other = run.assign(lithk=run.lithk * 0.9)
    both = xr.concat([run, other], "model", data_vars=["lithk"]).assign_coords(model=["a", "b"])
    found = nk.scalars(both)
    assert found.ivaf.dims == ("model", "time") and found.iareagr.dims == ("time",)
    for name, own in (("a", run), ("b", other)):
        assert_equal(found.sel(model=name), expected_of(own), 1e-6)
    late = nk.scalars(both.transpose("y", "time", "model", "x", ...))
    np.testing.assert_allclose(late.slc.transpose("model", "time"), found.slc, rtol=1e-12)


def test_greenland_has_the_formulas_of_goelzer() -> None:
    grid = nk.grid(3413, spacing=240e3)
    rng = np.random.default_rng(3)
    shape = (grid.sizes["y"], grid.sizes["x"])
    run = grid.assign(
        lithk=(("y", "x"), rng.uniform(0, 3000, shape)),
        topg=(("y", "x"), rng.uniform(-2000, 1000, shape)),
        sftgif=(("y", "x"), rng.uniform(0, 1, shape)),
        sftgrf=(("y", "x"), rng.uniform(0, 1, shape)),
    )
    area = nk.cell_area(run)
    found = nk.scalars(run)
    above = (run.lithk + SEA / ICE * run.topg.clip(max=0)).clip(min=0)
    assert found.ivaf.item() == pytest.approx(float((above * run.sftgif * area).sum()), rel=1e-13)
    assert found.iareagr.item() == pytest.approx(float((run.sftgrf * area).sum()), rel=1e-13)
    signed = nk.scalars(run, "ivaf", convention="AIS").ivaf.item()
    assert signed < found.ivaf.item()


def test_mesh_and_healpix_cells_are_summed_too() -> None:
    cells = nk.healpix(2)
    dim = next(iter(cells.sizes))
    count = cells.sizes[dim]
    run = cells.assign(lithk=(dim, np.full(count, 2.0)), sftgif=(dim, np.ones(count)))
    found = nk.scalars(run, "ivol", convention="AIS")
    assert found.ivol.item() == pytest.approx(2 * float(nk.cell_area(cells).sum()), rel=1e-13)


def test_bedmachine_has_its_volume_above_flotation(real_data: Path) -> None:
    folder = real_data / "ismip6/grid32km_ais"
    bed = xr.open_dataset(folder / "ANT-32KM_TOPO-BedMachine.nc", engine="nunatak")
    run = bed.set_coords("crs")[["H_ice", "z_bed"]].rename(H_ice="lithk", z_bed="topg")
    run["sftgif"] = bed["mask"].isin([2, 3, 4]).astype(float)
    run["sftgrf"] = bed["mask"].isin([2, 4]).astype(float)
    with xr.open_dataset(folder / "ANT-32KM_BASINS-nasa.nc", engine="nunatak") as file:
        basins = file["basin"].load()
    found = nk.scalars(run, by={"basin": basins})
    assert found.ivaf.item() == pytest.approx(2.292e16, rel=3e-4)
    assert found.ivol.item() == pytest.approx(2.679e16, rel=3e-4)
    # The file has its own areas (km2), with the area factor of the centre for the whole cell.
    area = bed["area"].values.astype(float) * 1e6
    above = run.lithk.values + SEA / ICE * np.minimum(run.topg.values, 0)
    terms = np.nan_to_num(above * run.sftgif.values * run.sftgrf.values * area)
    assert found.ivaf.item() == pytest.approx(terms.sum(), rel=3e-6)
    labels = basins.values
    by_hand = [terms[labels == basin].sum() for basin in found.basin.values]
    np.testing.assert_allclose(found.ivaf_basin, by_hand, rtol=1e-5)
    assert found.basin.size == 27
    rest = terms[labels <= 0].sum()
    assert found.ivaf_basin.sum().item() + rest == pytest.approx(found.ivaf.item(), rel=1e-5)


def test_greenland_has_the_sea_level_of_its_maps(real_data: Path) -> None:
    folder = real_data / "ismip6/grid16km_gris"
    bed = xr.open_dataset(folder / "GRL-16KM_TOPO-M17.nc", engine="nunatak")
    run = bed[["H_ice", "z_bed"]].rename(H_ice="lithk", z_bed="topg")
    for name, numbers in (("sftgif", [2, 3]), ("sftgrf", [2]), ("sftflf", [3])):
        run[name] = bed["mask"].isin(numbers).astype(float).assign_attrs(units="1")
    with xr.open_dataset(folder / "GRL-16KM_BASINS-nasa.nc", engine="nunatak") as file:
        basins = file["basin"].load()
    found = nk.scalars(run, by={"basin": basins}, crs="EPSG:3413")
    # Morlighem et al. (2017): 7.42 m; the mask at 16 km has some ice more.
    assert found.limnsw.item() / 362.5e15 == pytest.approx(7.42, abs=0.05)
    area = float((bed["mask"].isin([2, 3]) * bed["area"].astype(float)).sum()) * 1e6
    assert found.iareagr.item() + found.iareafl.item() == pytest.approx(area, rel=1e-6)
    assert found.basin.size == 8
    for name in ("ivol", "ivaf", "iareagr"):
        assert found[f"{name}_basin"].sum().item() == pytest.approx(found[name].item(), rel=1e-12)
