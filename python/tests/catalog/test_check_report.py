"""The report of a check as a page, as JSON, and of nothing."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from nunatak.catalog import CheckReport, open_catalog
from nunatak_testing import ismip7


class _Page(HTMLParser):
    """The cells of the map, and the folds with their nesting."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.folds: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "td" and named.get("title"):
            self.cells.append((str(named.get("class")), str(named["title"])))
        if tag == "details":
            self.depth += 1
            self.folds.append("run" if named.get("class") == "run" else "file")
        assert tag not in {"link", "img"} and "src" not in named, "the page needs nothing else"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "details"


def test_the_page_has_a_map_and_only_files_with_findings(tmp_path: Path) -> None:
    paths = ismip7.write_run(tmp_path / "archive")
    spoilt = ismip7.write(tmp_path / "archive", "lithk", spoil=ismip7.attribute("units", "<km>"))
    report = open_catalog(tmp_path / "archive").check()
    text = report.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == text
    page = _Page()
    page.feed(text)
    assert page.cells == [("error", "VUW/PISM1 historical: 10 files, 2 error, 0 warning, 1 info, 0 repair")]
    assert page.folds == ["run", "file", "file"] and page.depth == 0
    assert "&lt;km&gt;" in text and "<km>" not in text
    assert spoilt.name in text and paths["orog"].name not in text


def test_json_has_what_the_table_has(tmp_path: Path) -> None:
    ismip7.write(tmp_path, "lithk", spoil=ismip7.attribute("units", "km"))
    report = open_catalog(tmp_path).check()
    report.to_json(tmp_path / "report.json")
    read = json.loads((tmp_path / "report.json").read_text())
    assert [row["found"] for row in read["findings"]] == report.findings["found"].tolist()
    assert read["counts"]["attributes"]["error"] == 1
    assert "units `km`" in report.to_text() and "attributes" in report._repr_html_()
    assert isinstance(report, CheckReport) and "1 files" in repr(report)


def test_no_file_gives_an_empty_report(tmp_path: Path) -> None:
    ismip7.write(tmp_path, "lithk")
    report = open_catalog(tmp_path).search(variable="orog").check(values=True)
    assert len(report) == 0 and report.files == 0 and report.counts.to_numpy().sum() == 0
    assert not report.findings["finding"].str.contains("x").any()
    assert "0 files checked, 0 findings" in report.to_text()
