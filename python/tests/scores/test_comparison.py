"""Comparisons against scipy, pyproj and dense linear algebra, and on real granules."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from nunatak._nunatak import Crs
from nunatak.errors import ArgumentError, GridMappingWarning, NunatakWarning, PointsError
from nunatak.points import Points, open_atl06
from nunatak.points.aggregation import aggregate
from nunatak.scores.comparison import compare
from nunatak.scores.discrepancy import Discrepancy
from nunatak.scores.residuals import residuals
from nunatak_testing.surfaces import CRS, X, Y, interpolated, model, surface_points

# Grids here are smaller than the points on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")


@pytest.fixture(scope="module")
def sample():
    return surface_points()


def test_comparison_equals_dense_algebra(sample):
    x, y, points = sample
    comparison = compare(model(), points, crs=CRS, discrepancy=Discrepancy(2.5, 0.0))
    data = points.dataset
    residual = data["height"].values - 30.0 - interpolated(x, y, model())
    kept = ~np.isnan(residual)
    residual, passes = residual[kept], data["pass_id"].values[kept]
    variance = data["height_sigma"].values[kept].astype(float) ** 2 + 2.5**2
    common = data["sigma_geo"].values[kept]
    shared = np.where(passes[:, None] == passes[None, :], np.outer(common, common), 0.0)
    covariance = np.diag(variance) + shared
    z = residual / np.sqrt(np.diag(covariance))
    summary = comparison.summary()
    n = residual.size
    assert (summary["n"], summary["skipped"], summary["passes"]) == (n, len(points) - n, 8)
    expected = {
        "bias": residual.mean(),
        "bias_sigma": np.sqrt(covariance.sum()) / n,
        "median": np.median(residual),
        "nmad": 1.4826 * stats.median_abs_deviation(residual),
        "mae": np.abs(residual).mean(),
        "rmse": np.sqrt((residual**2).mean()),
        "centred_rmse": residual.std(),
        "n_eff": n * np.trace(covariance) / covariance.sum(),
        "chi2_reduced": (z**2).mean(),
        "mahalanobis_reduced": residual @ np.linalg.solve(covariance, residual) / n,
        "log_likelihood": stats.multivariate_normal(np.zeros(n), covariance).logpdf(residual),
    }
    for name, value in expected.items():
        assert summary[name] == pytest.approx(value, rel=1e-6), name
    for level, share in summary["coverage"].items():
        assert share == pytest.approx(np.mean(np.abs(z) <= stats.norm.ppf(0.5 + level / 2)))
    np.testing.assert_allclose(comparison.pit[kept], stats.norm.cdf(z), atol=1e-6)
    assert np.isnan(comparison.pit[~kept]).all()
    table = comparison.passes
    assert table["n"].sum() == n and table["rgt"].tolist() == list(range(100, 108))
    assert table["log_likelihood"].sum() == pytest.approx(summary["log_likelihood"])
    assert table["bias"][3] == pytest.approx(residual[passes == 3].mean(), abs=1e-6)


def test_errors_drawn_from_the_error_model_are_recognised(sample):
    """Over 1,000 draws: the reduced chi-square is 1, its spread and that of the bias are as stated."""
    _, _, points = sample
    truth = residuals(points, model(), crs=CRS)
    keep = truth.select(~np.isnan(truth.dataset["model"].values)).dataset
    generator = np.random.default_rng(5)
    found = []
    for _ in range(1000):
        common = generator.normal(size=8)[keep["pass_id"].values] * keep["sigma_geo"].values
        random = generator.normal(size=keep.sizes["segment"]) * keep["height_sigma"].values
        height = keep["model"].values + 30.0 + common + random
        drawn = Points(keep.assign(height=("segment", height)))
        found.append(compare(model(), drawn, crs=CRS).summary())
    chi2 = np.array([summary["chi2_reduced"] for summary in found])
    bias = np.array([summary["bias"] for summary in found])
    spread = found[0]["chi2_reduced_sigma"]
    assert chi2.mean() == pytest.approx(1.0, abs=3 * spread / np.sqrt(1000))
    assert chi2.std() == pytest.approx(spread, rel=0.1)
    assert bias.std() == pytest.approx(found[0]["bias_sigma"], rel=0.1)
    assert np.mean([summary["coverage"][0.9] for summary in found]) == pytest.approx(0.9, abs=0.01)
    assert found[0]["n_eff"] < 25


def test_points_without_geolocation_error_are_independent(sample):
    bare = Points(sample[2].dataset.drop_vars("sigma_geo"))
    with pytest.warns(NunatakWarning, match="every segment counts as independent"):
        summary = compare(model(), bare, crs=CRS).summary()
    assert summary["n_eff"] == pytest.approx(summary["n"])
    with pytest.raises(PointsError, match="height_sigma"):
        compare(model(), Points(sample[2].dataset.drop_vars("height_sigma")), crs=CRS)


def grid_like(array):
    mapping = xr.Variable((), 0, Crs.parse(CRS).grid_mapping())
    return xr.Dataset(coords={"x": array["x"], "y": array["y"], "crs": mapping}).assign(
        cell=array.assign_attrs(grid_mapping="crs")
    )


def test_cells_of_residuals(sample):
    x, y, points = sample
    comparison = compare(model(), points, crs=CRS, grid=grid_like(model()))
    assert comparison.cells is not None
    counts = comparison.cells["count"]
    assert int(counts.sum()) == comparison.summary()["n"]
    row, column = divmod(int(counts.values.argmax()), X.size)
    inside = (np.abs(x - X[column]) < 4e3) & (np.abs(y - Y[row]) < 4e3)
    residual = comparison.points.dataset["residual"].values[inside]  # type: ignore[union-attr]
    assert comparison.cells["plain_mean"].values[row, column] == pytest.approx(np.nanmean(residual), abs=1e-6)


def test_cells_are_compared_on_one_grid_and_datum(sample):
    points = sample[2]
    cells = aggregate(points.above_geoid(), grid_like(model()))
    comparison = compare(model(), cells)
    both = cells["height"].notnull() & cells["sigma_total"].notnull()
    assert comparison.summary()["n"] == int(both.sum())
    expected = (cells["height"] - model()).where(both).mean()
    assert comparison.summary()["bias"] == pytest.approx(float(expected))
    with pytest.raises(ArgumentError, match=r"cells are above the ellipsoid, .* points.above_geoid\(\)"):
        compare(model(), aggregate(points, grid_like(model())))
    with pytest.raises(ArgumentError, match=r"differ along 'y' .*nk.regrid"):
        compare(model().isel(y=slice(1, None)), cells)
    with pytest.raises(ArgumentError, match="it lacks height, sigma_total"):
        compare(model(), xr.Dataset())


def test_a_comparison_can_be_read_and_kept(sample, tmp_path):
    comparison = compare(model(), sample[2], crs=CRS)
    assert "observation minus model" in repr(comparison) and "n_eff" in str(comparison.summary())
    assert len([axes for axes in comparison.plot().axes if axes.get_title()]) == 6
    page = comparison.to_html(tmp_path / "comparison.html").read_text()
    assert "data:image/png;base64" in page and "log_likelihood" in page


@pytest.mark.parametrize(
    ("granule", "count", "median", "nmad"),
    [("11610303", 17058, -10.83, 17.40), ("11690305", 3361, 7.41, 12.44)],
)
def test_real_greenland(real_data: Path, granule, count, median, nmad):
    (path,) = (real_data / "atl06").glob(f"*{granule}*.h5")
    source = real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc"
    with xr.open_dataset(source, engine="nunatak") as dataset, warnings.catch_warnings():
        warnings.simplefilter("error")
        comparison = compare(dataset["z_srf"], open_atl06(path), crs=CRS, discrepancy="estimate")
    summary, fitted = comparison.summary(), comparison.settings["fitted_discrepancy"]
    assert 0.3 * nmad < fitted["sigma"] < 6 * nmad and fitted["length"] < 100e3
    # The bias is known no better than metres, whatever thousands of segments say.
    assert 1.0 < summary["bias_sigma"] < 30 and summary["n_eff"] < 300
    assert summary["n"] == count
    assert summary["median"] == pytest.approx(median, abs=0.01)
    assert summary["nmad"] == pytest.approx(nmad, abs=0.01)


def test_real_grid_mapping_that_is_wrong_gives_a_warning(real_data: Path):
    (path,) = (real_data / "atl06").glob("*11690305*.h5")
    points = open_atl06(path)
    source = real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc"
    for engine in ("nunatak", "netcdf4"):
        with xr.open_dataset(source, engine=engine) as dataset:
            with pytest.warns(GridMappingWarning, match="latitude_of_projection_origin.*70"):
                guessed = residuals(points, dataset["z_srf"])
            stated = residuals(points, dataset["z_srf"], crs=CRS)
        np.testing.assert_array_equal(guessed.dataset["residual"], stated.dataset["residual"])


def test_points_and_model_in_different_places_are_named(sample) -> None:
    away = model().assign_coords(x=X + 1e6, y=Y + 1e6)
    with pytest.raises(
        ArgumentError, match=r"none of the 400 points .* points lie at longitude .* one ice sheet"
    ):
        compare(away, sample[2], crs=CRS)


def test_a_variable_that_is_no_surface_is_worth_a_warning(sample) -> None:
    thickness = model().rename("lithk").assign_attrs(standard_name="land_ice_thickness")
    with pytest.warns(NunatakWarning, match="'lithk' is land_ice_thickness"):
        residuals(sample[2], thickness, crs=CRS)
