"""Export for intake-esm: a catalog's table as a JSON file and a CSV file next to it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from nunatak.errors import ArgumentError
from nunatak.io.atomic_write import atomic_write

__all__ = ["write_esm"]

_GROUPED = ["institution", "model", "experiment"]


def write_esm(table: pd.DataFrame, root: str, path: str | os.PathLike[str]) -> Path:
    """Write the table; see :meth:`nunatak.Catalog.to_esm`. The JSON file comes last."""
    target = Path(os.path.expanduser(os.fspath(path)))
    if not target.name:
        raise ArgumentError(f"path={str(path)!r}: expected a JSON file")
    rows = target.with_suffix(".csv")
    if rows == target:
        raise ArgumentError(f"path={str(path)!r}: expected a JSON file; the CSV file goes beside it")
    collection = json.dumps(_collection(table, root, target.stem, rows.name), indent=2) + "\n"
    # Both are on disk before either takes its place.
    with atomic_write(target) as collection_copy, atomic_write(rows) as rows_copy:
        rows_copy.write_text(table.to_csv(index=False), encoding="utf-8")
        collection_copy.write_text(collection, encoding="utf-8")
    return target


def _collection(table: pd.DataFrame, root: str, name: str, rows: str) -> dict[str, Any]:
    return {
        "esmcat_version": "0.1.0",
        "id": name,
        "title": f"Ice-sheet models in {root}",
        "description": f"{len(table)} files below {root}, listed by Nunatak",
        "catalog_file": rows,
        "attributes": [{"column_name": column} for column in table.columns if column not in ("path", "size")],
        "assets": {"column_name": "path", "format": "netcdf"},
        "aggregation_control": {
            "variable_column_name": "variable",
            "groupby_attrs": _GROUPED,
            "aggregations": [{"type": "union", "attribute_name": "token", "options": {"compat": "override"}}],
        },
    }
