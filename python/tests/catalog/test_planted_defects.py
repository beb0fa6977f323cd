"""Every planted fault is found and, where it can be, repaired; no sound file is repaired. Both are counted.

A fault whose rule does not exist yet is an expected failure, and named.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from numpy.typing import NDArray

from nunatak.catalog import Catalog, CatalogReport, open_catalog, rules
from nunatak.errors import NunatakWarning
from nunatak_testing.ismip6 import RECIPES, PlantedArchive, PlantedDefect, write_ismip6_archive

KNOWN = set(rules()["rule"])
BETWEEN_FILES = ("D3", "G6")  # no file shows it alone; sftgrf + sftflf and sftgif do, when values are checked
CENTURY = ("C18.initial", "C18.longer", "C18.short", "G9", "G10")


class Opened:
    """The faulty archive, opened once: what was repaired, what was reported, and the tree."""

    def __init__(self, archive: PlantedArchive) -> None:
        self.archive = archive
        self.catalog: Catalog = open_catalog(archive.root)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NunatakWarning)
            self.tree = self.catalog.to_datatree()
        self.report: CatalogReport = self.catalog.report
        self.findings: pd.DataFrame = self.catalog.check().findings
        self.fired: dict[str, set[str]] = defaultdict(set)
        for rule, path in zip(
            self.report.applications["rule"], self.report.applications["path"], strict=True
        ):
            self.fired[self._relative(path)].add(rule)

    def named(self, defect: PlantedDefect) -> bool:
        """Whether a repair, a finding of the fault's rule, or an error where it has none, is about the file.

        Of a file that is not there: about its experiment, with its variable's name.
        """
        if defect.rule in self.fired[defect.path]:
            return True
        paths = self.findings["path"].map(self._relative)
        if (self.archive.root / defect.path).exists():
            about = self.findings[paths == defect.path]
        else:
            about = self.findings[paths.str.startswith(defect.node)]
            about = about[about["finding"].str.contains(defect.variable)]
        unreadable = (about["severity"] == "error").any() and defect.rule in (None, "A4")
        return bool(unreadable or (about["rule"] == defect.rule).any())

    @cached_property
    def disagreeing(self) -> set[str]:
        """Runs whose fractions do not add up, when all values are read."""
        found = self.catalog.search(variable="sft*").check(values=True).findings
        found = found[found["finding"].str.contains("sftgrf + sftflf = sftgif", regex=False)]
        return {self._relative(path).rsplit("/", 1)[0] for path in found["path"]}

    def excused(self, path: str) -> set[str]:
        """C10 is about a whole experiment: its files may cover different years because of one of them."""
        node = path.rsplit("/", 1)[0]
        of_node = [defect for defect in self.archive.defects if defect.node == node]
        steps = self.archive.layout.steps
        uneven = any(len(defect.years) != steps or defect.defect == "C16.early" for defect in of_node)
        return {"C10"} if uneven else set()

    def variable(self, defect: PlantedDefect) -> xr.DataArray:
        node = self.tree[defect.node]
        assert isinstance(node, xr.DataTree)
        return node.to_dataset()[defect.variable]

    def _relative(self, path: Any) -> str:
        return str(path).removeprefix(f"{self.archive.root}/")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    sizes = {"models": 10, "experiments": 10, "variables": 15, "steps": 6, "spacings": (32,)}
    return Opened(write_ismip6_archive(tmp_path_factory.mktemp("faulty"), **sizes, defects="all", seed=2))


@pytest.fixture(scope="module")
def century(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Runs from 2015 to 2100, for faults that show at these years alone."""
    sizes = {"models": 2, "experiments": 5, "variables": 3, "steps": 86, "spacings": (32,)}
    return Opened(
        write_ismip6_archive(tmp_path_factory.mktemp("century"), **sizes, defects=dict.fromkeys(CENTURY, 1))
    )


def test_no_sound_file_is_repaired(opened: Opened, century: Opened) -> None:
    for archive in (opened, century):
        untouched = archive.archive.untouched
        repaired = {path: archive.fired[path] - archive.excused(path) for path in untouched}
        repaired = {path: rules for path, rules in repaired.items() if rules}
        assert repaired == {}, f"{len(repaired)} of {len(untouched)} sound files"
    assert len(opened.archive.untouched) > 1300


