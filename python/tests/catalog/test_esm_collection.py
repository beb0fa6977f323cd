"""Archives as collections of intake-esm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nunatak as nk
from nunatak.catalog import open_catalog
from nunatak_testing.exports import archive_of, needs, write_layouts
from nunatak_testing.ismip6 import write_ismip6_archive


@needs("intake", "intake_esm")
def test_intake_esm_opens_the_same_nodes(tmp_path: Path) -> None:
    import intake

    root = tmp_path / "archive"
    write_ismip6_archive(root, models=3, experiments=2, variables=5, steps=3, spacings=(32,), netcdf3=0)
    catalog = open_catalog(root, cache=False)
    collection = intake.open_esm_datastore(catalog.to_esm(tmp_path / "archive.json"))
    # netCDF4 is not safe in the threads that intake-esm starts.
    found = collection.to_datatree(xarray_open_kwargs={"engine": "h5netcdf"}, progressbar=False)
    own = catalog.to_datatree()
    assert set(found.groups) == set(own.groups)
    node = next(node.path for node in own.leaves)
    assert set(own[node].data_vars) <= set(found[node].variables)


@needs("intake", "intake_esm")
@pytest.mark.parametrize("engine", ["h5netcdf", "nunatak"])
def test_intake_esm_repairs_what_it_opens(tmp_path: Path, engine: str) -> None:
    import intake

    root = tmp_path / "archive"
    write_ismip6_archive(root, models=3, experiments=2, variables=3, steps=3, spacings=(32,), netcdf3=0)
    catalog = open_catalog(root, cache=False)
    collection = intake.open_esm_datastore(catalog.to_esm(tmp_path / "archive.json"))
    options = {"xarray_open_kwargs": {"engine": engine}, "progressbar": False}
    found = collection.to_datatree(preprocess=nk.fix_ismip6, **options)
    own = catalog.to_datatree()
    assert set(found.groups) == set(own.groups)
    for node in own.leaves:
        for name, expected in node.data_vars.items():
            repaired = found[node.path][name]
            assert repaired.dims == expected.dims and repaired.attrs["units"] == expected.attrs["units"]
            assert set(repaired.values[~np.isnan(repaired.values)].tolist()) == set(
                expected.values[~np.isnan(expected.values)].tolist()
            )


def test_the_collection_holds_every_column(tmp_path: Path) -> None:
    catalog = archive_of(tmp_path, write_layouts)
    path = Path(catalog.to_esm(tmp_path / "archive.json"))
    collection = json.loads(path.read_text())
    table = pd.read_csv(path.with_name(collection["catalog_file"]))
    assert list(table.columns) == list(catalog.df.columns)
    assert list(table["path"]) == list(catalog.df["path"])
    named = {attribute["column_name"] for attribute in collection["attributes"]}
    assert named | {"path", "size"} == set(table.columns)
    assert collection["esmcat_version"] == "0.1.0"


def test_the_collection_is_no_csv_file(tmp_path: Path) -> None:
    catalog = archive_of(tmp_path, write_layouts)
    with pytest.raises(nk.ArgumentError, match=r"archive\.csv'.*a JSON file"):
        catalog.to_esm(tmp_path / "archive.csv")
    assert not (tmp_path / "archive.csv").exists()
