"""Comparison of a model with observations, given the error budget of the observations."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__, score_residuals, summary_meanings
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.points.arguments import as_points
from nunatak.points.columns import DIMENSION
from nunatak.points.geolocation import Geolocation, calibrated
from nunatak.scores.cell_residuals import compare_cells
from nunatak.scores.discrepancy import Discrepancy, ModelDiscrepancy, described, discrepancy_option
from nunatak.scores.error_budget import common_error, passes_of, random_sigma, shared_by_overpasses
from nunatak.scores.formulas import LEVELS
from nunatak.scores.point_groups import Groups
from nunatak.scores.ranking import OnError, Ranking, rank
from nunatak.scores.residuals import Datum, SampleMethod, TimeMethod, check_model, periods, residuals

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nunatak.points.points import Points

__all__ = ["Comparison", "Summary", "compare"]

_PASS_COLUMNS = ("rgt", "cycle", "pair")


class Summary(dict[str, Any]):
    """Numbers of a comparison by name; prints as a table with units and meanings."""

    def __str__(self) -> str:
        rows = [
            f"{name:<20}{_readable(self[name]):>14}  {meaning}"
            for name, meaning in summary_meanings()
            if name in self
        ]
        rows += [
            f"{f'within {level:.0%}':<20}{share:>14.1%}  of residuals"
            for level, share in self["coverage"].items()
        ]
        return "\n".join(rows)


def _readable(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


@dataclass(frozen=True, repr=False)
class Comparison:
    """Result of :func:`compare`.

    Attributes
    ----------
    points
        The points with the columns ``model`` and ``residual`` (m); None when cells were compared.
    passes
        One row per pass: ``pass_id``, ``rgt``, ``cycle``, ``pair``, ``n``, ``bias`` and its standard error
        ``bias_sigma``, ``median``, ``nmad``, ``rmse`` (m), and the pass's share of the ``log_likelihood``.
    cells
        Residuals aggregated to a grid with their three uncertainties (:func:`nunatak.aggregate`), or the
        compared cells; None when no grid was given.
    pit
        Probability integral transform of each residual under its total standard deviation (float64, NaN where
        skipped): uniform when the error budget is right.
    z
        Standardised residuals, likewise.
    """

    points: Points | None
    passes: pd.DataFrame
    cells: xr.Dataset | None
    pit: np.ndarray
    z: np.ndarray
    residual: np.ndarray
    numbers: Summary
    settings: dict[str, Any]

    def summary(self) -> Summary:
        """The numbers: a dict that prints as a table.

        ``n``, ``skipped``, ``passes``, ``n_eff`` (independent values that would fix the bias as well),
        ``bias``, ``bias_sigma``, ``weighted_bias`` and ``weighted_bias_sigma`` (by the inverse of the
        covariance), ``median``, ``nmad``, ``mae``, ``rmse``, ``centred_rmse`` (m), ``chi2_reduced`` and
        ``chi2_reduced_sigma`` (:func:`nunatak.scores.chi2_reduced`), ``mahalanobis_reduced``,
        ``log_likelihood``, ``crps`` (m), ``dawid_sebastiani``, and ``coverage`` (share inside by nominal
        level).
        """
        return Summary(self.numbers)

    def __repr__(self) -> str:
        return f"<nunatak.Comparison> {self.settings['model']}, observation minus model\n{self.numbers}"

    def _repr_html_(self) -> str:
        from nunatak.report.notebook import shown

        rows = {
            name: f"{_readable(self.numbers[name])}  {meaning}"
            for name, meaning in summary_meanings()
            if name in self.numbers
        }
        rows |= {f"within {level:.0%}": f"{share:.1%}" for level, share in self.numbers["coverage"].items()}
        title = f"{self.settings['model']}, observation minus model"
        passes = [(f"{len(self.passes)} passes", self.passes)] if len(self.passes) else []
        return shown("nunatak.Comparison", title, rows, passes)

    @checked
    def plot(self, *, masks: xr.Dataset | None = None) -> Figure:
        """Maps of residual and z, histogram, bias of passes, PIT and coverage (needs matplotlib).

        The figure shows in a notebook; ``figure.savefig`` writes it.

        Parameters
        ----------
        masks
            Draws the ice edge, the grounding line and divides of basins, as contours of ``sftgif``,
            ``sftgrf`` and ``basins``: the model's own dataset, or any other on a map; at the record nearest
            to the points' time. Maps are in its projection, else in the model's (``crs``), else EPSG:3031 or
            3413.
        """
        from nunatak.scores.comparison_report import comparison_figure

        return comparison_figure(self, masks)

    @checked
    def to_html(self, path: str | Path, *, masks: xr.Dataset | None = None) -> Path:
        """Write maps, calibration, passes, basins and methods to one HTML file; return its path.

        The page needs no other file (making it needs matplotlib).

        Parameters
        ----------
        path
            File to write; its directory is made when missing.
        masks
            As :meth:`plot`.
        """
        from nunatak.scores.comparison_report import comparison_page

        return comparison_page(self, masks).write(path)


@overload
def compare(model: xr.DataArray, observations: Points | xr.Dataset, **options: Any) -> Comparison: ...
@overload
def compare(model: xr.DataTree, observations: Points | xr.Dataset, **options: Any) -> Ranking: ...
@checked
def compare(  # pyright: ignore[reportInconsistentOverload]
    model: xr.DataArray | xr.DataTree,
    observations: Points | xr.Dataset,
    *,
    crs: str | None = None,
    datum: Datum = "geoid",
    time: TimeMethod = "linear",
    discrepancy: ModelDiscrepancy = None,
    geolocation: Geolocation = "atl11",
    common: float = 0.0,
    grid: xr.Dataset | None = None,
    method: SampleMethod = "bilinear",
    source: xr.Dataset | xr.DataArray | None = None,
    variable: str = "orog",
    match: str | None = None,
    by: Groups = None,
    on_error: OnError = "warn",
    progress: Callable[[int, int], object] | None = None,
) -> Comparison | Ranking:
    """Score a model surface against observations with their random and correlated errors.

    The residuals' covariance is ``D + K + U U' + common**2``: ``D`` holds the random variances
    (``height_sigma**2``), ``K`` the discrepancy of the model, a random field whose covariance depends on
    distance, and ``U`` three signed columns per overpass, its radial error and those along and across the
    track times the slopes. So ten thousand segments of six overpasses fix a bias about as well as six
    independent values, and say so. A warning says when neighbouring residuals are more alike than that.

    Parameters
    ----------
    model
        Surface elevation (m) on a grid of any family; see :func:`residuals`. Or a tree, of which every node
        that holds ``variable`` is compared on its own grid with the points that all of them have, under one
        discrepancy: that of the model with the lowest RMSE, where it is estimated.
    observations
        Altimetry points, interpolated to by :func:`residuals`: the recommended way. Or cells from
        :func:`nunatak.aggregate` on the model's own grid, at one time: their total uncertainty is then taken
        as independent between cells, which overstates the evidence where a pass crosses many cells.
    crs, datum, time, method, source, progress
        As :func:`residuals`; for points only.
    discrepancy
        What the model cannot represent, such as roughness within its cells. ``"estimate"`` takes all of it
        from the residuals, by restricted likelihood; a number is its standard deviation (m), the rest is
        estimated; :class:`Discrepancy` gives all of it. An array of several values holds one for each point
        (cell), independent between them. None: the model has none, and likelihoods of thousands of points are
        far too sharp where it does.
    geolocation
        What the points of an overpass share, as in :func:`aggregate`. Where slopes are missing, each pass
        shares its ``sigma_geo``.
    common
        Standard deviation (m) of an error that all points share, such as that of a datum.
    grid
        A grid to aggregate the residuals to (:attr:`Comparison.cells`).
    variable, match
        Of a tree: name of the surface, and pattern of node paths as in :func:`stack` (``"*/exp05"``).
    by
        Of a tree: groups of points, whose numbers :attr:`Ranking.groups` holds. Labels on a grid (integers,
        with ``flag_meanings`` for names, texts or booleans), regions by name, a GeoDataFrame or GeoJSON.
    on_error
        Of a tree: what to do with a node that cannot be compared: ``"warn"`` and leave it out, ``"raise"``,
        or ``"skip"``. :attr:`Ranking.failures` says why.

    Returns
    -------
    Comparison or Ranking
        Of a DataArray or of a tree.

    Raises
    ------
    ArgumentError
        When nothing is left to compare, the message says of which places and times points and model are; for
        cells on another grid or above another datum than the model, and arguments of the wrong kind.
    """
    if isinstance(model, xr.DataTree):
        options = {"crs": crs, "datum": datum, "time": time, "geolocation": geolocation, "common": common}
        options |= {"grid": grid, "method": method, "source": source, "progress": progress}
        return rank(
            compare,
            model,
            observations,
            variable=variable,
            match=match,
            on_error=on_error,
            by=by,
            discrepancy=discrepancy,
            options=options,
        )
    if by is not None:
        raise ArgumentError("by: found groups for one model, expected a tree of models")
    check_model(model)
    settings = {
        "version": __version__,
        "model": str(model.name),
        "datum": datum,
        "time": time,
        "crs": crs,
        "method": method,
        "discrepancy": described(discrepancy),
    }
    if isinstance(observations, xr.Dataset) and DIMENSION not in observations.dims:
        score, cells = compare_cells(model, observations, discrepancy, datum)
        return Comparison(
            points=None,
            passes=pd.DataFrame(),
            cells=cells,
            settings=settings,
            residual=_float64(cells["residual"]),
            **_numbers(score, 0, settings),
        )
    observed = as_points(observations, "observations")
    geolocation = calibrated(geolocation, observed)
    points = residuals(
        observed,
        model,
        crs=crs,
        datum=datum,
        time=time,
        method=method,
        source=source,
        progress=progress,
    )
    dataset = points.dataset
    residual = _float64(dataset["residual"])
    if not np.isfinite(residual).any():
        raise ArgumentError(_nothing_to_compare(model, dataset))
    passes = passes_of(dataset)
    option, alone = discrepancy_option(discrepancy, residual.size)
    shared = shared_by_overpasses(dataset, geolocation)
    places = (_float64(dataset["longitude"]), _float64(dataset["latitude"]))
    random = np.hypot(random_sigma(dataset), alone)
    found = score_residuals(residual, random, shared, passes, places, common_error(common), option, LEVELS)
    settings |= {"geolocation": str(geolocation), "common": float(common)}
    return Comparison(
        points=points,
        passes=_pass_table(found.pop("passes"), dataset),
        cells=None if grid is None else _residual_cells(points, grid),
        settings=settings,
        residual=residual,
        **_numbers(found, np.unique(passes[~np.isnan(found["z"])]).size, settings),
    )


def _nothing_to_compare(model: xr.DataArray, dataset: xr.Dataset) -> str:
    """Extents of points and model in space and time, for messages about points outside the model."""

    def extent(values: xr.DataArray) -> str:
        return f"{values.min().item():.6g} to {values.max().item():.6g}" if values.size else "of nothing"

    axes = [f"{dim} {extent(model[dim])}" for dim in model.dims if model[dim].dtype.kind == "f"]
    places = f"longitude {extent(dataset.longitude)}, latitude {extent(dataset.latitude)}"
    when = periods(dataset, model)
    return (
        f"none of the {dataset.sizes['segment']:,} points has a value of the model: the points lie at "
        f"{places}; the model {str(model.name)!r} covers {', '.join(axes) or 'unknown places'}"
        f"{', ' if when else ''}{when}. Are they of one ice sheet and one time?"
    )


def _numbers(found: dict[str, Any], passes: int, settings: dict[str, Any]) -> dict[str, Any]:
    """The arrays and the summary of a score; what was estimated goes to the settings."""
    pit, z = found.pop("pit"), found.pop("z")
    fitted = Discrepancy(*found.pop("discrepancy"))
    settings["fitted_discrepancy"] = described(fitted) if fitted.sigma > 0 else None
    correlation, expected, contradicts = found.pop("neighbours")
    settings["neighbour_correlation"] = {"found": correlation, "expected": expected}
    if contradicts:
        warnings.warn(
            f"neighbouring residuals correlate by {correlation:.2f}, the error budget says {expected:.2f}: "
            "intervals and likelihoods are too narrow; discrepancy='estimate' takes the correlation from the "
            "residuals",
            NunatakWarning,
            caller_stacklevel(),
        )
    return {"pit": pit, "z": z, "numbers": Summary({**found, "passes": passes})}


def _float64(column: xr.DataArray) -> np.ndarray:
    return np.ascontiguousarray(column.values, dtype=np.float64).ravel()


def _pass_table(rows: list[dict[str, Any]], dataset: xr.Dataset) -> pd.DataFrame:
    """One row per pass, with the columns that name it."""
    names = [name for name in _PASS_COLUMNS if name in dataset]
    columns = {name: dataset[name].values for name in ("pass_id", *names)}
    table = pd.DataFrame(columns).drop_duplicates(subset=["pass_id"])
    return table.merge(pd.DataFrame(rows), on="pass_id").sort_values("pass_id", ignore_index=True)


def _residual_cells(points: Points, grid: xr.Dataset) -> xr.Dataset:
    """Residuals by cell: compared at the point first, so that no cell mixes elevations."""
    from nunatak.points.aggregation import aggregate

    compared = points.select(np.isfinite(_float64(points.dataset["residual"])))
    return aggregate(compared, grid, reference="model")
