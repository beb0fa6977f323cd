"""Self-contained HTML pages: headed sections of text, tables and figures in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from nunatak._nunatak import REPORT_CSS
from nunatak.io.atomic_write import write_text

if TYPE_CHECKING:
    import pandas as pd

    from nunatak.report.drawing import Picture
    from nunatak.report.sections.methods import Methods

__all__ = ["Report", "Section"]


_BROAD = 6.0
"""Inches from which on figures scroll on a phone, where they would be too small to read."""


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

    def table(self, table: pd.DataFrame, *, summary: str | None = None) -> Section:
        """Add a table, numbers to four figures, folded under a summary when one is given."""
        table = table.astype(object).where(table.notna(), "")
        html = table.to_html(
            index=False, border=0, escape=True, na_rep="", float_format=lambda value: f"{value:.4g}"
        )
        wide = f'<div class="wide">{html}</div>'
        folded = f"<details><summary>{escape(summary or '')}</summary>{wide}</details>"
        self.parts.append(wide if summary is None else folded)
        return self

    def values(self, rows: Mapping[str, str]) -> Section:
        """Add names and values."""
        cells = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in rows.items()
        )
        self.parts.append(f'<div class="wide"><table>{cells}</table></div>')
        return self

    def picture(self, picture: Picture) -> Section:
        """Add a figure, drawn into the page itself, with its caption and its text alternative."""
        from nunatak.report.drawing import png

        alternative = escape(picture.alternative, quote=True)
        image = f'<img src="{png(picture.figure)}" alt="{alternative}">'
        broad = ' class="broad"' if picture.figure.get_figwidth() > _BROAD else ""
        self.parts.append(
            f"<figure{broad}><div>{image}</div><figcaption>{escape(picture.caption)}</figcaption></figure>"
        )
        return self

    def pictures(self, *pictures: Picture) -> Section:
        """Add figures side by side where the page is wide enough."""
        own = Section("")
        for picture in pictures:
            own.picture(picture)
        self.parts.append(f'<div class="pair">{"".join(own.parts)}</div>')
        return self

    def methods(self, methods: Methods) -> Section:
        """Add a paragraph on methods and the works it cites."""
        self.text(methods.paragraph)
        items = "".join(f"<li>{escape(reference)}</li>" for reference in methods.references)
        self.parts.append(f'<ol class="references">{items}</ol>')
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
        with suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, _page(self.title, self.lead, self.sections))
        return target


def _page(title: str, lead: str, sections: Sequence[Section]) -> str:
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"{meta}<title>{escape(title)}</title>"
    body = "".join(section.html() for section in sections)
    return (
        f'<!doctype html><html lang="en"><head>{head}<style>{REPORT_CSS}</style></head><body><main>'
        f'<h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>{body}</main></body></html>\n'
    )
