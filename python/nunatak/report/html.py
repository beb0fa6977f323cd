"""Self-contained HTML pages: headed sections of text, tables and figures in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from nunatak.report.figures import png

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Report", "Section"]

_STYLE = """
:root { --ink: #1d2a35; --quiet: #5d6b76; --line: #dde3e7; --accent: #2a5f8f; }
* { box-sizing: border-box; }
body { margin: 0; background: #fbfcfc; color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
p { max-width: 46rem; }
.lead { color: var(--quiet); margin-top: 0; }
figure { margin: 1rem 0; }
figure img { max-width: 100%; height: auto; }
figcaption { color: var(--quiet); font-size: .9rem; max-width: 46rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; margin: .75rem 0; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; color: var(--quiet); }
.wide { overflow-x: auto; }
pre { background: #f1f4f6; padding: .9rem 1.1rem; overflow-x: auto; border-radius: 6px; }
pre { font-size: .85rem; line-height: 1.4; }
details > summary { cursor: pointer; color: var(--accent); }
.verdict { padding: .8rem 1.1rem; border-left: 4px solid #3d8b4f; background: #eef5ee; max-width: none; }
.verdict.missed { background: #faeeec; border-color: #b2182b; }
"""


@dataclass
class Section:
    """A headed part of a report; content appears in the order of the calls."""

    title: str
    parts: list[str] = field(default_factory=list)

    def text(self, text: str) -> Section:
        """Add a paragraph."""
        self.parts.append(f"<p>{escape(text)}</p>")
        return self

    def code(self, text: str, *, summary: str | None = None) -> Section:
        """Add preformatted text, folded under a summary when one is given."""
        block = f"<pre>{escape(text)}</pre>"
        folded = f"<details><summary>{escape(summary or '')}</summary>{block}</details>"
        self.parts.append(block if summary is None else folded)
        return self

    def table(self, table: pd.DataFrame) -> Section:
        """Add a table, numbers to four figures."""
        table = table.astype(object).where(table.notna(), "")
        html = table.to_html(
            index=False, border=0, escape=True, na_rep="", float_format=lambda value: f"{value:.4g}"
        )
        self.parts.append(f'<div class="wide">{html}</div>')
        return self

    def values(self, rows: Mapping[str, str]) -> Section:
        """Add names and values."""
        cells = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in rows.items()
        )
        self.parts.append(f"<table>{cells}</table>")
        return self

    def figure(self, figure: Figure, caption: str) -> Section:
        """Add a figure, drawn into the page itself."""
        image = f'<img src="{png(figure)}" alt="{escape(caption, quote=True)}">'
        self.parts.append(f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>")
        return self

    def verdict(self, text: str, *, good: bool) -> Section:
        """Add a highlighted line."""
        self.parts.append(f'<p class="verdict{"" if good else " missed"}">{escape(text)}</p>')
        return self

    def html(self) -> str:
        """The section as HTML."""
        return f"<section><h2>{escape(self.title)}</h2>{''.join(self.parts)}</section>"


@dataclass
class Report:
    """A page of sections.

    Parameters
    ----------
    title, lead
        Heading and the sentence below it.
    """

    title: str
    lead: str
    sections: list[Section] = field(default_factory=list)

    def section(self, title: str) -> Section:
        """Append a section and return it."""
        self.sections.append(Section(title))
        return self.sections[-1]

    def write(self, path: str | Path) -> Path:
        """Write one HTML file that needs no other, and return its path.

        Parameters
        ----------
        path
            File to write; its directory is made when missing.
        """
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_page(self.title, self.lead, self.sections), encoding="utf-8")
        return target


def _page(title: str, lead: str, sections: Sequence[Section]) -> str:
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"{meta}<title>{escape(title)}</title>"
    body = "".join(section.html() for section in sections)
    return (
        f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body><main>'
        f'<h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>{body}</main></body></html>\n'
    )
