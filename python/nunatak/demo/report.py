"""The report of the demo, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.demo.settings import REFERENCE_MODEL
from nunatak.report.drawing import Picture
from nunatak.report.html import Report
from nunatak.report.maps import Outlines, Panel, maps
from nunatak.scores.comparison_report import comparison_section, outlines_of

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
    caption = (
        "Ensemble and observations on the common grid: where the models differ, and what the tracks say."
    )
    summary.picture(Picture(overview(results), caption, _overview_words(results)))
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


def _overview_words(results: Results) -> str:
    ice, last = _ice(results.ensemble), results.ensemble.isel(year=-1)
    return (
        f"Four maps. Models: mean surface with a median of {_median(last['mean'].where(ice))} and a "
        "standard deviation "
        f"with a median of {_median(last['std'].where(ice))}. Observations: median height "
        f"{_median(results.observed['height'])}, median uncertainty "
        f"{_median(results.observed['sigma_total'])}."
    )


def _median(field: xr.DataArray) -> str:
    return f"{float(field.median()):.4g} {field.attrs.get('units', 'm')}"


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
    caption = (
        "Surface height of the models in exp05 on the common grid, from 64, 32 and 16 km grids. Both "
        "means have the "
        "same colours, and both standard deviations."
    )
    words = (
        f"Four maps of the ensemble: the median of its mean changes by {_median(panels[2].field)}, that of "
        "its "
        f"standard deviation from {_median(panels[1].field)} to {_median(panels[3].field)}."
    )
    section.picture(Picture(maps(panels, _lines(results)), caption, words))


def _lines(results: Results) -> Outlines:
    """Ice edge and grounding line of the reference model."""
    return outlines_of(results.tree[REFERENCE_MODEL].to_dataset(), None)


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
    caption = (
        "Heights averaged over cells. The random part is millimetres; what limits the mean is the error that "
        "all segments of a pass share, and that a few tracks represent a whole cell."
    )
    parts = ", ".join(f"{title} {_median(observed[name])}" for name, title in _SIGMAS.items())
    words = f"Maps of height, uncertainty and count by cell; median uncertainties: {parts}."
    section.picture(Picture(maps(panels, _lines(results)), caption, words))


def _comparison(report: Report, results: Results) -> None:
    section = report.section(f"{REFERENCE_MODEL} against the granules")
    field = results.comparison.settings["fitted_discrepancy"]
    section.text(
        f"The discrepancy of the model is estimated from the residuals: {field['sigma']:.3g} m, "
        f"correlated over {field['length'] / 1e3:,.1f} km."
    )
    comparison_section(section, results.comparison, results.tree[REFERENCE_MODEL].to_dataset())


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
    words = (
        f"Maps of the misfit, median {_median(panels[0].field)}, and of the misfit over its uncertainty, "
        "median "
        f"{_median(panels[1].field)}."
    )
    caption = "Cells wholly covered by ice: no pattern is left where the truth was recovered."
    section.picture(Picture(maps(panels, _lines(results)), caption, words))
