"""Rankings of trees against single comparisons, and on real granules."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Crs
from nunatak_testing.surfaces import CRS, X, Y, interpolated, model, surface_points

OFFSETS = {"A/close": 0.5, "B/wrong": 30.0, "C/off": 4.0}
DISCREPANCY = nk.Discrepancy(2.0, 20e3)


def node(surface: xr.DataArray) -> xr.Dataset:
    mapping = xr.Variable((), 0, Crs.parse(CRS).grid_mapping())
    return surface.assign_attrs(units="m", grid_mapping="crs").to_dataset(name="orog").assign(crs=mapping)


@pytest.fixture(scope="module")
def tree() -> xr.DataTree:
    """Three models on three grids, one of them smaller, and an experiment that is not asked for."""
    nodes = {f"{name}/exp05": node(model() + offset) for name, offset in OFFSETS.items()}
    nodes["B/wrong/exp05"] = nodes["B/wrong/exp05"].isel(x=slice(0, 15), y=slice(None, None, -1))
    nodes["C/off/exp05"] = nodes["C/off/exp05"].transpose("x", "y")
    nodes["A/close/hist"] = node(model())
    return xr.DataTree.from_dict(nodes)


def test_models_are_compared_at_the_points_that_all_have(tree: xr.DataTree) -> None:
    x, y, points = surface_points()
    ranking = nk.compare(tree, points, match="*/exp05", discrepancy=DISCREPANCY, geolocation="product")
    common = np.isfinite(interpolated(x, y, model())) & (x <= X[14])
    assert ranking.settings["common"] == common.sum() and ranking.settings["dropped"] == (~common).sum()
    assert list(ranking.comparisons) == ["A/close", "C/off", "B/wrong"]
    table = ranking.table
    assert table["n"].tolist() == [common.sum()] * 3 and table["delta"].iloc[0] == 0.0
    for name, offset in OFFSETS.items():
        alone = nk.compare(
            model() + offset,
            points.select(common),
            crs=CRS,
            discrepancy=DISCREPANCY,
            geolocation="product",
        ).summary()
        for column in ("bias", "bias_sigma", "rmse", "log_likelihood"):
            assert table.loc[name, column] == pytest.approx(alone[column], rel=1e-6), (name, column)
    shares = np.exp(table["log_likelihood"] - table["log_likelihood"].max())
    np.testing.assert_allclose(table["probability"], shares / shares.sum())
    np.testing.assert_allclose(
        nk.model_weights(ranking).posterior.sel(model=table.index), table["probability"], rtol=1e-12
    )
    assert f"{(~common).sum()} of 400 points are not in every model" in repr(ranking)
    assert "one discrepancy for all: 2 m over 20 km" in repr(ranking) and ranking.verdict in repr(ranking)


def test_the_discrepancy_is_estimated_once_for_all(tree: xr.DataTree) -> None:
    _, _, points = surface_points()
    ranking = nk.compare(tree, points, match="*/exp05", discrepancy="estimate", geolocation="product")
    fitted = [own.settings["fitted_discrepancy"] for own in ranking.comparisons.values()]
    assert fitted[0] == fitted[1] == fitted[2] == ranking.settings["fitted_discrepancy"]
    assert ranking.settings["fitted_on"] == "A/close"


def test_groups_of_points(tree: xr.DataTree) -> None:
    x, y, points = surface_points()
    options = {"match": "*/exp05", "discrepancy": DISCREPANCY, "geolocation": "product"}
    half = xr.DataArray(
        (np.add.outer(np.zeros(Y.size), X) > X[7]).astype("int8"),
        {"y": model().y, "x": model().x},
        ("y", "x"),
        attrs={"grid_mapping": "crs", "flag_values": [0, 1], "flag_meanings": "west east"},
    ).assign_coords(crs=((), 0, Crs.parse(CRS).grid_mapping()))
    ranking = nk.compare(tree, points, by=half, **options)
    assert ranking.groups is not None
    common = np.isfinite(interpolated(x, y, model())) & (x <= X[14])
    east = common & (x > X[7] + 4e3)
    row = ranking.groups.query("model == 'C/off' and group == 'east'").iloc[0]
    assert row["n"] == east.sum()
    residual = points.dataset["height"].values - 30.0 - interpolated(x, y, model()) - 4.0
    assert row["bias"] == pytest.approx(residual[east].mean(), abs=1e-5)
    assert nk.leave_one_out(ranking.log_likelihoods)["best"].tolist() == ["A/close", "A/close"]
    # The same cut by polygons in degrees, as GeoJSON.
    longitude, latitude = points.dataset["longitude"].values, points.dataset["latitude"].values
    middle = float(np.median(longitude))
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": box}
        for name, box in (("west", _box(-180, middle)), ("east", _box(middle, 180)))
    ]
    found = nk.compare(tree, points, by={"type": "FeatureCollection", "features": features}, **options).groups
    assert found is not None
    expected = (common & (longitude < middle) & (latitude > 50)).sum()
    assert found.query("model == 'C/off' and group == 'west'")["n"].item() == expected
    with pytest.raises(nk.ArgumentError, match="by: found no point in any"):
        nk.compare(tree, points, by={"nowhere": (0, -10, 10, -5)}, **options)


def _box(west: float, east: float) -> dict[str, object]:
    ring = [[west, 50], [east, 50], [east, 89], [west, 89], [west, 50]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_node_that_fails_is_named(tree: xr.DataTree) -> None:
    _, _, points = surface_points()
    lost = node(model().assign_coords(x=X + 1e6))
    bad = xr.DataTree.from_dict(
        {
            **{path: own.to_dataset() for path, own in tree.subtree_with_keys if own.data_vars},
            "D/lost/exp05": lost,
        }
    )
    options = {"match": "*/exp05", "geolocation": "product"}
    with pytest.warns(nk.NunatakWarning, match="1 of 4 models are left out; D/lost: none of the points"):
        ranking = nk.compare(bad, points, **options)
    assert list(ranking.failures) == ["D/lost"] and len(ranking.comparisons) == 3
    assert "left out: D/lost" in repr(ranking)
    with pytest.raises(nk.ArgumentError, match="D/lost: none of the points"):
        nk.compare(bad, points, on_error="raise", **options)
    with pytest.raises(nk.ArgumentError, match="model, variable: no node whose path matches"):
        nk.compare(bad, points, variable="usurf", **options)
    with pytest.raises(nk.ArgumentError, match="by: found groups for one model"):
        nk.compare(model(), points, crs=CRS, by={"all": (-180, 0, 180, 90)})


def test_a_larger_discrepancy_brings_weights_back_to_the_prior(tree: xr.DataTree) -> None:
    _, _, points = surface_points()
    ranking = nk.compare(tree, points, match="*/exp05", discrepancy=DISCREPANCY, geolocation="product")
    sea_level = xr.DataArray([10.0, 20.0, 60.0], {"model": ["A/close", "C/off", "B/wrong"]}, ("model",))
    found = ranking.sensitivity(sea_level, factors=(1, 3, 100))
    assert found.index.tolist() == ["prior", "x1", "x3", "x100"]
    assert found["sigma"].tolist()[1:] == [2.0, 6.0, 200.0]
    assert found.loc["prior", "mean"] == pytest.approx(30.0)
    sizes = found["effective_size"]
    assert sizes["x1"] <= sizes["x3"] < sizes["x100"] <= sizes["prior"] + 1e-9
    assert sizes["x100"] > 2.9 and abs(found.loc["x100", "mean"] - 30.0) < 2.0
    bare = nk.compare(tree, points, match="*/exp05", geolocation="product")
    with pytest.raises(nk.ArgumentError, match="no discrepancy to multiply"):
        bare.sensitivity(sea_level)


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_real_granules_distinguish_what_their_honest_uncertainty_lets_them(real_data) -> None:
    paths = sorted((real_data / "atl06").glob("processed_ATL06_2019*_11[66]*_002_01.h5"))
    points = nk.open_atl06(paths)
    with xr.open_dataset(real_data / "ismip6/grid16km_gris/GRL-16KM_TOPO-M17.nc") as file:
        surface = file["z_srf"].load()

    def shifted(offsets: dict[str, float]) -> nk.Ranking:
        nodes = {f"{name}/exp05": (surface + own).to_dataset(name="orog") for name, own in offsets.items()}
        return nk.compare(
            xr.DataTree.from_dict(nodes), points, match="*/exp05", crs=CRS, time=None, discrepancy="estimate"
        )

    near = shifted({"A/one": 0.0, "B/other": 1.0})
    uncertain = near.table["bias_sigma"].iloc[0]
    assert uncertain > 1.0 and near.table["n"].iloc[0] > 10_000
    assert nk.model_weights(near).posterior.min() > 0.3 and "do not distinguish" in near.verdict
    far = shifted({"A/a": 0.0, "B/b": 10 * uncertain, "C/c": -10 * uncertain, "D/d": 20 * uncertain})
    weights = nk.model_weights(far)
    assert weights.posterior.max() > 0.99 and far.verdict.startswith("These data favour A/a")
    assert json.dumps(far.settings)
