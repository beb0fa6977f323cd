"""Users' own rules: files, functions, and sets of rules."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nunatak as nk
from nunatak.catalog import open_catalog, rules
from nunatak.errors import ArgumentError, CatalogError
from nunatak_testing.archives import ArchiveWriter, opened, repairs, stamps


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


def messages(catalog: nk.Catalog, rule: str) -> list[str]:
    problems = catalog.report.problems
    return problems.loc[problems["rule"] == rule, "message"].tolist()


OWN = """
[[rule]]
id = "X1"
who = "me"
symptom = "history is not wanted"
fix = "left out"
severity = "info"
category = "attributes"
source = "my notes"
on = "header"
match = { name = '^lithk$', has_attributes = ["comment"] }
apply = [{ remove_attribute = "comment" }, { set_attribute = { name = "units", value = "km" } }]
"""


def test_a_rule_file_adds_to_the_rules(archive: ArchiveWriter, tmp_path: Path) -> None:
    archive.write("lithk", size=3, attributes={"comment": "draft"}, units="days since 2015-1-0")
    file = tmp_path / "mine.toml"
    file.write_text(OWN)
    node, catalog = opened(archive, rules=file)
    assert "comment" not in node["lithk"].attrs and node["lithk"].attrs["units"] == "km"
    assert {"X1", "C3"} <= set(repairs(node["lithk"]))
    row = catalog.report.repairs.set_index("rule").loc["X1"]
    assert (row["files"], row["fix"]) == (1, "left out")
    node, _ = opened(archive, rules=str(file))
    assert "X1" in repairs(node["lithk"])
    with pytest.warns(nk.NunatakWarning, match="day 0"):
        node, _ = opened(archive, rules=nk.Rules.none().with_file(file))
    assert set(repairs(node["lithk"])) == {"X1"}


def test_sets_of_rules_say_what_they_hold(tmp_path: Path) -> None:
    everything = nk.Rules.ismip6()
    assert everything.ids == rules()["rule"].tolist() and len(everything.ids) == 58
    assert "C8" not in everything.without("C8", "C13").ids and everything.only("C8").ids == ["C8"]
    assert repr(nk.Rules.none()) == "<nunatak.Rules: none>"
    assert everything.table.set_index("rule").loc["C12", "category"] == "time"
    guesses = everything.table.dropna(subset="evidence")["rule"]
    assert set(guesses) == {"C4", "C5", "C7", "C8", "C12", "C13", "C14"}
    with pytest.raises(CatalogError, match="no repair rule `X9`"):
        everything.without("X9")
    file = tmp_path / "bad.toml"
    file.write_text(OWN.replace("name = '^lithk$'", "nam = 'lithk'"))
    with pytest.raises(CatalogError, match=r"bad.toml: rule `X1`, `match.nam`: unknown field `nam`"):
        everything.with_file(file)
    with pytest.raises(CatalogError, match=r"missing.toml: cannot be read"):
        everything.with_file(tmp_path / "missing.toml")
    with pytest.raises(ArgumentError, match="rules='cmip7'"):
        open_catalog(tmp_path, rules="cmip7")


def with_function(archive: ArchiveWriter, function: Callable[[dict[str, Any]], Any]) -> Any:
    return opened(archive, rules=nk.Rules.none().with_function(function))


def test_a_function_sees_the_file_and_repairs_it(archive: ArchiveWriter) -> None:
    seen: list[dict[str, Any]] = []

    def own_rule(file: dict[str, Any]) -> list[dict[str, Any]]:
        seen.append(file)
        return [
            {"apply": {"set_calendar": "360_day"}, "id": "mine", "evidence": "steps of 360 days"},
            {"apply": {"set_attribute": {"name": "units", "value": "km"}}, "variable": "lithk"},
            {"apply": "report", "symptom": "odd", "severity": "info"},
        ]

    archive.write("lithk", calendar="standard", times=360.0 * np.arange(1, 4))
    node, catalog = with_function(archive, own_rule)
    assert stamps(node) == ["2016-01-01", "2017-01-01", "2018-01-01"]
    assert node["lithk"].attrs["units"] == "km"
    assert set(repairs(node["lithk"])) == {"mine", "own_rule"}
    assert catalog.report.applications.set_index("rule").loc["mine", "evidence"] == "steps of 360 days"
    assert any("odd" in message for message in messages(catalog, "own_rule"))
    (file,) = seen
    assert file["path"].endswith("lithk_AIS_JPL1_ISSM_exp05.nc") and file["format"] == "HDF5"
    assert file["entry"]["experiment"] == "exp05" and file["time"] == [360.0, 720.0, 1080.0]
    assert file["variables"]["lithk"]["dimensions"] == ["time", "y", "x"]
    assert file["variables"]["time"]["attributes"]["calendar"] == "standard"
    assert file["dimensions"] == {"time": 3, "x": 191, "y": 191}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ZeroDivisionError("oops"), "oops"),
        ([{"apply": {"set_calender": "360_day"}}], "unknown variant `set_calender`"),
        ([{"apply": "strip_experiment"}], "a fix for `path` found, expected one for an opened file"),
        ([{"applies": "report"}], "unknown field `applies`"),
        ({"apply": "report"}, "expected a list of fixes or None"),
        ([{"apply": {"set_attribute": {"name": "a", "value": 1}}, "variable": "nope"}], "no variable `nope`"),
    ],
)
def test_mistakes_of_a_function_are_problems_of_the_file(
    archive: ArchiveWriter, answer: Any, message: str
) -> None:
    def wrong(file: dict[str, Any]) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    archive.write("lithk", size=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        node, catalog = with_function(archive, wrong)
    assert "lithk" in node
    problem = catalog.report.problems.query("severity == 'error'")["message"].item()
    assert message in problem and "wrong" in problem and "lithk_AIS" in problem


def test_a_rule_of_paths_reports_an_experiment_once(archive: ArchiveWriter, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    head = OWN[: OWN.index("on =")]
    file.write_text(head + "on = 'path'\nentry = { experiment = '_08$' }\napply = 'report'\n")
    for variable, experiment in (("lithk", "expT71_08"), ("orog", "expT71_08"), ("lithk", "exp05")):
        archive.write(variable, size=3, experiment=experiment)
    (message,) = messages(open_catalog(archive.root, rules=file), "X1")
    assert message == "JPL1/ISSM/expT71_08: history is not wanted; left out"
