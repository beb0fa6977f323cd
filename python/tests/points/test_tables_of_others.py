"""CryoTEMPO, SlideRule, GeoDataFrames, GeoParquet and CSV as points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import nunatak as nk

COUNT = 8
LONGITUDE = np.linspace(-49.6, -49.3, COUNT)
LATITUDE = np.linspace(71.0, 71.2, COUNT)


def cryotempo(real_data: Path) -> Path:
    (path,) = (real_data / "cryotempo").glob("*.nc")
    return path


def test_the_uncertainty_of_cryotempo_is_shared_by_the_pass(real_data: Path) -> None:
    path = cryotempo(real_data)
    dataset = nk.open_points(path, quality="all").dataset
    with netCDF4.Dataset(path) as file:
        uncertainty = np.ma.filled(file["uncertainty"][:].astype(float), np.nan)
    np.testing.assert_array_equal(dataset.sigma_geo, uncertainty)
    np.testing.assert_array_equal(dataset.height_sigma, uncertainty)
    assert np.unique(dataset.pass_id).size == np.unique(dataset.overpass_id).size == 1
    assert dataset.pass_id.values[0] < 0 and dataset.overpass_id.values[0] < 0


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_more_points_of_one_cryotempo_pass_do_not_shrink_a_cell(real_data: Path) -> None:
    points = nk.open_points(cryotempo(real_data))
    grid = nk.grid("EPSG:3031", spacing=32e3, bounds=points)
    every = nk.aggregate(points, grid)
    tenth = nk.aggregate(points.select(np.arange(len(points)) % 10 == 0), grid)
    full = (every["count"] >= 20) & (tenth["count"] >= 2)
    assert int(full.sum()) >= 5
    ratio = (every.sigma_correlated / tenth.sigma_correlated).where(full).values
    assert np.isfinite(every.sigma_total.where(full).values[full.values]).all()
    ratio = ratio[np.isfinite(ratio)]
    # Independent errors would shrink by a factor of three.
    assert 0.9 < np.median(ratio) < 1.1
    # What neighbours state differs by a factor of ten: a mean of it is never below the least of them.
    correlated = every.sigma_correlated.values[full.values]
    assert (correlated > np.nanmin(points.dataset.sigma_geo)).all()
    assert (correlated < np.nanmax(points.dataset.sigma_geo)).all()
    alike = nk.Points(points.dataset.assign(sigma_geo=0.0 * points.dataset.sigma_geo.fillna(0.0) + 0.7))
    for chosen in (alike, alike.select(np.arange(len(points)) % 10 == 0)):
        cells = nk.aggregate(chosen, grid)
        np.testing.assert_allclose(cells.sigma_correlated.values[full.values], 0.7, rtol=1e-7)
        assert (cells.sigma_total.values[full.values] > 0.7).all()


def test_files_of_two_cryotempo_tracks_are_two_passes(tmp_path: Path) -> None:
    for track in ("02650", "02651"):
        dataset = xr.Dataset(
            {
                "longitude": ("time", LONGITUDE),
                "latitude": ("time", LATITUDE),
                "elevation": ("time", np.full(COUNT, 5.0)),
                "uncertainty": ("time", np.full(COUNT, 0.7)),
            }
        )
        dataset.to_netcdf(
            tmp_path / f"CS_OFFL_SIR_TDP_LI_GREENL_20150131T182746_20150131T183002_07_{track}_C001.nc"
        )
    found = nk.open_points(str(tmp_path / "*.nc")).dataset
    assert np.unique(found.overpass_id).size == np.unique(found.pass_id).size == 2
    assert set(found.sigma_geo.values) == {0.7}


def sliderule() -> pd.DataFrame:
    """Columns as SlideRule's atl06 gives them."""
    return pd.DataFrame(
        {
            "h_mean": np.linspace(900.0, 901.0, COUNT),
            "h_sigma": np.full(COUNT, 0.03),
            "rms_misfit": np.full(COUNT, 0.1),
            "n_fit_photons": np.full(COUNT, 50),
            "w_surface_window_final": np.full(COUNT, 3.0),
            "dh_fit_dx": np.linspace(-0.02, 0.02, COUNT),
            "x_atc": 1e7 + 20.0 * np.arange(COUNT),
            "y_atc": np.zeros(COUNT),
            "rgt": np.full(COUNT, 1161),
            "cycle": np.full(COUNT, 3),
            "region": np.full(COUNT, 3),
            "gt": np.array([10, 20, 30, 40, 50, 60, 10, 20]),
            "spot": np.array([1, 2, 3, 4, 5, 6, 1, 2]),
            "segment_id": 500_000 + np.arange(COUNT),
        },
        index=pd.DatetimeIndex(
            np.datetime64("2019-06-13T06:51:09", "ns") + np.arange(COUNT) * np.timedelta64(3, "ms"),
            name="time",
        ),
    )


