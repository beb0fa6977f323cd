"""intake-esm: the archive as a collection, opened as a tree."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .loops import Facts, Run, repaired

_COLUMNS = ("institution", "model", "experiment", "variable", "path")


def _collection(top: Path, files: Sequence[str], folder: Path) -> Path:
    """Writes the collection's table and description."""
    with (folder / "archive.csv").open("w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(_COLUMNS)
        for file in files:
            institution, model, experiment, name = Path(file).parts[-4:]
            rows.writerow([institution, model, experiment, name.partition("_")[0], str(top / file)])
    union = [{"type": "union", "attribute_name": "variable", "options": {"compat": "override"}}]
    description: dict[str, Any] = {
        "esmcat_version": "0.1.0",
        "id": "archive",
        "description": "",
        "catalog_file": "archive.csv",
        "attributes": [{"column_name": name, "vocabulary": ""} for name in _COLUMNS[:-1]],
        "assets": {"column_name": "path", "format": "netcdf"},
        "aggregation_control": {
            "variable_column_name": "variable",
            "groupby_attrs": list(_COLUMNS[:3]),
            "aggregations": union,
        },
    }
    path = folder / "archive.json"
    path.write_text(json.dumps(description))
    return path


def open_tree(top: str, files: Sequence[str], folder: str) -> Run:
    """One dataset for each model and experiment. NetCDF-3 files are left out: the engine is one for all."""
    import h5netcdf  # noqa: F401  (imported before the clock starts)
    import intake
    import xarray as xr

    kept = [file for file in files if (Path(top) / file).open("rb").read(3) not in (b"CDF", b"")]
    path = _collection(Path(top), kept, Path(folder))

    def run() -> Facts:
        collection = intake.open_esm_datastore(str(path), progressbar=False)
        tree = collection.to_datatree(
            xarray_open_kwargs={"engine": "h5netcdf", "decode_times": False},
            preprocess=lambda dataset: xr.decode_cf(repaired(dataset)),
            progressbar=False,
            skip_on_error=True,
        )
        return {"nodes": len(tree.leaves), "files": len(kept), "skipped": len(files) - len(kept)}

    return run
