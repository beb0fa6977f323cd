"""Comparison of a model with observations, given the error budget of the observations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__, height_unit, score_residuals, summary_meanings
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.points.arguments import as_points
from nunatak.points.columns import DIMENSION, known_sigma
from nunatak.scores.alignment import labelled_like
from nunatak.scores.error_budget import (
    common_sigma,
    described_discrepancy,
    discrepancies,
    passes_of,
    random_sigma,
)
from nunatak.scores.formulas import LEVELS
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

        ``n``, ``skipped``, ``passes``, ``n_eff`` (:func:`nunatak.scores.effective_sample_size`), ``bias``,
        ``bias_sigma``, ``median``, ``nmad``, ``mae``, ``rmse``, ``centred_rmse`` (m), ``chi2_reduced`` and
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


@checked
def compare(
    model: xr.DataArray,
    observations: Points | xr.Dataset,
    *,
    crs: str | None = None,
    datum: Datum = "geoid",
    time: TimeMethod = "linear",
    discrepancy: float | np.ndarray | xr.DataArray | None = None,
    grid: xr.Dataset | None = None,
    method: SampleMethod = "bilinear",
    source: xr.Dataset | xr.DataArray | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Comparison:
    """Score a model surface against observations with their random and correlated errors.

    The residuals' covariance is ``D + B B'``: ``D`` holds the random variances (``height_sigma**2 +
    discrepancy**2``), ``B`` one column per pass with ``sigma_geo``, the geolocation error that a pass shares.
    So ten thousand segments of six passes fix a bias about as well as six independent values, and say so.

    Parameters
    ----------
    model
        Surface elevation (m) on a grid of any family; see :func:`residuals`.
    observations
        Altimetry points, interpolated to by :func:`residuals`: the recommended way. Or cells from
        :func:`nunatak.aggregate` on the model's own grid, at one time: their total uncertainty is then taken
        as independent between cells, which overstates the evidence where a pass crosses many cells.
    crs, datum, time, method, source, progress
        As :func:`residuals`; for points only.
    discrepancy
        Standard deviation (m) of what the model cannot represent, such as fine roughness: one for all points
        (cells), or one for each. It is taken as independent between points; none when None.
    grid
        A grid to aggregate the residuals to (:attr:`Comparison.cells`).

    Raises
    ------
    ArgumentError
        When nothing is left to compare, the message says of which places and times points and model are; for
        cells on another grid or above another datum than the model, and arguments of the wrong kind.
    """
    check_model(model)
    settings = {
        "version": __version__,
        "model": str(model.name),
        "datum": datum,
        "time": time,
        "crs": crs,
        "method": method,
        "discrepancy": described_discrepancy(discrepancy),
    }
    if isinstance(observations, xr.Dataset) and DIMENSION not in observations.dims:
        return _compare_cells(model, observations, discrepancy, settings)
    points = residuals(
        as_points(observations, "observations"),
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
    random = np.hypot(random_sigma(dataset), discrepancies(discrepancy, residual.size))
    found = score_residuals(residual, random, common_sigma(dataset), passes, 0.0, LEVELS)
    return Comparison(
        points=points,
        passes=_pass_table(found.pop("passes"), dataset),
        cells=None if grid is None else _residual_cells(points, grid),
        settings=settings,
        residual=residual,
        **_numbers(found, np.unique(passes[~np.isnan(found["z"])]).size),
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


def _numbers(found: dict[str, Any], passes: int) -> dict[str, Any]:
    """The arrays and the summary of a score."""
    pit, z = found.pop("pit"), found.pop("z")
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


def _compare_cells(
    model: xr.DataArray, cells: xr.Dataset, discrepancy: Any, settings: dict[str, Any]
) -> Comparison:
    """Cell by cell, on one grid."""
    _check_same_grid(model, cells)
    _check_datum(cells, settings["datum"])
    observed = cells["height"]
    model = labelled_like("the cells", observed, "the model", model)
    if isinstance(discrepancy, xr.DataArray) and discrepancy.ndim:
        if set(discrepancy.dims) != set(observed.dims):
            raise ArgumentError(
                f"discrepancy: found dimensions {discrepancy.dims}, expected those of the cells, "
                f"{observed.dims}"
            )
        like_cells = labelled_like("the cells", observed, "discrepancy", discrepancy)
        discrepancy = like_cells.transpose(*observed.dims)
    metres = height_unit(str(model.name), str(model.attrs.get("units", "")))
    attributes = {"units": "m", "long_name": "modelled surface elevation"}
    attributes |= {name: observed.attrs[name] for name in ("grid_mapping",) if name in observed.attrs}
    modelled = metres * model.transpose(*observed.dims).values
    difference = (observed - modelled).rename("residual")
    sigma = np.hypot(known_sigma(_float64(cells["sigma_total"])), discrepancies(discrepancy, difference.size))
    numbers = np.arange(sigma.size, dtype=np.int64)
    found = score_residuals(_float64(difference), sigma, np.zeros(sigma.size), numbers, 0.0, LEVELS)
    found.pop("passes")
    return Comparison(
        points=None,
        passes=pd.DataFrame(),
        cells=cells.assign(model=(observed.dims, modelled, attributes), residual=difference),
        settings=settings,
        residual=_float64(difference),
        **_numbers(found, 0),
    )


def _check_datum(cells: xr.Dataset, datum: Datum) -> None:
    """Cells are heights above one datum: it must be the model's."""
    if cells.attrs.get("reference", "none") != "none":
        raise ArgumentError(
            "the cells hold heights less a reference; aggregate the heights themselves to compare them"
        )
    if "vertical_datum" not in cells.attrs:
        raise ArgumentError(
            "observations: the cells do not say what their heights are above; keep the attributes that "
            "nk.aggregate "
            "gives (vertical_datum), also through arithmetic: xr.set_options(keep_attrs=True)"
        )
    if datum not in get_args(Datum):
        raise ArgumentError(f"datum: found {datum!r}, expected 'geoid' or 'ellipsoid'")
    found = "geoid" if cells.attrs["vertical_datum"] == "geoid" else "ellipsoid"
    if found != datum:
        advice = (
            "aggregate points.above_geoid()" if datum == "geoid" else "aggregate points above the ellipsoid"
        )
        raise ArgumentError(f"the cells are above the {found}, the model above the {datum}: {advice}")


def _check_same_grid(model: xr.DataArray, cells: xr.Dataset) -> None:
    missing = [name for name in ("height", "sigma_total") if name not in cells]
    if missing:
        raise ArgumentError(
            f"observations: expected points or a dataset of nk.aggregate; it lacks {', '.join(missing)}"
        )
    dims = cells["height"].dims
    if set(model.dims) != set(dims):
        raise ArgumentError(
            f"the model has dimensions {model.dims}, the cells {dims}; select one time and one grid"
        )
