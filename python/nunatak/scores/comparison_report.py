"""The figure and the page of a comparison, built of the report's sections."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import ArgumentError, GridError
from nunatak.grids.recognition import HorizontalGrid, find_horizontal
from nunatak.report import sections
from nunatak.report.drawing import canvas
from nunatak.report.html import Report, Section
from nunatak.report.limits import size_of
from nunatak.report.maps import Marks, Outlines, draw_marks
from nunatak.scores.error_budget import passes_of
from nunatak.time import time_dimension

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nunatak.scores.comparison import Comparison

__all__ = ["comparison_figure", "comparison_page", "comparison_section", "outlines_of"]

_MASKS = {"ice": ("sftgif",), "grounded": ("sftgrf",), "basins": ("basins", "basin")}
"""Names that masks go by: ISMIP6's area fractions."""


class _Places(NamedTuple):
    x: np.ndarray
    y: np.ndarray
    passes: np.ndarray
    projection: str


def comparison_figure(comparison: Comparison, masks: xr.Dataset | None = None) -> Figure:
    """Maps of residual and z, histogram, bias of passes, PIT and coverage, two by three.

    Parameters
    ----------
    comparison
        Points or cells.
    masks
        As :meth:`Comparison.plot`.
    """
    places, outlines = _places(comparison, masks), outlines_of(masks, _middle(comparison))
    residual, z, units = comparison.residual, comparison.z, "m"
    figure, axes = canvas(2, 3, width=5.0, height=4.0)
    size = size_of(residual)
    marks = Marks(places.x, places.y, residual)
    draw_marks(figure, axes[0], marks, outlines, "Residual", "observation - model (m)", size)
    marks = Marks(places.x, places.y, z)
    title = "Standardised residual z"
    draw_marks(figure, axes[1], marks, outlines, title, "residual / sigma (1)", sections.Z_SIZE)
    sections.draw_histogram(axes[2], residual, units, 1.5 * size)
    sections.draw_passes(axes[3], comparison.passes)
    kept, _ = sections.thinned(places.passes, places.x, places.y, residual, _given_length(comparison))
    sections.draw_pit(axes[4], comparison.pit[kept])
    sections.draw_coverage(axes[5], comparison.numbers["coverage"])
    return figure


def comparison_page(comparison: Comparison, masks: xr.Dataset | None = None) -> Report:
    """The page of a comparison: maps, distributions, calibration, passes, basins, methods.

    Parameters
    ----------
    comparison, masks
        As :func:`comparison_figure`.
    """
    title = f"{comparison.settings['model']} against observations"
    report = Report(title, "Residuals are observation minus model.")
    comparison_section(report.section("Where model and observations differ"), comparison, masks)
    section = report.section("Passes")
    if len(comparison.passes):
        section.table(comparison.passes)
    section.code(json.dumps(comparison.settings, indent=1, default=str), summary="All settings")
    return report


def comparison_section(
    section: Section,
    comparison: Comparison,
    masks: xr.Dataset | None = None,
    *,
    sources: Sequence[str] = (),
) -> Section:
    """Add everything about a comparison to a section of a report, maps first.

    Parameters
    ----------
    section
        Where it goes.
    comparison, masks
        As :func:`comparison_figure`.
    sources
        Full citations of the data and the model, beside those of the methods.
    """
    places, outlines = _places(comparison, masks), outlines_of(masks, _middle(comparison))
    residual, z = comparison.residual, comparison.z
    section.pictures(
        *sections.residual_maps(places.x, places.y, residual, z, outlines, projection=places.projection)
    )
    kept, length = sections.thinned(places.passes, places.x, places.y, residual, _given_length(comparison))
    how = f"one per {length / 1e3:.3g} km of each pass" if len(comparison.passes) else "one per cell"
    distributions = [sections.histogram(residual)]
    if len(comparison.passes):
        distributions.append(sections.passes(comparison.passes))
    distributions.append(sections.pit(comparison.pit[kept], thinning=how))
    distributions.append(sections.coverage(comparison.numbers["coverage"]))
    section.pictures(*distributions)
    if outlines.basins is not None:
        table = basin_table(places, residual, outlines.basins)
        section.picture(sections.basin_bars(table)).table(table)
    section.code(str(comparison.numbers), summary="All numbers")
    points = comparison.points
    stated = None if points is None else points.dataset.get("sigma_geo")
    shared = stated is not None and bool(np.isfinite(stated.values).any())
    made = sections.methods(comparison.settings, comparison.numbers, cells=points is None, shared=shared)
    return section.methods(made._replace(references=[*made.references, *sources]))


def basin_table(places: _Places, residual: np.ndarray, basins: xr.DataArray) -> pd.DataFrame:
    """Mean residual by basin.

    Columns ``basin``, ``n``, ``passes``, ``bias`` and, from the spread of the means of two or more passes,
    ``bias_sigma``.
    """
    at = basins.sel(
        x=xr.DataArray(places.x, dims="point"), y=xr.DataArray(places.y, dims="point"), method="nearest"
    )
    frame = pd.DataFrame({"basin": at.values, "pass": places.passes, "residual": residual}).dropna()
    rows, numbers = [], np.asarray(frame["basin"])
    for number in np.unique(numbers[numbers > 0]):
        own = frame[numbers == number]
        values, passes = np.asarray(own["residual"]), np.asarray(own["pass"])
        means = np.array([values[passes == one].mean() for one in np.unique(passes)])
        sigma = float(means.std(ddof=1) / np.sqrt(means.size)) if means.size > 1 else np.nan
        rows.append([f"{number:g}", values.size, means.size, float(values.mean()), sigma])
    return pd.DataFrame(rows, columns=["basin", "n", "passes", "bias", "bias_sigma"])


