"""Means of scores by dimension, weight and group; of arrays in memory, of Dask and of lazy ones."""

from __future__ import annotations

import dask
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak import scores
from nunatak.scores import evaluation

RNG = np.random.default_rng(5)
GRID = nk.grid(3031, spacing=400e3, bounds=(-2e6, -1.2e6, 2e6, 1.2e6))
AREA = nk.cell_area(GRID)
PLAIN = {"y": np.arange(AREA.sizes["y"]), "x": np.arange(AREA.sizes["x"])}


def on_grid(*sizes: int) -> xr.DataArray:
    dims = ("time", "model")[: len(sizes)]
    values = RNG.normal(size=(*sizes, *AREA.shape))
    values[RNG.random(values.shape) < 0.1] = np.nan
    return xr.DataArray(values, AREA.coords, (*dims, *AREA.dims), attrs=dict(AREA.attrs, units="m"))


OBSERVATION, MODEL = on_grid(3), on_grid(3)
MEMBERS = on_grid(3, 4)
BASIN = xr.DataArray(RNG.integers(0, 3, AREA.shape), AREA.coords, AREA.dims, name="basin")
WEIGHTED = [scores.bias, scores.mae, scores.rmse, scores.centred_rmse]


def expected_of(score, residual, weights):
    weights = np.where(np.isnan(residual), 0.0, np.broadcast_to(weights, residual.shape))
    residual = np.nan_to_num(residual)

    def mean(values):
        return (values * weights).sum() / weights.sum()

    return {
        scores.bias: mean(residual),
        scores.mae: mean(np.abs(residual)),
        scores.rmse: np.sqrt(mean(residual**2)),
        scores.centred_rmse: np.sqrt(mean((residual - mean(residual)) ** 2)),
    }[score]


@pytest.mark.parametrize("score", WEIGHTED)
def test_means_have_the_weights_of_true_areas(score):
    residual = (OBSERVATION - MODEL).values
    found = score(OBSERVATION, MODEL)
    assert float(found) == pytest.approx(expected_of(score, residual, AREA.values), rel=1e-12)
    assert found.attrs["weights"] == "true cell areas" and found.attrs["units"] == "m"
    equal = score(OBSERVATION, MODEL, weights=None)
    assert float(equal) == pytest.approx(expected_of(score, residual, 1.0), rel=1e-12)
    assert equal.attrs["weights"] == "equal"
    assert abs(float(found) - float(equal)) > 1e-6
    # Arrays without names or without a grid have no areas.
    assert score(OBSERVATION.values, MODEL.values) == pytest.approx(float(equal))
    bare = [array.drop_attrs().drop_vars("crs", errors="ignore") for array in (OBSERVATION, MODEL)]
    bare = [array.assign_coords(PLAIN).drop_attrs() for array in bare]
    assert score(*bare).attrs["weights"] == "equal"


@pytest.mark.parametrize("score", WEIGHTED)
def test_means_by_group_along_some_dimensions(score):
    by = BASIN.where(BASIN > 0)
    found = score(OBSERVATION, MODEL, dim=("y", "x"), by=by)
    assert found.dims == ("time", "basin") and found.basin.values.tolist() == [1, 2]
    for time in range(3):
        for basin in (1, 2):
            own = (basin == BASIN).values
            residual = (OBSERVATION - MODEL).values[time][own]
            expected = expected_of(score, residual, AREA.values[own])
            assert float(found.isel(time=time).sel(basin=basin)) == pytest.approx(expected, rel=1e-12)
    names = xr.DataArray(np.array(["", "ross", "amery"], object)[BASIN.values], BASIN.coords, name="sector")
    named = score(OBSERVATION, MODEL, dim=["x", "y"], by=names)
    np.testing.assert_allclose(named.sel(sector="ross"), found.sel(basin=1))
    flipped = score(
        OBSERVATION, MODEL, dim=["x", "y"], by=by.transpose("x", "y").isel(y=slice(None, None, -1))
    )
    np.testing.assert_array_equal(flipped, found)
    plain = score(OBSERVATION.values, MODEL.values, by=np.broadcast_to(BASIN.values, OBSERVATION.shape))
    for basin in range(3):
        own = (OBSERVATION - MODEL).values[:, (basin == BASIN).values]
        assert float(plain.sel(group=basin)) == pytest.approx(expected_of(score, own, 1.0))


def all_scores(observation, model, members, sigma):
    """Every score with a mean, by name."""
    options = {"sigma": sigma, "member_dim": "model"}
    by = {"dim": ("time", "y", "x"), "by": BASIN}
    found = {score.__name__: score(observation, model, **by) for score in WEIGHTED}
    found["map of z"] = scores.z_score(observation, model, sigma)
    found["mean of crps_gaussian"] = scores.crps_gaussian(observation, model, sigma, dim="time")
    found["coverage"] = scores.coverage(observation, model, sigma, 0.5)[0.5]
    found["iou"] = scores.iou(observation > 0, model > 0, dim=("y", "x"))
    found["brier"] = scores.brier_score(observation > 0, (members > 0).mean("model"), **by)
    found["map of crps"] = scores.crps_ensemble(observation, members, **options)
    found["crps"] = scores.crps_ensemble(observation, members, **options, **by)
    found["log_score"] = scores.log_score_ensemble(observation, members, **options, weights="area")
    found["rank_histogram"] = scores.rank_histogram(observation, members, **options, **by)
    for name, own in scores.ensemble_scores(observation, members, dim=("y", "x"), **options).items():
        found[f"all: {name}"] = own
    return found


