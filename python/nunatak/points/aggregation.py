"""Aggregation of altimetry points to the cells of a grid, with separate uncertainties."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import PointSums, __version__, aggregate_points, needs_of_statistics
from nunatak.arguments import check_arguments, found, within_memory
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.grids.cell_coordinates import target_coordinates, target_shapes
from nunatak.grids.global_grids import listed_coordinates
from nunatak.grids.recognition import HorizontalGrid, find_horizontal
from nunatak.io.cf import described, history, narrow
from nunatak.points.arguments import as_points
from nunatak.points.calibration import GeolocationCalibration
from nunatak.points.cell_variables import cell_variables, overpass_parts
from nunatak.points.geolocation import Geolocation, calibrated, geolocation_option
from nunatak.points.parts import Parts, parts_of
from nunatak.points.points import Points
from nunatak.points.record import listed
from nunatak.points.reference import reference_name
from nunatak.points.summed_columns import Tally, are_segments, summed_columns

__all__ = ["aggregate"]

Progress = Callable[[int, int], object]

_WEIGHT_FLOOR = 0.1


@within_memory("aggregate")
def aggregate(
    points: Points | str | os.PathLike[str] | Iterable[Points | str | os.PathLike[str]],
    grid: xr.Dataset | xr.DataArray,
    *,
    reference: str | xr.DataArray | np.ndarray | None = None,
    geolocation: Geolocation = "atl11",
    pair: float = 0.0,
    common: float = 0.0,
    editing: bool | None = None,
    covariance: bool = False,
    correlation_length: float | None = None,
    minimum_count: int = 1,
    statistics: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Height of cells with a random, a correlated and a sampling uncertainty.

    Parameters
    ----------
    points
        Points with a height; those outside the grid, and those that have a height and no reference, are left
        out with a warning that counts them, those without a height are left out. A point of unknown
        ``height_sigma`` counts, and weighs next to nothing beside one whose error is known.

        Or granules of ATL06: a path, URL, glob pattern or directory, or a list of these, read as
        :func:`open_atl06` does, one overpass after the other. Or an iterable of points, such as a generator;
        no point is to be in two of them, and each is to hold all of its passes, so that editing sees their
        tracks. Then memory goes with the cells that hold points, and not with the points.
    grid
        Target grid of any family: a Dataset as :func:`nunatak.grid` or :func:`nunatak.healpix` makes it, or
        anything a grid can be read from.
    reference
        Height to subtract from each point before averaging: a column such as ``"dem_height"``, one value per
        segment in the datum of the points, or ``"model"``, the surface that :func:`residuals` found there, so
        that residuals are averaged. Comparing at the point takes the shape of the
        surface out of the cell: spread and sampling uncertainty become those of the difference, often ten
        times smaller than those of the height.
    geolocation
        Errors that the points of an overpass (track and cycle) share: a vector drawn once for each, radial,
        along and across the track, which the slopes turn into height with their signs. ``"atl11"``: 0.05 m
        radial and 2.5 m horizontal, which crossovers support; ``"atl15"``: 0.03 and 6.5 m; a mapping with
        ``radial``, ``along`` and ``across`` (m); ``"calibrated"``, what crossovers of these points support,
        or what :func:`calibrate_geolocation` found elsewhere; or ``"product"``: what each segment states
        (``sigma_geo``), without a sign and shared within a pass. Points without slopes have what the
        product states.
    pair
        Size of a vector that each pair of beams has of its own, as a share of that of its overpass.
    common
        Standard deviation (m) of an error that all points share: of the geoid, the tide system, the frame.
    editing
        Whether points are left out that lie further than three robust standard deviations from the line of
        their track within an eighth of a cell (returns of clouds); ``edited`` says how many of ``count`` they
        are. None: those among segments of ATL06 and ATL11 are.
    covariance
        Whether what overpasses contribute to each cell stays in the result, so that :func:`region_mean`
        knows what cells share.
    correlation_length
        Length L of ``exp(-d/L)``, m, over which the surface within a cell resembles itself. None fits
        a variogram to all cells. This is about the surface, not about the errors.
    minimum_count
        Cells with fewer points hold NaN (their count stays).
    statistics
        Names of the variables that are wanted, such as ``["count", "plain_mean", "spread"]``; nothing else
        is computed, and each is the same, to the last bit, whatever is asked for beside it. None: all; of
        points that come part by part all but ``median`` and ``nmad``, which need all points at once and are
        left out.
    progress
        Called as ``progress(parts done, parts in all)`` where points come part by part (0 in all where their
        number is not known); an exception there, as Ctrl-C, stops the job.

    Returns
    -------
    Dataset
        On the dimensions of the grid; of a HEALPix grid only the cells that hold a point, with a coordinate
        of their numbers, so that memory goes with them however fine the level. ``height`` is a prediction of
        the mean of the cell, and the ``sigma_`` variables are its uncertainties; ``mean`` is that of the
        points, wherever in the cell they lie. Then ``count``, ``edited``, ``passes``,
        ``plain_mean``, ``median``, ``spread``, ``nmad``, ``slope_x``, ``slope_y``, ``sigma_slope_x``,
        ``sigma_slope_y``, ``roughness``, ``effective_count``, ``offset_x``, ``offset_y``,
        ``offset_distance``, ``first_time``, ``last_time``.
        An uncertainty whose input is unknown at all points of a cell (no ``height_sigma``, no ``sigma_geo``)
        is NaN, and so is the total. Where slopes or ``sigma_geo`` are unknown at some, they are those of the
        others of their pass, or of the cell.

    Notes
    -----
    Points are averaged in blocks of an eighth of a cell, with weights ``1/(s_i^2 + (0.1 m)^2)`` and s_i the
    ``height_sigma`` of segment i. The mean of the cell is predicted from the blocks by ordinary block kriging
    (Matheron 1971) about the slope of the neighbourhood, with a variogram fitted to all cells by restricted
    likelihood (Patterson and Thompson 1971) and the roughness of each cell, shrunk towards that of its
    neighbourhood. ``docs/altimetry.md`` derives them.

    Raises
    ------
    ArgumentError
        For a reference of another length or an unknown column; an unknown statistic; ``median`` or ``nmad``
        of points that come part by part; parts whose heights are above different datums.
    GridError
        When no grid can be read.
    """
    parts = parts_of(points)
    if parts is None:
        points = as_points(points, "points")
    check_arguments(
        aggregate,
        {
            "grid": grid,
            "reference": reference,
            "pair": pair,
            "common": common,
            "editing": editing,
            "covariance": covariance,
            "correlation_length": correlation_length,
            "minimum_count": minimum_count,
            "statistics": statistics,
            "progress": progress,
        },
    )
    geolocation = calibrated(geolocation, points if parts is None else None)
    named = geolocation_option(geolocation)
    if not 0.0 <= pair <= 100.0:
        raise ArgumentError(f"pair: found {pair}, expected a share of the overpass's vector, 0 or more")
    if not 0.0 <= common < np.inf:
        raise ArgumentError(f"common: found {common}, expected 0 or a length in metres")
    if minimum_count < 1:
        raise ArgumentError(f"minimum_count: found {minimum_count}, expected 1 or more")
    asked = None if statistics is None else _names(statistics)
    horizontal = find_horizontal(grid)
    options = {
        "statistics": asked,
        "geolocation": named,
        "pair": float(pair),
        "common": float(common),
        "correlation_length": correlation_length,
        "minimum_count": minimum_count,
        "weight_floor": _WEIGHT_FLOOR,
    }
    if parts is None:
        result, tally = _at_once(as_points(points, "points"), horizontal, reference, editing, options)
    else:
        result, tally = _by_parts(parts, horizontal, reference, editing, options, progress)
    if covariance and result["model"] is None:
        raise ArgumentError(
            f"covariance: found True with statistics {list(statistics or ())}, expected statistics of height "
            "or its uncertainty beside it"
        )
    tally.warn(reference)
    outside = tally.with_height - result["points"]
    if outside:
        warnings.warn(
            f"{outside:,} of {tally.points:,} points lie outside the grid ({horizontal.grid.summary}) and "
            "are left out; nk.grid(crs, spacing=..., bounds=points) holds them all",
            NunatakWarning,
            caller_stacklevel(),
        )
    coordinates, mapping = _coordinates(grid, horizontal, result["cells"])
    variables = cell_variables(result, horizontal, mapping, reference)
    if covariance:
        variables |= overpass_parts(result)
    assumed = {
        "geolocation": result["geolocation"],
        "geolocation_of_pairs": float(pair),
        "sigma_common": float(common),
    }
    if isinstance(geolocation, GeolocationCalibration):
        assumed["geolocation_calibration"] = str(geolocation)
    attributes = _provenance(result["model"], tally.attributes, reference)
    attributes |= (assumed if result["model"] else {}) | {"editing": int(tally.edited)}
    attributes |= dict(horizontal.dataset_attrs)
    if result["cells"] is not None:
        attributes["healpix_latitudes"] = _latitudes(horizontal.mapping)
    counts = {
        "points_outside_grid": outside,
        "points_without_reference": tally.without_reference,
        "points_of_unknown_height_sigma": tally.of_unknown_error,
    }
    attributes = narrow(attributes | counts)
    attributes = history(attributes, f"{tally.points} points aggregated to {horizontal.grid.summary}")
    return described(xr.Dataset(variables, coords=coordinates, attrs=attributes))


