"""The published ISMIP6 scalars of 16 models: every number is held against h5py and numpy alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from nunatak._nunatak import data_bytes_read
from nunatak.catalog import Catalog, open_catalog

FILES = 414
MODELS_WITH_EXP05 = 13
SPREAD = 8.7205e12
"""Population standard deviation (m3) of ivaf minus control in exp05 at each model's last record."""


@pytest.fixture(scope="module")
def archive(real_data: Path) -> Path:
    return real_data / "ismip6" / "computed_scalars"


@pytest.fixture(scope="module")
def opened(archive: Path) -> tuple[Catalog, xr.DataTree]:
    catalog = open_catalog(archive)
    return catalog, catalog.to_datatree(on_error="raise")


def reference(path: Path, variable: str) -> dict[float, np.float32]:
    """Values of a file by its own time label (decimal years), by h5py."""
    with h5py.File(path) as file:
        return dict(zip(file["time"][:].astype(float).tolist(), file[variable][:], strict=True))


def by_label(variable: xr.DataArray) -> dict[float, np.float32]:
    """Values by decimal year of their stamp: 1 January is a whole year."""
    stamps = variable.indexes["time"]
    assert all((stamp.month, stamp.day, stamp.hour) == (1, 1, 0) for stamp in stamps)
    return dict(zip([float(stamp.year) for stamp in stamps], variable.values, strict=True))


def differences(archive: Path) -> dict[str, dict[float, np.float32]]:
    paths = archive.glob("*/*/exp05/computed_ivaf_minus_ctrl_proj_*.nc")
    return {"/".join(path.parts[-4:-2]): reference(path, "ivaf") for path in paths}


def dataset(tree: xr.DataTree, path: str) -> xr.Dataset:
    node = tree[path]
    assert isinstance(node, xr.DataTree)
    return node.to_dataset()


def test_every_file_is_listed_and_opened(opened: tuple[Catalog, xr.DataTree], archive: Path) -> None:
    catalog, tree = opened
    assert len(catalog) == FILES == len(list(archive.rglob("*.nc"))) == catalog.report.files
    assert len(catalog.df[["institution", "model"]].drop_duplicates()) == 16
    assert not len(catalog.report.problems)
    repairs = catalog.report.repairs.set_index("rule")
    assert repairs.loc["C19", "files"] == FILES
    folders = {"/".join(path.parts[-4:-1]) for path in archive.rglob("*.nc")}
    assert {leaf.path.strip("/") for leaf in tree.leaves} == folders


def test_every_variable_of_every_file_is_in_the_tree(
    opened: tuple[Catalog, xr.DataTree], archive: Path
) -> None:
    _, tree = opened
    for leaf in tree.leaves:
        expected: set[str] = set()
        for path in (archive / leaf.path.strip("/")).glob("*.nc"):
            with h5py.File(path) as file:
                names = {name for name in file if name != "time"}
            token = path.name.removeprefix("computed_").split("_AIS_")[0]
            stem, _, rest = token.partition("_")
            suffix = f"_{rest}" if rest else ""
            expected |= {name + suffix if name.startswith(stem) else name for name in names}
        assert set(leaf.data_vars) == expected, leaf.path


def test_every_value_equals_that_of_h5py(opened: tuple[Catalog, xr.DataTree], archive: Path) -> None:
    """All files, every record by its nominal year: a flux of 2015.5 is at the end of 2015."""
    _, tree = opened
    compared = 0
    for leaf in tree.leaves:
        years = np.array([stamp.year - 1 for stamp in leaf.indexes["time"]])
        for path in (archive / leaf.path.strip("/")).glob("*.nc"):
            token = path.name.removeprefix("computed_").split("_AIS_")[0]
            variable = token.partition("_")[0]
            with h5py.File(path) as file:
                nominal = np.ceil(file["time"][:].astype(float)).astype(int) - 1
                expected = np.full(years.size, np.nan, np.float32)
                expected[np.searchsorted(years, nominal)] = file[variable][:]
            np.testing.assert_array_equal(leaf[token].values, expected)
            assert leaf[token].dtype == np.float32
            compared += nominal.size
    assert compared > 25_000