def test_every_fault_with_a_rule_is_found(opened: Opened) -> None:
    expected = [d for d in opened.archive.defects if d.outcome == "repaired" and d.rule in KNOWN]
    found = [defect for defect in expected if opened.named(defect)]
    assert len(expected) >= 25
    missed = Counter(defect.defect for defect in expected) - Counter(defect.defect for defect in found)
    assert not missed, f"{len(found)} of {len(expected)} found"


@pytest.mark.parametrize("id", [id for id, recipe in RECIPES.items() if recipe.outcome != "read"])
def test_the_fault_is_found(request: pytest.FixtureRequest, id: str) -> None:
    _expect_rule(RECIPES[id].rule)
    opened = _archive_with(request, id)
    for defect in _planted(opened, id):
        found = defect.node in opened.disagreeing if id in BETWEEN_FILES else opened.named(defect)
        assert found, f"nothing is said of {defect}"


def test_the_fractions_of_sound_runs_agree(opened: Opened) -> None:
    faulty = {defect.node for defect in opened.archive.defects if defect.variable.startswith("sft")}
    assert opened.disagreeing
    assert opened.disagreeing <= faulty


@pytest.mark.parametrize("id", [id for id, recipe in RECIPES.items() if recipe.exact != "nowhere"])
def test_values_are_the_true_ones(request: pytest.FixtureRequest, id: str) -> None:
    if RECIPES[id].outcome != "read":
        _expect_rule(RECIPES[id].rule)
    opened = _archive_with(request, id)
    for defect in _planted(opened, id):
        truth = opened.archive.true_values(defect.path)
        years = opened.archive.true_years(defect.path)
        kept = [at for at, year in enumerate(years) if year in defect.years]
        truth, found = truth[kept], _at_years(opened.variable(defect), np.array(years)[kept])
        if RECIPES[id].exact == "ice":
            ice = np.isfinite(truth) & (truth != 0)
            truth, found = truth[ice], found[ice]
        assert truth.size
        np.testing.assert_allclose(found, truth, rtol=1e-6, err_msg=str(defect))


@pytest.mark.parametrize("id", [id for id in RECIPES if id.startswith("B") or id in ("A10", "G11")])
def test_axes_are_the_true_ones(request: pytest.FixtureRequest, id: str) -> None:
    if RECIPES[id].outcome != "read":
        _expect_rule(RECIPES[id].rule)
    opened = _archive_with(request, id)
    for defect in _planted(opened, id):
        variable = opened.variable(defect)
        if variable.ndim == 3:
            assert variable.dims[1:] == ("y", "x")
            for name, values in opened.archive.true_axes(defect.path).items():
                assert variable[name].dtype == np.float64
                np.testing.assert_array_equal(variable[name].values, values)


def _archive_with(request: pytest.FixtureRequest, id: str) -> Opened:
    return request.getfixturevalue("century" if id in CENTURY else "opened")


def _planted(opened: Opened, id: str) -> list[PlantedDefect]:
    planted = [defect for defect in opened.archive.defects if defect.defect == id]
    assert planted
    return planted


def _expect_rule(rule: str | None) -> None:
    if rule is not None and rule not in KNOWN:
        pytest.xfail(f"there is no rule {rule} yet")


def _at_years(variable: xr.DataArray, years: NDArray[np.int64]) -> NDArray[np.float64]:
    """Records of nominal years, by the stamps of the joined axis."""
    assert variable.dims[0] == "time", f"{variable.name} is on {variable.dims}"
    stamps = variable.indexes["time"]
    nominal = [_nominal_year(stamp) for stamp in stamps]
    return variable.values[[nominal.index(year) for year in years]]


def _nominal_year(stamp: Any) -> int:
    """1 January N+1 closes year N; anything else is in its year."""
    return stamp.year - 1 if (stamp.month, stamp.day) == (1, 1) else stamp.year