def _names(statistics: Sequence[str]) -> list[str]:
    """Names of statistics as they were asked for.

    Raises
    ------
    ArgumentError
        There is none, or one is no text.
    """
    names = list(statistics)
    if not names or not all(isinstance(name, str) for name in names):
        raise ArgumentError(f"statistics: found {found(statistics)}, expected names such as 'mean'")
    return names


def _at_once(
    points: Points,
    horizontal: HorizontalGrid,
    reference: Any,
    editing: bool | None,
    options: dict[str, Any],
) -> tuple[dict[str, Any], Tally]:
    """Statistics of points that are in memory."""
    tally = Tally()
    weighted = _needs(options)[0]
    columns = summed_columns(points, reference, weighted, tally)
    tally.edited = tally.are_segments if editing is None else editing
    own = options | {"editing": tally.edited, "are_segments": tally.are_segments}
    return aggregate_points(horizontal.grid, columns, own), tally


def _by_parts(
    parts: Parts,
    horizontal: HorizontalGrid,
    reference: Any,
    editing: bool | None,
    options: dict[str, Any],
    progress: Progress | None,
) -> tuple[dict[str, Any], Tally]:
    """Statistics of points that come part by part: sums of each, added to those before.

    Raises
    ------
    ArgumentError
        For a reference of one value per segment, for medians, and where there is no part.
    """
    weighted, with_medians = _needs(options)
    if with_medians and options["statistics"] is not None:
        raise ArgumentError(
            f"statistics: found {options['statistics']} of points that come part by part, expected no median "
            "and no nmad, which need all points at once: join the parts with nk.concat_points"
        )
    if reference is not None and not isinstance(reference, str):
        raise ArgumentError(
            f"reference: found {found(reference)} for points that come part by part, expected the name of a "
            "column"
        )
    tally, sums = Tally(), PointSums(horizontal.grid)
    for number, part in enumerate(parts.parts, 1):
        part = as_points(part, "points")
        columns = summed_columns(part, reference, weighted, tally)
        edited = are_segments(part.dataset) if editing is None else editing
        tally.edited |= edited
        sums.add(columns, options | {"editing": edited, "are_segments": False})
        if progress is not None:
            progress(number, parts.count)
    if tally.datum is None:
        raise ArgumentError("points: found no part, expected at least one")
    return sums.cells(options | {"editing": tally.edited, "are_segments": tally.are_segments}), tally


