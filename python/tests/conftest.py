"""Where the real files are, and a visible skip when they are not; a store, and a cache of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

# netCDF4 names a folder of filters that are built for another HDF5 library: h5py would find those first, and
# some cannot write through it. So a worker forgets the folder that it inherits, and the right filters come
# before anything imports netCDF4.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("HDF5_PLUGIN_PATH", None)
import hdf5plugin as hdf5plugin
import pytest

from nunatak_testing.buckets import write_bucket
from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.planted_secrets import SecretsWatch
from nunatak_testing.stores import write_store_archive

DATA = Path(os.environ.get("NUNATAK_DATA", Path(__file__).parents[2].parent / "shared" / "data"))

LONG = (
    "project/test_bench_open",
    "project/test_doc_examples",
    "catalog/test_exports",
    "regridding/test_regrid_families",
    "io/test_stores",
    "catalog/test_planted_defects",
    "io/test_hostile_files",
    "io/test_every_file",
    "io/test_store_secrets",
    "demo/test_demo",
    "io/test_interrupts",
    "project/test_writers",
    "ensembles/test_chunked_trees",
    "scores/test_comparison",
    "testing/test_samples_archive",
    "io/test_formats_real",
    "project/test_generated_calls",
    "grids/test_spacing",
    "project/test_any_argument",
)
"""Files that take longest: they start first, so that workers that get whole files end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the order within each stays."""
    tests = Path(__file__).parent
    places = {tests / f"{name}.py": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay: the garbage collector need not look at them each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real ISMIP6 and ICESat-2 files."""
    if not DATA.is_dir():
        pytest.skip(f"real data are not at {DATA}; set NUNATAK_DATA to where they are")
    return DATA


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Headers that tests read are kept apart from the user's."""
    os.environ["NUNATAK_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def secrets_watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretsWatch]:
    """Watches all that the tests make the library say and write for secrets that are planted."""
    watch = SecretsWatch()
    with watch.listening():
        yield watch
    watch.look_at_files(tmp_path_factory.getbasetemp())
    assert not watch.leaks, f"secrets in files: {watch.leaks}"


@pytest.fixture(autouse=True)
def _no_secret_is_told(secrets_watch: SecretsWatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """No error, warning, log, output or pickle of a test has a secret."""
    yield
    for _, stream, content in getattr(request.node, "_report_sections", []):
        secrets_watch.look(stream, content)
    leaks, secrets_watch.leaks = secrets_watch.leaks, []
    assert not leaks, f"secrets in: {leaks}"


@pytest.fixture(scope="module")
def store_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the store, which no test changes."""
    top = tmp_path_factory.mktemp("store")
    write_store_archive(top)
    return top


@pytest.fixture
def server(store_root: Path) -> Iterator[ObjectStoreServer]:
    """The archive behind a store of its own for every test."""
    with ObjectStoreServer(store_root) as running:
        yield running


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few objects, which no test changes."""
    top = tmp_path_factory.mktemp("bucket")
    write_bucket(top)
    return top
