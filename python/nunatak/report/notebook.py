"""What objects show of themselves in notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

__all__ = ["shown"]

_LEFT = 'style="text-align:left"'


def shown(
    kind: str,
    title: str,
    rows: Mapping[str, str],
    tables: Sequence[tuple[str, pd.DataFrame]] = (),
) -> str:
    """HTML of an object: its kind and title, names and values, and tables folded up.

    Parameters
    ----------
    kind
        Name of the class, such as ``nunatak.Points``.
    title
        What it is, in a line.
    rows
        Values by name. All text is escaped: names of files and models hold anything.
    tables
        Summary and table of what is folded up, ten rows of each.
    """
    cells = "".join(
        f"<tr><th {_LEFT}>{escape(name)}</th><td {_LEFT}>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    folded = "".join(
        f"<details><summary>{escape(summary)}</summary>{_head(table)}</details>" for summary, table in tables
    )
    return f"<div><p><b>{escape(kind)}</b> {escape(title)}</p><table>{cells}</table>{folded}</div>"


def _head(table: pd.DataFrame) -> str:
    html = table.head(10).to_html(
        index=False, border=0, escape=True, float_format=lambda value: f"{value:.4g}"
    )
    return html + (f"<p>… {len(table):,} rows in all</p>" if len(table) > 10 else "")
