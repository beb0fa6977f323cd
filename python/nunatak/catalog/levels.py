"""Levels of a catalog's tree: the path of each dataset, made of the catalog's columns."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from nunatak.errors import ArgumentError

__all__ = ["DEFAULT_LEVELS", "dataset_paths"]

DEFAULT_LEVELS = ("institution/model", "experiment")

_RUN = ("member", "esm", "forcing", "set")
"""Columns of ISMIP7 that tell the runs of one experiment apart, in the order of their node's name."""


def dataset_paths(frame: pd.DataFrame, levels: Sequence[str]) -> dict[str, str]:
    """The path of every dataset, by the path that it has by default.

    Parameters
    ----------
    frame
        The rows of the catalog.
    levels
        As in :meth:`nunatak.Catalog.to_datatree`.

    Raises
    ------
    ArgumentError
        A column is unknown, differs within a dataset, or is empty; a part of a path has no name; two datasets
        would have one path.
    """
    parts = _parts(levels, [str(column) for column in frame.columns])
    used = list(dict.fromkeys(column for part in parts for column in _columns(part)))
    by_run = bool(set(used).intersection(_RUN))
    paths: dict[str, str] = {}
    taken: dict[str, str] = {}
    for own, rows in frame.groupby(np.array(_default_paths(frame), dtype=object), sort=False):
        dataset = str(own)
        values = {column: _value(dataset, column, rows[column].tolist()) for column in used}
        names = [part.format_map(values) for part in parts]
        if not by_run and dataset.count("/") > 2:
            names.append(dataset.rsplit("/", 1)[1])
        path = "/".join(names)
        if path in taken:
            raise ArgumentError(
                f"levels={levels!r}: {taken[path]} and {dataset} would both be at {path}; "
                "name a column that tells them apart"
            )
        paths[dataset], taken[path] = path, dataset
    return paths


def _parts(levels: Sequence[str], known: list[str]) -> list[str]:
    """Parts of a path as format strings."""
    if isinstance(levels, str) or not levels or not all(isinstance(level, str) for level in levels):
        raise ArgumentError(f"levels={levels!r}: expected a sequence of texts such as {DEFAULT_LEVELS!r}")
    parts: list[str] = []
    for level in levels:
        for part in level.split("/"):
            if not part.strip():
                raise ArgumentError(f"levels={levels!r}: {level!r} has an empty part")
            parts.append(part if "{" in part or "}" in part else f"{{{part}}}")
    for part in parts:
        for column in _columns(part):
            if column not in known:
                raise ArgumentError(
                    f"levels={levels!r}: no column {column!r}; the columns are {', '.join(known)}"
                )
    return parts


def _columns(part: str) -> list[str]:
    """Columns that a format string names."""
    try:
        fields = list(Formatter().parse(part))
    except ValueError as error:
        raise ArgumentError(f"levels: {part!r} is no template: {error}") from None
    if any(form or conversion for _, _, form, conversion in fields):
        raise ArgumentError(f"levels: {part!r}: expected columns in braces and nothing else in them")
    return [column for _, column, _, _ in fields if column is not None]


def _default_paths(frame: pd.DataFrame) -> list[str]:
    """As the catalog names its datasets: runs of ISMIP7 are one level below their experiment."""
    paths = ["/".join(row) for row in _rows(frame, ("institution", "model", "experiment"))]
    if not set(_RUN) <= set(frame.columns):
        return paths
    runs = _rows(frame, _RUN)
    return [
        path if pd.isna(run[0]) else f"{path}/{'_'.join(run)}" for path, run in zip(paths, runs, strict=True)
    ]


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def _value(dataset: str, column: str, values: list[Any]) -> str:
    """The value of a column for a dataset."""
    found = {str(value) for value in values if not pd.isna(value)}
    if not found or not "".join(found).strip():
        raise ArgumentError(f"levels: {dataset} has no {column!r}; a level without a name is no path")
    if len(found) > 1 or any(pd.isna(value) for value in values):
        some = ", ".join([*sorted(found)[:3], *["…"] * (len(found) > 3)])
        raise ArgumentError(f"levels: {dataset} is one dataset, but its files differ in {column!r} ({some})")
    return found.pop()
