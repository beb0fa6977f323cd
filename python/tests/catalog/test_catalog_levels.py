"""Paths of a catalog's tree chosen by its columns, and users' functions on its datasets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from nunatak._nunatak import data_bytes_read
from nunatak.catalog import Catalog, open_catalog
from nunatak.errors import ArgumentError, CatalogError, NunatakWarning
from nunatak_testing import ismip7
from nunatak_testing.archives import ArchiveWriter, dataset

RUNS = [("JPL1/ISSM", "ctrl_proj"), ("JPL1/ISSM", "exp05"), ("UCIJPL/ISSM", "exp05")]


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    archive = ArchiveWriter(tmp_path / "archive")
    for number, (model, experiment) in enumerate(RUNS):
        for variable in ("lithk", "orog"):
            values = np.full((6, 2, 2), float(number))
            archive.write(variable, model=model, experiment=experiment, size=2, values=values)
    return archive


def leaves(tree: xr.DataTree) -> list[str]:
    return sorted(node.path for node in tree.leaves)


def test_by_default_the_model_is_within_its_institution(archive: ArchiveWriter) -> None:
    catalog = open_catalog(archive.root)
    expected = [f"/{model}/{experiment}" for model, experiment in RUNS]
    assert leaves(catalog.to_datatree()) == expected
    assert leaves(catalog.to_datatree(levels=("institution/model", "experiment"))) == expected
    assert leaves(catalog.to_datatree(levels=["institution", "model", "experiment"])) == expected


def test_levels_are_columns_and_texts_with_columns(archive: ArchiveWriter) -> None:
    tree = open_catalog(archive.root).to_datatree(levels=("ice_sheet", "experiment", "{institution}_{model}"))
    assert leaves(tree) == ["/AIS/ctrl_proj/JPL1_ISSM", "/AIS/exp05/JPL1_ISSM", "/AIS/exp05/UCIJPL_ISSM"]
    for number, path in enumerate(leaves(tree)):
        assert np.all(dataset(tree, path)["orog"].values == number), "each path has its own run"


def test_one_level_does_where_it_tells_all_apart(archive: ArchiveWriter) -> None:
    catalog = open_catalog(archive.root).search(experiment="exp05")
    assert leaves(catalog.to_datatree(levels=["institution"])) == ["/JPL1", "/UCIJPL"]


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        (("model", "experiment"), "JPL1/ISSM/exp05 and UCIJPL/ISSM/exp05 would both be at ISSM/exp05"),
        (("institution/modell",), "no column 'modell'; the columns are variable, "),
        (("{institution}_{}",), "no column ''; the columns are"),
        (("institution/", "experiment"), "'institution/' has an empty part"),
        (("institution", ""), "'' has an empty part"),
        (("institution", "experiment_alias"), "JPL1/ISSM/exp05 has no 'experiment_alias'"),
        (("institution", "variable"), r"is one dataset, but its files differ in 'variable' \(lithk, orog\)"),
        (("{institution",), "is no template"),
        (("{institution:>9}",), "nothing else in them"),
        ("experiment", "expected a sequence of texts"),
        ((), "expected a sequence of texts"),
    ],
)
def test_levels_that_make_no_tree_are_errors(archive: ArchiveWriter, levels: object, message: str) -> None:
    before = data_bytes_read()
    with pytest.raises(ArgumentError, match=message):
        open_catalog(archive.root).to_datatree(levels=levels)  # pyright: ignore[reportArgumentType]
    assert data_bytes_read() == before


def ismip7_catalog(root: Path, members: tuple[str, ...] = ("m001", "m002")) -> Catalog:
    for member in members:
        ismip7.write(root, "lithk", name=f"lithk_{ismip7.RUN.replace('m001', member)}.nc")
    return open_catalog(root)


def test_runs_of_an_experiment_stay_apart(tmp_path: Path) -> None:
    catalog = ismip7_catalog(tmp_path)
    runs = [f"{member}_CESM2-WACCM_f001_C001" for member in ("m001", "m002")]
    assert leaves(catalog.to_datatree()) == [f"/VUW/PISM1/historical/{run}" for run in runs]
    assert leaves(catalog.to_datatree(levels=("experiment", "model"))) == [
        f"/historical/PISM1/{run}" for run in runs
    ]
    assert leaves(catalog.to_datatree(levels=("experiment", "{model}-{member}"))) == [
        "/historical/PISM1-m001",
        "/historical/PISM1-m002",
    ]
    with pytest.raises(ArgumentError, match=r"m001_CESM2-WACCM_f001_C001 and .*m002_.* would both be at"):
        catalog.to_datatree(levels=("experiment", "esm"))


def test_ismip6_with_ismip7(archive: ArchiveWriter) -> None:
    catalog = ismip7_catalog(archive.root, ("m001",))
    expected = [f"/{experiment}/{model}" for model, experiment in RUNS]
    expected.append("/historical/VUW/PISM1/m001_CESM2-WACCM_f001_C001")
    assert leaves(catalog.to_datatree(levels=("experiment", "institution/model"))) == sorted(expected)


def test_a_function_sees_every_dataset_lazily(archive: ArchiveWriter) -> None:
    seen: list[tuple[str, str]] = []

    def in_km(run: xr.Dataset) -> xr.Dataset:
        seen.append((run.attrs["nunatak_model"], run.attrs["nunatak_experiment"]))
        return run[["lithk"]].isel(time=slice(2)).rename(lithk="thickness")

    before = data_bytes_read()
    tree = open_catalog(archive.root).to_datatree(preprocess=in_km)
    assert data_bytes_read() == before
    assert sorted(seen) == sorted(RUNS)
    node = dataset(tree, "UCIJPL/ISSM/exp05")
    assert list(node.data_vars) == ["thickness"] and node.sizes["time"] == 2
    assert np.all(node["thickness"].values == 2.0)


def test_a_function_sees_dask_arrays_where_they_are_requested(archive: ArchiveWriter) -> None:
    pytest.importorskip("dask")
    chunked: list[bool] = []

    def look(run: xr.Dataset) -> xr.Dataset:
        chunked.append(run["lithk"].chunks is not None)
        return run

    open_catalog(archive.root).to_datatree(preprocess=look, chunks={})
    assert chunked == [True] * len(RUNS)


def failing(run: xr.Dataset) -> xr.Dataset:
    if run.attrs["nunatak_experiment"] == "ctrl_proj":
        raise KeyError("no such thing")
    return run


MESSAGE = "JPL1/ISSM/ctrl_proj: preprocess: KeyError: 'no such thing'"


def test_a_function_that_fails_is_an_error_of_its_dataset(archive: ArchiveWriter) -> None:
    catalog = open_catalog(archive.root)
    with pytest.raises(CatalogError, match=MESSAGE) as caught:
        catalog.to_datatree(preprocess=failing, on_error="raise")
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.warns(NunatakWarning, match=f"1 dataset or file could not be used.*\n.*{MESSAGE}"):
        tree = catalog.to_datatree(preprocess=failing)
    assert leaves(tree) == ["/JPL1/ISSM/exp05", "/UCIJPL/ISSM/exp05"]
    problems = catalog.report.problems
    assert problems[["severity", "path", "message"]].values.tolist() == [
        ["error", "JPL1/ISSM/ctrl_proj", MESSAGE]
    ]
    assert leaves(catalog.to_datatree(preprocess=failing, on_error="skip")) == leaves(tree)


def test_a_function_that_gives_no_dataset_is_a_mistake(archive: ArchiveWriter) -> None:
    with pytest.raises(ArgumentError, match=r"JPL1/ISSM/.*: preprocess: expected a Dataset, found NoneType"):
        open_catalog(archive.root).to_datatree(
            preprocess=lambda run: None,  # pyright: ignore[reportArgumentType]
            on_error="skip",
        )