def check_sliderule(dataset: xr.Dataset, frame: pd.DataFrame, atol: float = 1e-9) -> None:
    np.testing.assert_allclose(dataset.longitude, LONGITUDE, atol=atol)
    np.testing.assert_allclose(dataset.latitude, LATITUDE, atol=atol)
    for name, own in (
        ("height", "h_mean"),
        ("height_sigma", "h_sigma"),
        ("slope_along", "dh_fit_dx"),
        ("x_atc", "x_atc"),
        ("rgt", "rgt"),
        ("spot", "spot"),
        ("segment_id", "segment_id"),
    ):
        np.testing.assert_array_equal(dataset[name], frame[own], err_msg=name)
    np.testing.assert_array_equal(dataset.time, frame.index.values)
    assert dataset.beam.values.tolist() == [1, 2, 3, 4, 5, 6, 1, 2]
    assert dataset.pair.values.tolist() == [1, 1, 2, 2, 3, 3, 1, 1]
    assert set(dataset.overpass_id.values) == {31_161}
    assert dataset.strong.values.tolist() == [True, False] * 4


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3413", "EPSG:7912"])
def test_geodataframes_of_sliderule(crs: str, tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    frame = sliderule()
    geo = geopandas.GeoDataFrame(
        frame, geometry=geopandas.points_from_xy(LONGITUDE, LATITUDE), crs="EPSG:4326"
    )
    geo = geo.to_crs(crs)
    check_sliderule(nk.open_points(geo).dataset, frame)
    geo.to_parquet(tmp_path / "sliderule.parquet")
    check_sliderule(nk.open_points(tmp_path / "sliderule.parquet").dataset, frame)
    named = geo.rename_geometry("place")
    check_sliderule(nk.open_points(named).dataset, frame)


def test_tables_of_sliderule_without_geometry(tmp_path: Path) -> None:
    frame = sliderule().assign(longitude=LONGITUDE, latitude=LATITUDE)
    check_sliderule(nk.open_points(frame).dataset, frame)
    frame.to_csv(tmp_path / "sliderule.csv")
    check_sliderule(nk.open_points(tmp_path / "sliderule.csv").dataset, frame)
    by_column = frame.reset_index().rename(columns={"time": "time_ns"})
    check_sliderule(nk.open_points(by_column).dataset, frame)


def test_geometries_that_are_no_points_are_refused() -> None:
    geopandas = pytest.importorskip("geopandas")
    import shapely

    lines = [shapely.LineString([(0, 0), (1, 1)])] * COUNT
    with pytest.raises(nk.PointsError, match="LineString"):
        nk.open_points(geopandas.GeoDataFrame(sliderule(), geometry=lines, crs="EPSG:4326"))


def points(count: int = 50, **more: Any) -> nk.Points:
    rng = np.random.default_rng(2)
    table = {
        "longitude": rng.uniform(-180, 180, count),
        "latitude": rng.uniform(-90, 90, count),
        "height": rng.normal(size=count),
        "height_sigma": np.where(np.arange(count) % 7 == 0, np.nan, 0.1),
        "time": np.datetime64("2019-06-13T01:02:03.123456789", "ns")
        + np.arange(count) * np.timedelta64(1, "s"),
        "rgt": np.full(count, 5),
        "cycle": np.full(count, 3),
        "beam": 1 + np.arange(count) % 6,
        "orientation": np.ones(count, int),
    }
    return nk.open_points(table | more)


def test_geoparquet_is_without_loss_and_read_by_geopandas(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("pyarrow")
    own = points(geoid_height=np.full(50, 30.0)).above_geoid()
    own.to_geoparquet(tmp_path / "points.parquet")
    again = nk.open_points(tmp_path / "points.parquet", quality="all")
    xr.testing.assert_identical(again.dataset.drop_attrs(), own.dataset.drop_attrs())
    for name in own.dataset:
        assert again.dataset[name].dtype == own.dataset[name].dtype, name
    assert again.datum == "geoid" and again.dataset.attrs["vertical_datum"] == "geoid"
    frame = geopandas.read_parquet(tmp_path / "points.parquet")
    assert frame.crs == "OGC:CRS84"
    np.testing.assert_array_equal(frame.geometry.x, own.dataset.longitude)
    np.testing.assert_array_equal(frame.geometry.y, own.dataset.latitude)
    np.testing.assert_array_equal(frame["height"], own.dataset.height)


def test_arrow_and_geodataframes_hold_every_column(tmp_path: Path) -> None:
    pytest.importorskip("geopandas")
    pytest.importorskip("pyarrow")
    own = points()
    table = own.to_arrow()
    assert table.column_names == list(own.dataset.data_vars) and table.num_rows == 50
    for name in own.dataset:
        np.testing.assert_array_equal(table[str(name)].to_numpy(), own.dataset[name], err_msg=str(name))
    frame = own.to_geodataframe()
    assert frame.crs == "EPSG:4326" and frame.attrs["vertical_datum"] == "WGS84 ellipsoid"
    again = nk.open_points(frame.to_crs("EPSG:3413"), quality="all")
    xr.testing.assert_identical(again.dataset.drop_attrs(), own.dataset.drop_attrs())


@pytest.mark.parametrize("kind", ["nc", "zarr"])
def test_netcdf_and_zarr_are_without_loss(kind: str, tmp_path: Path) -> None:
    own = points()
    path = tmp_path / f"points.{kind}"
    own.dataset.to_netcdf(path) if kind == "nc" else own.dataset.to_zarr(path)
    again = nk.open_points(path, quality="all")
    for name in own.dataset:
        assert again.dataset[name].dtype == own.dataset[name].dtype, name
        np.testing.assert_array_equal(again.dataset[name], own.dataset[name], err_msg=str(name))
    assert again.dataset.attrs["vertical_datum"] == own.dataset.attrs["vertical_datum"]


def test_no_points_go_to_geoparquet_and_back(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    points().select(np.zeros(50, bool)).to_geoparquet(tmp_path / "none.parquet")
    assert len(nk.open_points(tmp_path / "none.parquet")) == 0
