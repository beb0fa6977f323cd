"""Exports opened by plain xarray, in a process that cannot import Nunatak, equal the tree they are of."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import netCDF4
import numpy as np
import pytest
import xarray as xr

from nunatak.catalog import Catalog, open_catalog
from nunatak_testing.archives import NODE, ArchiveWriter
from nunatak_testing.exports import (
    archive_of,
    assert_same_variable,
    both_formats,
    chunked,
    export,
    needs,
    read_elsewhere,
    records,
    row,
    write_layouts,
)
from nunatak_testing.ismip6 import write_ismip6_archive
from nunatak_testing.object_store import ObjectStoreServer


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, xr.DataTree]:
    """Every file flavour and every planted fault."""
    root = tmp_path_factory.mktemp("faulty")
    write_ismip6_archive(root, models=10, experiments=3, variables=15, steps=8, spacings=(32,), defects="all")
    catalog = open_catalog(root, cache=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return catalog, catalog.to_datatree()


@both_formats
def test_a_faulty_archive_reads_as_its_tree_does(
    faulty: tuple[Catalog, xr.DataTree], form: str, tmp_path: Path
) -> None:
    catalog, tree = faulty
    report, opened = export(catalog, form, tmp_path)
    assert len(report.virtual) > 200
    assert len(report.virtual) > 10 * len(report.left_out)
    for one in report.variables.itertuples():
        own = tree[str(one.node)].to_dataset(inherit=False)
        found, where = opened[f"/{one.node}"], f"{one.node}/{one.variable}"
        if one.placement == "left out":
            assert one.variable not in found.variables, where
            continue
        expected, variable = own.variables[one.variable], found.variables[one.variable]
        if str(one.reason).startswith("not clipped"):
            variable = variable.copy(data=np.clip(variable.values, 0, 1))
        assert_same_variable(expected, variable, where)
        assert (one.variable in own.coords) == (one.variable in found.coords), where
    everywhere = {(f"/{one.node}", one.variable) for one in report.variables.itertuples()}
    for node in tree.subtree:
        own = node.to_dataset(inherit=False)
        assert {(node.path, str(name)) for name in own.variables} <= everywhere
        assert own.attrs == opened[node.path].attrs
    repaired = [
        variable
        for dataset in opened.values()
        for variable in dataset.data_vars.values()
        if "nunatak_repairs" in variable.attrs
    ]
    assert len(repaired) > 20


@both_formats
def test_what_is_read_are_the_bytes_of_the_original_files(form: str, tmp_path: Path) -> None:
    """A changed byte of the file is seen through references, which a copy would not show."""
    catalog = archive_of(tmp_path, lambda writer: writer.write("lithk", container="NETCDF3_CLASSIC"))
    report, opened = export(catalog, form, tmp_path)
    assert row(report, "lithk").placement == "virtual"
    path = catalog.df["path"][0]
    with netCDF4.Dataset(path) as file:
        np.testing.assert_array_equal(opened[f"/{NODE}"]["lithk"].values, file["lithk"][:])
    if form == "kerchunk":
        with netCDF4.Dataset(path, "a") as file:
            file["lithk"][2, 3, 4] = 4321.5
        assert read_elsewhere(report, tmp_path)[f"/{NODE}"]["lithk"].values[2, 3, 4] == 4321.5


@needs("icechunk", "zarr")
def test_a_file_that_changed_since_is_an_error(tmp_path: Path) -> None:
    import os

    catalog = archive_of(tmp_path, lambda writer: writer.write("lithk"))
    report, _ = export(catalog, "icechunk", tmp_path)
    path = catalog.df["path"][0]
    later = os.stat(path).st_mtime + 10
    os.utime(path, (later, later))
    with pytest.raises(subprocess.CalledProcessError):
        read_elsewhere(report, tmp_path)


@both_formats
def test_layouts_and_padding_along_time(form: str, tmp_path: Path) -> None:
    """Four records of six years: whole chunks are padded, ragged ones are not told as something else."""
    report, opened = export(archive_of(tmp_path, write_layouts), form, tmp_path)
    dataset = opened[f"/{NODE}"]
    padded = {"lithk": 2, "base": 3, "strbasemag": 5, "xvelmean": 6, "yvelmean": 7}
    for variable, seed in padded.items():
        assert row(report, variable).placement == "virtual", variable
        np.testing.assert_array_equal(dataset[variable].values[:4], records(4, seed), err_msg=variable)
        assert np.isnan(dataset[variable].values[4:]).all(), variable
    np.testing.assert_array_equal(dataset["orog"].values, records(6, 1))
    # 6 x 191 x 191 numbers are just below the limit of what is copied.
    assert row(report, "topg").placement == "inline"
    assert row(report, "topg").reason == "ragged padding inside a chunk"
    np.testing.assert_array_equal(dataset["topg"].values[:4], records(4, 4))
    assert row(report, "lithk").chunks == 8
    assert row(report, "base").chunks == 2 * 3 * 3
    assert row(report, "strbasemag").chunks == 4


def write_filtered(writer: ArchiveWriter) -> None:
    for at, (variable, options) in enumerate(FILTERED.items()):
        chunked(writer, variable, records(6, at), chunks=(2, 64, 191), **options)


FILTERED: dict[str, Any] = {
    "xvelsurf": {"compression": hdf5plugin.Zstd(), "shuffle": True},
    "yvelsurf": {"compression": hdf5plugin.Blosc()},
    "zvelsurf": {"compression": hdf5plugin.BZip2()},
    "xvelbase": {"compression": "lzf"},
    "yvelbase": {"compression": hdf5plugin.Bitshuffle()},
}


@both_formats
def test_filters_beyond_deflate(form: str, tmp_path: Path) -> None:
    report, opened = export(archive_of(tmp_path, write_filtered), form, tmp_path)
    for at, variable in enumerate(FILTERED):
        found = opened[f"/{NODE}"][variable].values
        np.testing.assert_array_equal(found, records(6, at), err_msg=variable)
    placed = report.variables.set_index("variable").loc[list(FILTERED)]
    assert list(placed["placement"]) == ["virtual"] * 3 + ["inline"] * 2
    assert list(placed["reason"][3:]) == ["filter lzf", "filter hdf5-bitshuffle"]


def write_packed(writer: ArchiveWriter) -> None:
    generator = np.random.default_rng(0)
    packed = generator.integers(-300, 300, size=(6, 191, 191)).astype("i2")
    packed[0, :5] = -999
    scaled = {"scale_factor": 0.5, "add_offset": 10.0}
    writer.write("lithk", dtype="i2", fill=-999, values=packed, attributes=scaled)
    single = {"scale_factor": np.float32(0.1)}
    writer.write("orog", dtype="i2", fill=-999, values=packed, attributes=single)
    two = records(6, 1)
    two[0, :5], two[1, :5] = 1e20, -9999.0
    writer.write("base", fill=1e20, values=two, attributes={"missing_value": np.float32(-9999.0)})


@both_formats
def test_packing_and_fill_values(form: str, tmp_path: Path) -> None:
    catalog = archive_of(tmp_path, write_packed)
    report, opened = export(catalog, form, tmp_path)
    dataset, tree = opened[f"/{NODE}"], catalog.to_datatree()
    for variable in ("lithk", "orog", "base"):
        path = str(catalog.search(variable=variable).df["path"][0])
        with xr.open_dataset(path, engine="netcdf4", decode_times=False) as file:
            expected = file[variable].values
        assert row(report, variable).placement == "virtual"
        if variable == "orog":
            assert row(report, variable).reason == "unpacked to float64, not float32"
            np.testing.assert_allclose(dataset[variable].values, expected, rtol=3e-7)
        else:
            assert row(report, variable).reason == ""
            np.testing.assert_array_equal(dataset[variable].values, expected)
            assert dataset[variable].dtype == tree[f"/{NODE}/{variable}"].dtype
    assert np.isnan(dataset["base"].values[:2, :5]).all()


def write_odd(writer: ArchiveWriter) -> None:
    """Chunks that were never written, one stored without its filter, and one in an order of its own."""
    for variable in ("lithk", "orog"):
        chunked(writer, variable, records(6, 1), chunks=(1, 191, 191), compression="gzip", fillvalue=7.0)
    with h5py.File(writer.path("lithk"), "a") as file:
        old = file["lithk"]
        scales = [old.dims[axis][0].name for axis in range(3)]
        del file["lithk"]
        options: dict[str, Any] = {"chunks": (1, 191, 191), "compression": "gzip", "fillvalue": 7.0}
        made = file.create_dataset("lithk", shape=(6, 191, 191), dtype="f4", **options)
        made[1:4] = records(6, 1)[1:4]
        for axis, scale in enumerate(scales):
            made.dims[axis].attach_scale(file[scale])
    with h5py.File(writer.path("orog"), "a") as file:
        file["orog"].id.write_direct_chunk((2, 0, 0), records(6, 2)[2].tobytes(), filter_mask=1)
    writer.write("topg", dimensions=("x", "y", "time"), values=records(6, 3).transpose(2, 1, 0))


@both_formats
def test_unwritten_chunks_skipped_filters_and_orders(form: str, tmp_path: Path) -> None:
    catalog = archive_of(tmp_path, write_odd)
    report, opened = export(catalog, form, tmp_path)
    dataset, tree = opened[f"/{NODE}"], catalog.to_datatree()
    assert row(report, "orog").reason == "a chunk without one of its filters"
    expected = records(6, 1)
    expected[2] = records(6, 2)[2]
    np.testing.assert_array_equal(dataset["orog"].values, expected)
    expected = np.full((6, 191, 191), 7.0, "f4")
    expected[1:4] = records(6, 1)[1:4]
    np.testing.assert_array_equal(dataset["lithk"].values, expected)
    assert row(report, "lithk").placement == ("virtual" if form == "icechunk" else "inline")
    assert tree[f"/{NODE}/topg"].dims == dataset["topg"].dims
    np.testing.assert_array_equal(dataset["topg"].values, tree[f"/{NODE}/topg"].values)


@needs("zarr", "fsspec", "kerchunk", "fastparquet")
def test_references_in_parquet(tmp_path: Path) -> None:
    catalog = archive_of(tmp_path, lambda writer: writer.write("lithk", values=records(6, 1)))
    report = catalog.to_kerchunk(tmp_path / "references.parquet")
    opened = read_elsewhere(report, tmp_path)
    np.testing.assert_array_equal(opened[f"/{NODE}"]["lithk"].values, records(6, 1))


@needs("zarr")
@pytest.mark.parametrize("nested", [False, True])
def test_the_opening_of_references_names_the_server(nested: bool, tmp_path: Path) -> None:
    archive_of(tmp_path, write_layouts)
    with ObjectStoreServer(tmp_path / "archive") as server:
        place = {"endpoint_url": server.endpoint}
        options = {"anon": True, **({"client_kwargs": place} if nested else place)}
        catalog = open_catalog(server.url, storage_options=options, cache=False)
        report = catalog.to_kerchunk(tmp_path / "references.json")
    assert f"'endpoint_url': '{server.endpoint}'" in report.opening
    assert "'anon': True" in report.opening


@needs("zarr")
def test_references_are_as_readable_as_other_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    archive_of(tmp_path, write_layouts).to_kerchunk(tmp_path / "references.json")
    assert (tmp_path / "references.json").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert not list(tmp_path.glob(".*"))


@needs("icechunk", "zarr")
def test_a_second_export_is_a_second_commit(tmp_path: Path) -> None:
    import icechunk

    catalog = archive_of(tmp_path, write_layouts)
    catalog.to_icechunk(tmp_path / "repository", message="first")
    report = catalog.search(variable="lithk").to_icechunk(tmp_path / "repository", message="second")
    repository = icechunk.Repository.open(icechunk.local_filesystem_storage(str(tmp_path / "repository")))
    messages = [snapshot.message for snapshot in repository.ancestry(branch="main")]
    assert messages[:2] == ["second", "first"]
    opened = read_elsewhere(report, tmp_path)
    assert set(opened[f"/{NODE}"].data_vars) == {"lithk"}


@needs("icechunk", "zarr")
@pytest.mark.parametrize("store", ["s3", "http"])
def test_an_archive_in_an_object_store(store: str, tmp_path: Path) -> None:
    import icechunk

    if store == "http" and icechunk.__version__.startswith("1."):
        pytest.skip("icechunk 1 takes no web address with a port")
    archive_of(tmp_path, write_layouts)
    with ObjectStoreServer(tmp_path / "archive") as server:
        if store == "s3":
            catalog = open_catalog(server.url, storage_options=server.storage_options, cache=False)
        else:
            catalog = open_catalog(server.http_url, cache=False)
        report = catalog.to_icechunk(tmp_path / "repository")
        before = server.statistics
        opened = read_elsewhere(report, tmp_path)
        requests = len(server.statistics.log) - len(before.log)
    assert row(report, "lithk").placement == "virtual"
    assert requests == report.variables["chunks"].sum()
    np.testing.assert_array_equal(opened[f"/{NODE}"]["lithk"].values[:4], records(4, 2))


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icechunk", None)
    catalog = archive_of(tmp_path, lambda writer: writer.write("lithk"))
    with pytest.raises(ImportError, match=r"nunatak\[icechunk\]"):
        catalog.to_icechunk(tmp_path / "repository")
