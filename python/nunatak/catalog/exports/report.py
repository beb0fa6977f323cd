"""The report of an export: what it holds, and what it had to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

__all__ = ["ExportReport", "ExportedVariable"]

Placement = Literal["virtual", "inline", "left out"]


@dataclass(frozen=True)
class ExportedVariable:
    """The outcome of one variable.

    Attributes
    ----------
    node, variable
        Which one.
    placement
        ``virtual``: its chunks are ranges of bytes of the original file. ``inline``: its values were copied.
        ``left out``: it is not in the export.
    reason
        Why it is not virtual; of a virtual one, how it differs from :meth:`nunatak.Catalog.to_datatree`,
        empty where it does not.
    chunks
        References to chunks.
    bytes
        Bytes of all values.
    """

    node: str
    variable: str
    placement: Placement
    reason: str
    chunks: int
    bytes: int


class ExportReport:
    """One row per variable of an export.

    Attributes
    ----------
    path
        What was written.
    opening
        Python code that opens it, without Nunatak.
    """

    def __init__(self, path: str, variables: Sequence[ExportedVariable], opening: str = "") -> None:
        self.path = path
        self.opening = opening
        self._references = sum(one.chunks for one in variables)
        columns = list(ExportedVariable.__dataclass_fields__)
        self.variables = pd.DataFrame([vars(one) for one in variables], columns=columns)

    def _placed(self, placement: Placement) -> pd.DataFrame:
        chosen = self.variables[self.variables["placement"] == placement]
        return pd.DataFrame(chosen.drop(columns="placement").reset_index(drop=True))

    @property
    def virtual(self) -> pd.DataFrame:
        """Variables that are read from the original files."""
        return self._placed("virtual")

    @property
    def inline(self) -> pd.DataFrame:
        """Variables whose values were copied, and why."""
        return self._placed("inline")

    @property
    def left_out(self) -> pd.DataFrame:
        """Variables that the format cannot express, and why."""
        return self._placed("left out")

    @property
    def differing(self) -> pd.DataFrame:
        """Virtual variables whose values differ from those of the tree, and how."""
        virtual = self.virtual
        return pd.DataFrame(virtual[virtual["reason"] != ""].reset_index(drop=True))

    def _summary(self) -> str:
        counts = [f"{len(self._placed(name))} {name}" for name in ("virtual", "inline", "left out")]
        return f"{self.path}: {', '.join(counts)}, {self._references} references"

    def __repr__(self) -> str:
        left = self.left_out
        reasons = left.groupby("reason").size().to_string(header=False) if len(left) else ""
        return f"<nunatak.ExportReport {self._summary()}>" + (f"\n{reasons}" if reasons else "")

    def _repr_html_(self) -> str:
        import html

        table = self.left_out.head(20).to_html(index=False) if len(self.left_out) else ""
        return f"<p><b>nunatak.ExportReport</b> {html.escape(self._summary())}</p>{table}"
