"""The report of a compliance check: departures from the protocol, by file, category and severity."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from nunatak._nunatak import ArchiveCheck
from nunatak.io.atomic_write import write_text

__all__ = ["CheckReport"]

_CATEGORIES = ["naming", "file", "attributes", "grid", "time", "values"]
_SEVERITIES = ["error", "warning", "info", "repair"]


class CheckReport:
    """Findings of :meth:`nunatak.Catalog.check`. Its length is their number.

    Attributes
    ----------
    findings
        One finding a row: path, model (``institution/model``), experiment, variable, category, severity
        (``error``, ``warning``, ``info``, or ``repair`` for what :meth:`nunatak.Catalog.to_datatree` puts
        right), rule (of a repair), finding (the whole text), found and expected.
    files
        Number of files that were opened.
    """

    def __init__(self, check: ArchiveCheck) -> None:
        self._check = check
        self.files = check.files
        self.findings = pd.DataFrame(check.columns(), dtype=object)

    @property
    def counts(self) -> pd.DataFrame:
        """Number of findings, categories by severities."""
        table = pd.crosstab(self.findings["category"], self.findings["severity"])
        return table.reindex(index=_CATEGORIES, columns=_SEVERITIES, fill_value=0).rename_axis(columns=None)

    def to_text(self) -> str:
        """The report for a terminal: findings by file, then repairs by rule, then numbers by category."""
        return self._check.to_text()

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The whole report as JSON text, written to ``path`` when there is one."""
        return _written(self._check.to_json(), path)

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The whole report as one page that needs nothing else, written to ``path`` when there is one.

        First comes a map of models by experiments, coloured by the worst finding, then the findings of every
        file that has any, folded up.
        """
        return _written(self._check.to_html(), path)

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self._by_severity().items())
        return f"<nunatak.CheckReport {self._check.root}: {self.files} files, {counts}>\n{self.counts}"

    def _repr_html_(self) -> str:
        columns = ["path", "variable", "category", "severity", "finding"]
        worst = self.findings.loc[self.findings["severity"].isin(["error", "warning"]), columns]
        title = f"<p><b>nunatak.CheckReport</b>: {self.files} files opened</p>"
        return title + self.counts.to_html() + worst.head(20).to_html(index=False)

    def _by_severity(self) -> dict[str, int]:
        severities = self.findings["severity"].tolist()
        return {name: severities.count(name) for name in _SEVERITIES}


def _written(text: str, path: str | os.PathLike[str] | None) -> str:
    if path is not None:
        write_text(Path(os.path.expanduser(os.fspath(path))), text)
    return text
