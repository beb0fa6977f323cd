"""The main job, step by step: sample data are written, opened, regridded, averaged, compared and scored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

import nunatak as nk
from nunatak import samples
from nunatak.demo.settings import REFERENCE_MODEL, SPACING


@dataclass(frozen=True)
class Results:
    """Everything that the report shows."""

    archive: samples.Archive
    granules: samples.Granules
    catalog: nk.Catalog
    tree: xr.DataTree
    ensemble: xr.Dataset
    points: nk.Points
    observed: xr.Dataset
    residuals: nk.Points
    comparison: nk.Comparison
    recovery: samples.Recovery
    recovery_less_dem: samples.Recovery


@contextmanager
def step(title: str) -> Iterator[list[str]]:
    """Print a step with what it says of itself and the seconds it took."""
    notes: list[str] = []
    start = time.perf_counter()
    yield notes
    print(f"{title:<34} {time.perf_counter() - start:6.1f} s   {', '.join(notes)}", flush=True)


def run(directory: Path) -> Results:
    """Write the samples below a directory and run the main job on them, printing every step."""
    with step("write the sample archive") as notes:
        archive = samples.write_archive(directory / "archive")
        notes += [
            f"{len(archive.files)} files",
            _megabytes(archive.size),
            f"{len(archive.rules)} kinds of fault",
        ]
    with step("write the sample granules") as notes:
        granules = samples.write_granules(directory / "granules", archive.truth)
        notes += [f"{len(granules.files)} granules", _megabytes(granules.size)]
    with step("open the archive") as notes:
        catalog = nk.open_catalog(archive.path)
        tree = catalog.to_datatree(on_error="skip")
        notes += [f"{len(catalog)} files", f"{len(tree.leaves)} runs", "no data read"]
    with step("regrid and take the ensemble") as notes:
        grid = nk.grid("EPSG:3031", spacing=SPACING)
        models = nk.regrid(tree, grid, method="bilinear")
        ensemble = nk.ensemble(models, "orog", stats=("mean", "std", "count"), match="*/exp05")
        notes += [f"{int(ensemble['count'].max())} models", f"{ensemble.sizes['year']} years"]
    with step("open the granules") as notes:
        opened = nk.open_atl06(granules.files)
        points = opened.correct_tides(floating=floating_mask(tree[REFERENCE_MODEL].to_dataset()))
        notes += [
            f"{len(points):,} good of {sum(granule.segments for granule in granules.granules):,} segments"
        ]
    with step("aggregate to the grid") as notes:
        observed = nk.aggregate(points.above_geoid(), grid)
        notes += [f"{int((observed['count'] > 0).sum()):,} cells"]
    with step("compare with " + REFERENCE_MODEL) as notes:
        orog = tree[REFERENCE_MODEL].to_dataset()["orog"]
        residuals = nk.residuals(points, orog)
        comparison = nk.compare(orog, points, discrepancy="estimate")
        notes += [f"median residual {float(residuals.dataset['residual'].median()):+.1f} m"]
    with step("hold against the planted truth") as notes:
        recovery = samples.recovery(observed, archive.truth)
        difference = nk.aggregate(points.above_geoid(), grid, reference="dem_height")
        recovery_less_dem = samples.recovery(difference, archive.truth, less_reference=True)
        notes += [f"{recovery.cells:,} cells"]
    return Results(
        archive,
        granules,
        catalog,
        tree,
        ensemble,
        points,
        observed,
        residuals,
        comparison,
        recovery,
        recovery_less_dem,
    )


def floating_mask(model: xr.Dataset) -> xr.DataArray:
    """Where a model's ice floats in its first year: its base is above the bed."""
    first = model[["base", "topg", "sftgif"]].isel(time=0)
    return (first["sftgif"] > 0.5) & (first["base"] > first["topg"] + 1.0)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