SIGMA = (np.abs(MODEL) + 0.1).fillna(1.0)
EXPECTED = all_scores(OBSERVATION, MODEL, MEMBERS, SIGMA)


def test_dask_gives_a_graph_with_the_same_scores():
    def refuse(*_args, **_kwargs):
        raise AssertionError("computed")

    chunked = [array.chunk({"time": 1, "y": 3}) for array in (OBSERVATION, MODEL, MEMBERS, SIGMA)]
    with dask.config.set(scheduler=refuse):
        found = all_scores(*chunked)
    for name, expected in EXPECTED.items():
        assert found[name].chunks is not None or found[name].ndim == 0, name
        xr.testing.assert_allclose(found[name].compute(), expected, rtol=1e-11)


@pytest.mark.parametrize("most", [1, 60, 500])
def test_lazy_arrays_are_read_in_parts(tmp_path, monkeypatch, most):
    file = tmp_path / "fields.nc"
    named = {"observation": OBSERVATION, "model_field": MODEL, "members": MEMBERS, "sigma": SIGMA}
    xr.Dataset({name: array.drop_vars("crs", errors="ignore") for name, array in named.items()}).to_netcdf(
        file
    )
    monkeypatch.setattr(evaluation, "_AT_ONCE", most)
    largest = []
    wrapped = evaluation._fields

    def watched(kernel, arguments, fields):
        largest.append(max(array.size for array in arguments.arrays.values()))
        return wrapped(kernel, arguments, fields)

    monkeypatch.setattr(evaluation, "_fields", watched)
    with xr.open_dataset(file, engine="nunatak") as lazy:
        by = {"member_dim": "model", "sigma": lazy.sigma, "dim": ("time", "y", "x"), "by": BASIN}
        found = scores.crps_ensemble(lazy.observation, lazy.members, weights=AREA, **by)
        whole = scores.crps_ensemble(lazy.observation, lazy.members, sigma=lazy.sigma, member_dim="model")
        centred = scores.centred_rmse(lazy.observation, lazy.model_field, weights=AREA, by=BASIN)
        ranks = scores.rank_histogram(lazy.observation, lazy.members, **by)
    assert max(largest) <= max(most, 4)
    np.testing.assert_allclose(found, EXPECTED["crps"], rtol=1e-12)
    np.testing.assert_allclose(whole, EXPECTED["map of crps"], rtol=1e-12)
    np.testing.assert_allclose(centred, EXPECTED["centred_rmse"], rtol=1e-12)
    np.testing.assert_allclose(ranks, EXPECTED["rank_histogram"], rtol=1e-12)


def test_units_are_those_of_the_first():
    model = (MODEL / 1000.0).assign_attrs(MODEL.attrs, units="km")
    assert float(scores.rmse(OBSERVATION, model)) == pytest.approx(float(scores.rmse(OBSERVATION, MODEL)))
    members = (MEMBERS * 100.0).assign_attrs(MEMBERS.attrs, units="cm")
    found = scores.crps_ensemble(OBSERVATION, members, sigma=SIGMA, member_dim="model")
    np.testing.assert_allclose(found, EXPECTED["map of crps"], rtol=1e-10)
    with pytest.raises(nk.ArgumentError, match="units"):
        scores.rmse(OBSERVATION, MODEL.assign_attrs(MODEL.attrs, units="K"))


def test_weights_by_name_and_by_axis():
    row = xr.DataArray(np.arange(1.0, AREA.sizes["y"] + 1), {"y": AREA.y}, ("y",))
    residual = (OBSERVATION - MODEL).values
    expected = expected_of(scores.rmse, residual, row.values[None, :, None])
    assert float(scores.rmse(OBSERVATION, MODEL, weights=row[::-1])) == pytest.approx(expected)
    along = scores.mae(OBSERVATION.values, MODEL.values, dim=(1, -1))
    np.testing.assert_allclose(along, np.nanmean(np.abs(residual), axis=(1, 2)))
    # A weight of 0 hides what is infinite.
    observation = OBSERVATION.copy()
    observation[:, 0, 0] = np.inf
    hidden = xr.ones_like(AREA)
    hidden[0, 0] = 0.0
    assert np.isfinite(float(scores.rmse(observation, MODEL, weights=hidden)))
    assert float(scores.rmse(observation, MODEL)) == np.inf
    with pytest.raises(nk.ArgumentError, match="by: found dimensions"):
        scores.rmse(OBSERVATION, MODEL, dim="time", by=BASIN)
    with pytest.raises(nk.ArgumentError, match="observation and weights differ along 'y'"):
        scores.rmse(OBSERVATION, MODEL, weights=row[1:])


def test_dimensions_of_other_names_are_no_pairs() -> None:
    observation = xr.DataArray(np.zeros((3, 4)), dims=("time", "x"))
    for other in (observation.rename(time="year"), observation.rename(x="xc", time="t")):
        with pytest.raises(nk.ArgumentError, match="expected those of"):
            nk.scores.rmse(observation, other)
    assert float(nk.scores.rmse(observation, observation.isel(time=0))) == 0.0
