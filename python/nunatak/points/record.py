"""Attributes of points: what was done to them, carried from what is opened to what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["joined_attributes", "listed"]

_OF_NO_TABLE = ("granules", "vertical_datum", "quality_rule", "nunatak_version")


def listed(names: Any) -> list[str]:
    """A list of names, of which files write a single one as plain text."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else [str(name) for name in names]


def joined_attributes(
    tables: Sequence[Mapping[str, Any]], granules: Sequence[str], quality: str, version: str
) -> dict[str, Any]:
    """Attributes of points from those of the tables that they were read from.

    What all of Nunatak's own tables say alike stays; what they say of tides is listed.
    """
    own = [attrs for attrs in tables if "nunatak_version" in attrs]
    shared: dict[str, Any] = {"title": "altimetry points"}
    if own and len(own) == len(tables):
        first = own[0]
        same = [name for name in first if all(str(other.get(name)) == str(first[name]) for other in own)]
        shared |= {str(name): first[name] for name in same if name not in _OF_NO_TABLE}
    rules = {str(attrs["quality_rule"]) for attrs in own if "quality_rule" in attrs}
    keeps_rule = quality == "all" and len(own) == len(tables) and len(rules) == 1
    tides = dict.fromkeys(str(attrs.get("tide_correction", "none")) for attrs in tables)
    return shared | {
        "granules": list(granules),
        "quality_rule": rules.pop() if keeps_rule else quality,
        "tide_correction": "; ".join(tides),
        "nunatak_version": version,
    }