def _needs(options: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the statistics need the weights of the points, and whether all points at once."""
    asked = options["statistics"]
    return (True, True) if asked is None else needs_of_statistics(asked)


def _coordinates(
    grid: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid, cells: np.ndarray | None
) -> tuple[dict[Any, xr.Variable], str]:
    """Coordinates of the result: of the cells that hold points, when these are given by number."""
    if cells is not None:
        return listed_coordinates(grid, horizontal, cells)
    coordinates, mapping = target_coordinates(grid, horizontal)
    if horizontal.grid.family == "rectilinear":
        return coordinates, mapping
    shapes, bounds = target_shapes(grid, horizontal)
    for name, other in bounds.items():
        coordinates[name].attrs["bounds"] = other
    return coordinates | shapes, mapping


def _latitudes(mapping: Mapping[str, Any]) -> str:
    """Of which latitudes the cells of a HEALPix grid are made."""
    radius, inverse = mapping["semi_major_axis"], mapping["inverse_flattening"]
    if not inverse:
        return f"latitudes of a sphere of radius {radius:.3f} m"
    return (
        f"authalic latitudes of the ellipsoid with semi_major_axis {radius} m, inverse_flattening {inverse}"
    )


def _provenance(
    model: dict[str, float | str | None] | None, own: Mapping[str, Any], reference: Any
) -> dict[str, Any]:
    kept = ("granules", "quality_rule", "vertical_datum", "tide_correction", "sigma_geo_model")
    attributes: dict[str, Any] = {"Conventions": "CF-1.11", "title": "altimetry aggregated to cells"}
    attributes |= {name: own[name] for name in kept if name in own}
    if "granules" in attributes:
        attributes["granules"] = listed(attributes["granules"])
    attributes["reference"] = reference_name(reference)
    attributes["weight_floor"] = _WEIGHT_FLOOR
    if model is not None:
        attributes["error_model"] = (
            "height: mean of the cell by block kriging about the slope of its neighbourhood; random: "
            "independent; correlated: one vector per overpass with the signs of the slopes; sampling: "
            "kriging variance"
        )
        attributes |= {name: np.nan if value is None else value for name, value in model.items()}
    return attributes | {"nunatak_version": __version__}
