"""Every Python example of the README, the guides and the docstrings runs.

The examples of a page run in order and share their names, in a folder with a sample archive and sample
granules. What a page supposes its reader to have (``tree``, ``ds``, ``points``, …) is made by ``reader_has``.
An example that cannot run here says why in a comment above it: ``<!-- not run: needs a bucket -->``.
"""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak import samples
from nunatak_testing import atl11, grid_families

matplotlib.use("Agg")
ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?:^<!-- (not run: [^>]+) -->\n)?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(page: Path) -> list[tuple[int, str, str]]:
    """Of each example of a page: its line, why it does not run (or nothing), and its code."""
    text = page.read_text()
    return [
        (text[: found.start(2)].count("\n") + 1, found[1] or "", found[2]) for found in BLOCK.finditer(text)
    ]


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample archive and sample granules, which no example changes."""
    top = tmp_path_factory.mktemp("samples")
    archive = samples.write_archive(top / "demo" / "archive")
    samples.write_granules(top / "demo" / "granules", archive.truth)
    return top


@pytest.fixture
def folder(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder with links to the samples under the names that the pages use."""
    before = _states(sample_folder)
    for name, source in (("demo", "demo"), ("ismip6", "demo/archive"), ("granules", "demo/granules")):
        shutil.copytree(sample_folder / source, tmp_path / name, copy_function=os.link)
    run = tmp_path / "ismip6" / "JPL1" / "ISSM" / "exp05"
    shutil.copy(run / "lithk_AIS_JPL1_ISSM_exp05.nc", tmp_path)
    shutil.copy(
        next((tmp_path / "granules").glob("*.h5")), tmp_path / "ATL06_20181014001049_02350102_003_01.h5"
    )
    crossings = {"pt1": atl11.crossing_columns()}
    atl11.write_granule(tmp_path / atl11.NAME, {"pt1": atl11.pair_columns()}, crossings)
    rule = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "repairs.md").read_text(), re.DOTALL)
    assert rule is not None
    (tmp_path / "my_rules.toml").write_text(rule[1])
    grid_families.ugrid().to_netcdf(tmp_path / "mesh.nc")
    grid_families.mpas(planar=True).to_netcdf(tmp_path / "mali.nc")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert _states(sample_folder) == before, "an example changes the samples of all"


def _states(folder: Path) -> dict[Path, tuple[int, int]]:
    """Lengths of all files, and when they were changed."""
    states = {path: path.stat() for path in folder.rglob("*")}
    return {path: (state.st_size, state.st_mtime_ns) for path, state in states.items() if path.is_file()}


def reader_has(folder: Path) -> dict[str, Any]:
    """The names that pages suppose: an opened archive, one of its runs, points, a target grid."""
    catalog = nk.open_catalog(folder / "ismip6")
    tree = catalog.to_datatree(on_error="skip")
    ds = tree["JPL1/ISSM/exp05"].to_dataset().isel(time=slice(0, 2))
    ds = ds.assign(bed=ds["topg"], mass=ds["lithk"], u=ds["lithk"], v=ds["orog"])
    points = nk.open_atl06("granules/*.h5")
    return {
        "nk": nk,
        "nunatak": importlib.import_module("nunatak"),
        "np": np,
        "xr": xr,
        "catalog": catalog,
        "tree": tree,
        "ds": ds,
        "target": nk.ismip6_grid("AIS", 32e3),
        "points": points,
        "model": ds["orog"],
        "mask": np.zeros(len(points), bool),
        "basins": (ds["lithk"] > 1000).astype("int32"),
        "numbers": np.arange(100, 200),
        "latitudes": grid_families.GAUSSIAN_ROWS,
        "counts": grid_families.GAUSSIAN_COUNTS,
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path, folder: Path) -> None:
    names = reader_has(folder)
    for line, reason, code in examples(page):
        if reason:
            continue
        try:
            exec(compile("\n" * line + code, str(page), "exec"), names)
        except Exception as error:
            pytest.fail(f"{page.relative_to(ROOT)}, line {line}: {type(error).__name__}: {error}")


def modules() -> list[str]:
    """All modules of the package that hold docstrings."""
    found = pkgutil.walk_packages(nk.__path__, "nunatak.")
    return [module.name for module in found if not module.name.endswith(("__main__", "_nunatak"))]


def test_the_examples_of_the_docstrings_run(folder: Path) -> None:
    attempted = 0
    for name in ["nunatak", *modules()]:
        module = importlib.import_module(name)
        result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert result.failed == 0, name
        attempted += result.attempted
    assert attempted > 20
    assert Path.cwd() == folder
    assert os.listdir(folder)
