"""The report of the demo, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.demo.settings import REFERENCE_MODEL
from nunatak.report.figures import Panel, coverage_bars, maps, pit_histogram, points_map
from nunatak.report.html import Report
from nunatak.samples.projection import project

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nunatak.demo.job import Results

_SIGMAS = {
    "sigma_random": "random",
    "sigma_correlated": "correlated within a pass",
    "sigma_sampling": "sampling of the cell",
    "sigma_total": "total",
}


def build_report(results: Results) -> Report:
    """The report of a run of the demo.

    Parameters
    ----------
    results
        What the run made.
    """
    report = Report(
        "Nunatak: models against altimetry",
        "Six sample models and twelve sample granules, drawn from one planted surface, read as any other.",
    )
    recovery = results.recovery
    summary = report.section("In short").verdict(str(recovery), good=recovery.recovered)
    summary.figure(overview(results), "Ensemble and observations on the common grid.")
    _tree(report, results)
    _repairs(report, results)
    _ensemble(report, results)
    _observations(report, results)
    _comparison(report, results)
    _truth(report, results)
    return report


def overview(results: Results) -> Figure:
    """Four maps that tell the story: the picture of the README."""
    ice, observed = _ice(results.ensemble), results.observed
    last = results.ensemble.isel(year=-1)
    year = int(last["year"])
    return maps(
        [
            Panel(last["mean"].where(ice), f"Six models: mean surface, end of {year}"),
            Panel(last["std"].where(ice), f"Six models: standard deviation, end of {year}", "cividis"),
            Panel(observed["height"], "Observed surface above the geoid"),
            Panel(observed["sigma_total"], "Observed surface: total uncertainty", "cividis"),
        ],
        ice,
    )


def _ice(ensemble: xr.Dataset) -> xr.DataArray:
    """Cells that some model covers with ice: elsewhere most models write a surface of 0."""
    return ensemble["mean"].isel(year=0, drop=True) > 1


def _tree(report: Report, results: Results) -> None:
    section = report.section("The tree")
    leaves = results.tree.leaves
    rows = [
        {
            "run": leaf.path.strip("/"),
            "grid": " x ".join(str(leaf.sizes[dim]) for dim in ("y", "x") if dim in leaf.sizes),
            "years": leaf.sizes.get("time", 0),
            "calendar": _calendar(leaf),
            "variables": " ".join(sorted(map(str, leaf.data_vars))),
        }
        for leaf in leaves
    ]
    section.text(
        f"{len(results.catalog)} files became {len(leaves)} runs. Opening read headers and coordinates only."
    )
    section.table(pd.DataFrame(rows))
    section.code(
        str(results.tree[leaves[0].path].to_dataset()),
        summary=f"{leaves[0].path.strip('/')} as xarray shows it",
    )


def _calendar(leaf: xr.DataTree) -> str:
    time = leaf.coords.get("time")
    return "" if time is None else str(time.dt.calendar)


def _repairs(report: Report, results: Results) -> None:
    section = report.section("Repairs")
    section.text(
        "Every fault that was found, and what was done. The last column is what the generator planted."
    )
    planted = results.archive.rules
    table = results.catalog.report.repairs.copy()
    table["planted files"] = [planted.get(str(rule), 0) for rule in table["rule"]]
    section.table(table)
    problems = results.catalog.report.problems
    errors = problems[problems["severity"] == "error"]
    if len(errors):
        section.text("Files that could not be opened are named, and the rest is used without them:")
        section.table(pd.DataFrame({"rule": errors["rule"], "file": errors["message"]}))
    notes = len(problems) - len(errors)
    section.text(f"{notes} minor findings are in catalog.report.problems.")


def _ensemble(report: Report, results: Results) -> None:
    section = report.section("Ensemble")
    ensemble, ice = results.ensemble, _ice(results.ensemble)
    first, last = ensemble.isel(year=0), ensemble.isel(year=-1)
    panels = [
        Panel(first["mean"].where(ice), f"Mean surface, end of {int(first['year'])}"),
        Panel(first["std"].where(ice), f"Standard deviation, end of {int(first['year'])}", "cividis"),
        Panel(_change(first, last).where(ice), f"Mean change to the end of {int(last['year'])}", "RdBu"),
        Panel(last["std"].where(ice), f"Standard deviation, end of {int(last['year'])}", "cividis"),
    ]
    section.figure(
        maps(panels, ice),
        "Surface height of the models in exp05 on the common grid, from 64, 32 and 16 km grids.",
    )


def _change(first: xr.Dataset, last: xr.Dataset) -> xr.DataArray:
    change = last["mean"] - first["mean"]
    return change.assign_attrs(units="m")


def _observations(report: Report, results: Results) -> None:
    section = report.section("Observations")
    section.text(f"{len(results.points):,} good segments. What each granule held:")
    section.table(results.points.report)
    observed = results.observed
    panels = [Panel(observed["height"], "Surface above the geoid")]
    panels += [Panel(observed[name], f"Uncertainty: {title}", "cividis") for name, title in _SIGMAS.items()]
    panels.append(Panel(observed["count"].where(observed["count"] > 0), "Segments in a cell"))
    section.figure(
        maps(panels, _ice(results.ensemble)),
        "Heights averaged over cells. The random part is millimetres; what limits the mean is the error that "
        "all segments of a pass share, and that a few tracks represent a whole cell.",
    )


def _comparison(report: Report, results: Results) -> None:
    section = report.section(f"{REFERENCE_MODEL} against the granules")
    points = results.residuals.dataset
    x, y = project(points["longitude"].values, points["latitude"].values)
    outline = _ice(results.ensemble)
    title = "Residual: observation minus model"
    section.figure(
        points_map(x, y, points["residual"].values, outline, title), "At every good segment, in its year."
    )
    comparison = results.comparison
    field = comparison.settings["fitted_discrepancy"]
    section.text(
        f"Scores. The discrepancy of the model is estimated from the residuals: {field['sigma']:.3g} m, "
        f"correlated over {field['length'] / 1e3:.3g} km."
    )
    section.code(str(comparison.summary()))
    section.figure(
        pit_histogram(np.asarray(comparison.pit)),
        "A bump in the middle: the stated error is too large; at the ends: too small.",
    )
    coverage = comparison.summary()["coverage"]
    section.figure(
        coverage_bars(coverage), "How often the residual lies within the intervals of its stated uncertainty."
    )
    shares = {
        "coverage": [f"{level:.0%}" for level in coverage],
        "found": [f"{n:.1%}" for n in coverage.values()],
    }
    section.table(pd.DataFrame(shares))


def _coverage_table(results: Results) -> pd.DataFrame:
    """Coverage of the planted cell means, by heights and by heights less the elevation model."""
    columns = {"heights": results.recovery, "heights less elevation model": results.recovery_less_dem}
    rows = {
        f"within the {level:.0%} interval": {
            name: f"{found.coverage[level]:.1%}" for name, found in columns.items()
        }
        for level in results.recovery.coverage
    }
    rows["median total uncertainty"] = {
        name: f"{float(np.nanmedian(found.misfit.values / found.z.values)):.2f} m"
        for name, found in columns.items()
    }
    rows["standard deviation of z"] = {name: f"{float(found.z.std()):.2f}" for name, found in columns.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("cells").reset_index()


def _truth(report: Report, results: Results) -> None:
    recovery = results.recovery
    section = report.section("Was the planted truth recovered?")
    section.verdict(str(recovery), good=recovery.recovered)
    section.text(
        "Most of the uncertainty of a cell is that its tracks miss the shape of the surface. Subtracting the "
        "granules' elevation model at every point, before averaging, takes that shape out:"
    )
    section.table(_coverage_table(results))
    panels = [
        Panel(recovery.misfit.assign_attrs(units="m"), "Observed minus planted cell mean", "RdBu"),
        Panel(recovery.z.assign_attrs(units="1"), "The same over the total uncertainty", "RdBu", (-3.0, 3.0)),
    ]
    section.figure(maps(panels, _ice(results.ensemble)), "Cells wholly covered by ice.")