def outlines_of(masks: xr.Dataset | None, when: np.datetime64 | None) -> Outlines:
    """Lines on maps from the masks of a dataset, in metres, at the record nearest to a time.

    Parameters
    ----------
    masks
        Has some of ``sftgif`` (ice), ``sftgrf`` (grounded ice) and ``basins`` on a grid of x and y.
    when
        The time of the observations; the first record when it is not known.

    Raises
    ------
    ArgumentError
        When it has none of them, or its grid has no x and y.
    """
    if masks is None:
        return Outlines()
    found = {}
    for role, names in _MASKS.items():
        name = next((name for name in names if name in masks), None)
        found[role] = None if name is None else _mask(masks, name, when)
    if found["grounded"] is None and {"base", "topg"} <= set(masks):
        found["grounded"] = _grounded(masks, when)
    if all(own is None for own in found.values()):
        raise ArgumentError(
            f"masks: found {list(masks)}, expected sftgif (ice), sftgrf (grounded ice) or basins"
        )
    return Outlines(**found)


def _grounded(masks: xr.Dataset, when: np.datetime64 | None) -> xr.DataArray:
    """Where the base rests on the bed, within the ice where it is known."""
    rests = _mask(masks, "base", when) - _mask(masks, "topg", when) <= 1.0
    return (rests & (_mask(masks, "sftgif", when) > 0.5) if "sftgif" in masks else rests).astype(np.float64)


def _mask(masks: xr.Dataset, name: str, when: np.datetime64 | None) -> xr.DataArray:
    grid = _grid_of(masks)
    array = masks[name]
    time = time_dimension(array)
    if time is not None:
        array = array.isel({time: _nearest(array, time, when)})
    if set(array.dims) != set(grid.dims):
        raise ArgumentError(f"masks: {name} has dimensions {array.dims}, expected rows and columns of a map")
    rows, columns = (np.asarray(masks[dim].values, np.float64) * _metres(masks[dim]) for dim in grid.dims)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"masks: {name} has values of {array.dtype}, expected numbers")
    values = array.transpose(*grid.dims).values.astype(np.float64)
    percent = name.startswith("sft") and np.nan_to_num(values).max(initial=0.0) > 1.5
    scale = 100.0 if percent else 1.0
    return xr.DataArray(values / scale, {"y": rows, "x": columns}, ("y", "x"), name=name)


def _nearest(array: xr.DataArray, time: Hashable, when: np.datetime64 | None) -> int:
    """The record nearest to a time, by year: calendars differ."""
    if when is None or time not in array.coords:
        return 0
    years = [getattr(value, "year", value) for value in array.indexes[time]]
    wanted = int(str(when.astype("datetime64[Y]")))
    known = [abs(year - wanted) if isinstance(year, int | float) else np.inf for year in years]
    return int(np.argmin(known))


def _metres(coordinate: xr.DataArray) -> float:
    return (
        1e3 if str(coordinate.attrs.get("units", "m")).lower() in ("km", "kilometers", "kilometres") else 1.0
    )


def _middle(comparison: Comparison) -> np.datetime64 | None:
    """The middle time of the points."""
    if comparison.points is None or "time" not in comparison.points.dataset:
        return None
    times = comparison.points.dataset["time"].values
    times = times[~np.isnat(times)]
    return None if times.size == 0 else np.sort(times)[times.size // 2]


def _given_length(comparison: Comparison) -> float | None:
    """Length (m) of the fitted discrepancy."""
    fitted = comparison.settings.get("fitted_discrepancy")
    return float(fitted["length"]) if fitted and fitted.get("length") else None


def _places(comparison: Comparison, masks: xr.Dataset | None) -> _Places:
    """Places in the projection of the masks, else of the model, else that of the ice sheet, and passes."""
    if comparison.points is None:
        assert comparison.cells is not None
        grid = find_horizontal(comparison.cells).grid
        longitude, latitude = grid.centres()
        passes, own = np.arange(longitude.size), grid.crs
    else:
        dataset = comparison.points.dataset
        longitude = np.ascontiguousarray(dataset["longitude"].values, np.float64)
        latitude = np.ascontiguousarray(dataset["latitude"].values, np.float64)
        passes = passes_of(dataset)
        given = comparison.settings.get("crs")
        own = Crs.parse(str(given)) if given else None
    crs = _system(own, masks, float(np.nanmedian(latitude)))
    x, y = crs.forward(longitude, latitude)
    return _Places(x, y, passes, crs.name)


def _system(own: Crs | None, masks: xr.Dataset | None, latitude: float) -> Crs:
    if masks is not None:
        return _grid_of(masks).grid.crs
    if own is not None and not own.is_geographic:
        return own
    return Crs.parse("EPSG:3031" if latitude < 0 else "EPSG:3413")


def _grid_of(masks: xr.Dataset) -> HorizontalGrid:
    """The grid of masks, on a map."""
    try:
        grid = find_horizontal(masks)
    except GridError as error:
        raise ArgumentError(f"masks: {error}") from error
    if grid.grid.crs.is_geographic or len(grid.dims) != 2:
        raise ArgumentError(
            f"masks: found a grid of {grid.grid.summary}, expected rows and columns of a map projection; "
            "regrid "
            "them to nk.grid(...)"
        )
    return grid