def test_the_spread_of_the_models_is_the_published_one(
    opened: tuple[Catalog, xr.DataTree], archive: Path
) -> None:
    _, tree = opened
    own = {
        leaf.path.strip("/").removesuffix("/exp05"): leaf["ivaf_minus_ctrl_proj"].dropna("time")
        for leaf in tree.leaves
        if leaf.path.endswith("/exp05")
    }
    expected = differences(archive)
    assert set(own) == set(expected) and len(own) == MODELS_WITH_EXP05
    last = np.array([float(series[-1]) for series in own.values()])
    assert np.std(last) == pytest.approx(SPREAD, rel=1e-5)
    assert np.std(last) == np.std([float(list(expected[model].values())[-1]) for model in own])


def test_at_every_common_label_the_spread_equals_that_of_h5py(
    opened: tuple[Catalog, xr.DataTree], archive: Path
) -> None:
    _, tree = opened
    expected = differences(archive)
    own = {
        model: by_label(dataset(tree, f"{model}/exp05")["ivaf_minus_ctrl_proj"].dropna("time"))
        for model in expected
    }
    assert own == expected
    common = set.intersection(*(set(series) for series in expected.values()))
    assert len(common) == 85
    for label in sorted(common):
        column = np.array([own[model][label] for model in expected], np.float64)
        wanted = np.array([series[label] for series in expected.values()], np.float64)
        assert np.std(column) == np.std(wanted)
        assert column.sum() == wanted.sum()


def test_a_difference_does_not_overwrite_what_it_is_taken_of(
    opened: tuple[Catalog, xr.DataTree], archive: Path
) -> None:
    """exp05 minus control, recomputed: half a float32 ulp at 2.3e16 m3 is 1.07e9 m3."""
    _, tree = opened
    run, control = (dataset(tree, f"JPL1/ISSM/{name}") for name in ("exp05", "ctrl_proj_std"))
    recomputed = run["ivaf"].astype("f8") - control["ivaf"].astype("f8")
    apart = abs(recomputed - run["ivaf_minus_ctrl_proj"]).max()
    assert 0 < float(apart) <= 2.2e9
    assert '"rule":"N1"' in run["ivaf_minus_ctrl_proj"].attrs["nunatak_repairs"]


def test_sectors_and_regions_sum_to_the_total(opened: tuple[Catalog, xr.DataTree]) -> None:
    _, tree = opened
    run = dataset(tree, "JPL1/ISSM/exp05").astype("f8")
    total = run["ivaf"]
    sectors = sum(run[f"ivaf_sector_{number}"] for number in range(1, 19))
    regions = sum(run[f"ivaf_region_{number}"] for number in range(1, 4))
    for parts in (sectors, regions):
        assert float(abs(parts / total - 1).max()) < 1e-6


def test_opening_reads_coordinates_and_densities_only(archive: Path) -> None:
    before = data_bytes_read()
    catalog = open_catalog(archive)
    assert data_bytes_read() == before, "listing opens no file"
    catalog.to_datatree()
    read = data_bytes_read() - before
    records = 0
    for path in archive.rglob("*.nc"):
        with h5py.File(path) as file:
            records += file["time"].size
    # Time in single precision, and two densities of each file compared with the first of its experiment.
    assert read <= 4 * records + 2 * 2 * 8 * FILES


def test_a_flat_folder_is_read_by_its_file_names(real_data: Path) -> None:
    """Real Greenland output: NetCDF-3, seconds since 2000-1-1, a grid mapping of characters."""
    folder = real_data / "ismip6" / "initmip_gris"
    tree = open_catalog(folder).to_datatree(on_error="raise")
    own = dataset(tree, "VUB/GISM1/initMIP_05000m")
    with xr.open_dataset(next(folder.glob("*.nc")), engine="netcdf4") as expected:
        xr.testing.assert_equal(own["sftgif"].drop_vars("Polar_Stereographic"), expected["sftgif"])
    assert own["time"].values[0] == np.datetime64("2000-01-01")
    assert "Polar_Stereographic" in own.coords


def test_without_rules_the_time_stays_unreadable_and_is_reported(archive: Path) -> None:
    catalog = open_catalog(archive, rules=None).search(institution="JPL1", experiment="exp05")
    tree = catalog.to_datatree(on_error="skip")
    assert "time" not in tree["JPL1/ISSM/exp05"].coords
    errors = catalog.report.problems.query("severity == 'error'")["message"]
    assert len(errors) == 10 and errors.str.contains("365 days").all()


def test_the_example_draws_the_models(archive: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[3] / "examples" / "real_models.py"
    picture = tmp_path / "models.png"
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, str(script), str(archive), str(picture)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert "13 models" in done.stdout and "8.7205e+12 m3" in done.stdout
    assert picture.stat().st_size > 20_000
