"""The report of repairs in an archive, and of the problems that no rule repairs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nunatak.catalog.repair_rules import Rules
from nunatak.errors import NunatakWarning, caller_stacklevel

__all__ = ["CatalogReport", "rules"]

_REPAIR_COLUMNS = ["rule", "path", "variable", "before", "after", "evidence"]
_SEVERITIES = ["error", "warning", "info"]
_PROBLEM_COLUMNS = ["severity", "rule", "path", "message"]


def rules() -> pd.DataFrame:
    """Every repair rule that comes with the library: id, severity, who was seen to need it, symptom, fix,
    source, category, and the evidence where the fix is a guess."""
    return Rules.ismip6().table


class CatalogReport:
    """Repairs and problems of listing and opening an archive.

    Attributes
    ----------
    files
        Number of files that were opened.
    applications
        Every repair: rule, path, variable, before, after, and the evidence where it is a guess.
    problems
        What is wrong and stays wrong: severity (``info``, ``warning``, ``error``), rule, path, message.
    """

    def __init__(self, *parts: Mapping[str, Any], known: Rules | None = None) -> None:
        self._known = (known or Rules.ismip6()).table
        self.files = sum(part["files"] for part in parts)
        self.applications = pd.DataFrame(
            [row for part in parts for row in part["repairs"]], columns=_REPAIR_COLUMNS
        )
        self.problems = pd.DataFrame(
            [row for part in parts for row in part["problems"]], columns=_PROBLEM_COLUMNS
        )

    @property
    def repairs(self) -> pd.DataFrame:
        """Repairs by rule: rule, number of files, symptom, fix."""
        files = self.applications.groupby("rule")["path"].nunique()
        known = self._known.set_index("rule")
        present = [rule for rule in known.index if rule in files.index]
        present += [rule for rule in files.index if rule not in known.index]
        known = known.reindex(present).fillna("")
        return pd.DataFrame(
            {
                "rule": present,
                "files": [int(files.loc[rule]) for rule in present],
                "symptom": [known.loc[rule, "symptom"] for rule in present],
                "fix": [known.loc[rule, "fix"] for rule in present],
            }
        )

    def _errors(self) -> pd.DataFrame:
        return self.problems.loc[self.problems["severity"] == "error", :]

    def _warn(self, what: str) -> None:
        """Warn of what could not be used."""
        errors = self._errors()
        if not len(errors):
            return
        named = "\n  ".join(errors["message"].head(5))
        more = f"\n  … {len(errors) - 5} more" if len(errors) > 5 else ""
        files = f"1 {what}" if len(errors) == 1 else f"{len(errors)} {what}s"
        text = f"{files} could not be used; every problem is in Catalog.report.problems:\n  {named}{more}"
        warnings.warn(text, NunatakWarning, stacklevel=caller_stacklevel())

    def __repr__(self) -> str:
        lines = [f"<nunatak.CatalogReport: {self.files} files opened>"]
        lines.append("Repairs, by rule" if len(self.applications) else "No repairs")
        lines += [
            f"  {rule:<4}{files:>6} files  {symptom} -> {fix}"
            for rule, files, symptom, fix in self.repairs.itertuples(index=False)
        ]
        lines.append("Problems" if len(self.problems) else "No problems")
        worst = [
            f"  {severity}: {message}"
            for wanted in _SEVERITIES
            for severity, message in zip(self.problems["severity"], self.problems["message"], strict=True)
            if severity == wanted
        ]
        lines += worst[:20]
        if len(worst) > 20:
            lines.append(f"  … {len(worst) - 20} more in .problems")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        repairs, problems = (table.to_html(index=False) for table in (self.repairs, self.problems))
        return f"<p><b>nunatak.CatalogReport</b>: {self.files} files opened</p>{repairs}{problems}"
