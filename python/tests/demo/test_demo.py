"""The demo, end to end: the README's lines, the repairs, the planted truth, and the report."""

from __future__ import annotations

import multiprocessing
import pickle
import re
import runpy
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr
from scipy.interpolate import RegularGridInterpolator

import nunatak as nk
from nunatak import demo
from nunatak._nunatak import data_bytes_read
from nunatak.demo.report import build_report, overview
from nunatak.report.drawing import png

ROOT = Path(__file__).parents[3]
QUICKSTART = ROOT / "examples/quickstart.py"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "demo"


@pytest.fixture(scope="module")
def results(directory: Path) -> demo.Results:
    return demo.run(directory)


def test_readme_shows_the_quickstart_in_ten_lines() -> None:
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line]
    assert len(lines) <= 10
    assert block[1] in QUICKSTART.read_text().replace("\n\n\n", "\n\n")


def test_quickstart_runs_on_the_samples(
    results: demo.Results,
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(directory.parent)
    names = runpy.run_path(str(QUICKSTART))
    assert "chi2_reduced" in capsys.readouterr().out
    xr.testing.assert_allclose(names["ensemble"], results.ensemble)


def test_every_planted_fault_is_repaired_or_named(results: demo.Results) -> None:
    found = dict(
        zip(results.catalog.report.repairs["rule"], results.catalog.report.repairs["files"], strict=True)
    )
    planted = dict(results.archive.rules)
    problems = results.catalog.report.problems
    named = problems.loc[problems["severity"] == "error", "path"]
    empty = [defect.file for defect in results.archive.defects if defect.rule == "A4"]
    assert planted.pop("A4") == len(empty) == len(named)
    assert named.iloc[0].endswith(empty[0])
    missed = {
        rule: (count, found.get(rule, 0)) for rule, count in planted.items() if found.get(rule, 0) < count
    }
    assert missed == {}


def test_all_models_have_the_same_years(results: demo.Results) -> None:
    assert results.ensemble["year"].values.tolist() == list(range(2015, 2035))
    counts = results.ensemble["count"].sel(x=0, y=0)
    assert counts.values.tolist() == [6] * 20


def test_ensemble_equals_netcdf4_and_scipy(results: demo.Results) -> None:
    inner = results.ensemble.isel(year=-1).sel(x=slice(-9e5, 9e5), y=slice(-9e5, 9e5))
    targets = np.stack(np.meshgrid(inner["y"], inner["x"], indexing="ij"), axis=-1)
    members = []
    for model in results.archive.models:
        with netCDF4.Dataset(results.archive.path / model.file_path("exp05", "orog")) as dataset:
            orog = np.ma.filled(dataset["orog"][-1].astype(np.float64), np.nan)
        orog = orog.T if model.style.transposed else orog
        members.append(RegularGridInterpolator((model.axis, model.axis), orog)(targets))
    np.testing.assert_allclose(inner["mean"], np.mean(members, axis=0), atol=2e-3)
    np.testing.assert_allclose(inner["std"], np.std(members, axis=0), atol=2e-3)


def test_repaired_values_equal_the_file(results: demo.Results) -> None:
    file = results.archive.path / "CPOM/BISICLES/exp05/orog_AIS_CPOM_BISICLES_exp05.nc"
    with netCDF4.Dataset(file) as dataset:
        expected = dataset["orog"][:].swapaxes(1, 2)
    found = results.tree["CPOM/BISICLES/exp05"]["orog"].transpose("time", "y", "x")
    np.testing.assert_array_equal(found.values, expected)


def _coordinate_bytes(files: list[Path]) -> int:
    """Bytes of everything in the files that has one dimension, in whole chunks."""
    total = 0
    for file in files:
        with netCDF4.Dataset(file) as dataset:
            for variable in dataset.variables.values():
                chunks = variable.chunking()
                if variable.ndim == 1:
                    total += variable.dtype.itemsize * max(
                        variable.size, *(chunks if isinstance(chunks, list) else [0])
                    )
    return total


def test_opening_reads_coordinates_but_no_data(results: demo.Results) -> None:
    files = [results.archive.path / name for name in results.archive.files]
    coordinates = _coordinate_bytes([file for file in files if file.stat().st_size])
    before = data_bytes_read()
    tree = nk.open_catalog(results.archive.path).to_datatree(on_error="skip")
    whole, nested = tree["JPL1/ISSM/exp05"]["lithk"], tree["JPL1/ISSM"]["exp05"]["lithk"]
    assert data_bytes_read() - before <= coordinates < 0.01 * results.archive.size
    before = data_bytes_read()
    one = nested.isel(time=0, y=95, x=95).values
    assert whole.isel(time=0, y=95, x=95).values == one
    assert 0 < data_bytes_read() - before < whole.isel(time=0).nbytes


def _read(pickled: bytes) -> np.ndarray:
    return pickle.loads(pickled).values


def test_a_lazy_variable_reads_the_same_in_another_process(results: demo.Results) -> None:
    variable = results.tree["ULB/fETISh_16km/exp05"]["orog"].isel(time=3)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        elsewhere = pool.apply(_read, (pickle.dumps(variable),))
    np.testing.assert_array_equal(elsewhere, variable.values)


def test_the_planted_truth_is_recovered(results: demo.Results) -> None:
    recovery = results.recovery
    assert recovery.cells > 500
    assert recovery.recovered, str(recovery)
    assert abs(float(recovery.misfit.mean())) < 1.0


def test_the_planted_model_error_is_found(results: demo.Results) -> None:
    model = next(model for model in results.archive.models if model.key == "JPL1/ISSM")
    points = results.residuals.dataset
    inland = points["residual"].where(points["height"] > 1000)
    assert float(inland.median()) == pytest.approx(-model.error.bias, abs=model.error.spread / 2)


def test_tides_are_taken_out_on_the_shelf_only(results: demo.Results) -> None:
    corrected = results.points.dataset["tide_correction"]
    floating = results.points.dataset["tide_ocean"].notnull()
    assert 0 < int(floating.sum()) < len(results.points)
    assert (corrected != 0).sum() > 0.9 * floating.sum()
    assert float(np.abs(corrected.where(~floating)).sum()) < 0.001 * len(results.points)


def test_report_is_one_readable_page(results: demo.Results, tmp_path: Path) -> None:
    page = build_report(results).write(tmp_path / "report.html").read_text()
    assert page.count("data:image/png;base64,") >= 7
    assert not re.search(r"(src|href)=\"https?:", page)
    for words in (
        "The tree",
        "Repairs",
        "Ensemble",
        "Observations",
        "PIT",
        "coverage",
        "Planted truth recovered",
    ):
        assert words in page, words


def test_picture_of_the_readme_is_small(results: demo.Results) -> None:
    assert len(png(overview(results))) * 3 / 4 < 300_000


def test_the_samples_are_small(results: demo.Results) -> None:
    assert results.archive.size < 60_000_000
    assert results.granules.size < 40_000_000
