"""Ensemble statistics, scores and values at points."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.array import LazyArray
from nunatak._nunatak.grid import Grid

def ensemble_statistics(
    array: LazyArray,
    axis: int,
    statistics: Sequence[str],
    memory: int,
    progress: Callable[[int, int], object] | None,
) -> list[NDArray[Any]]:
    """Statistics across one axis, streamed within ``memory`` bytes: one array per name."""

def agreement(observation: NDArray[np.float64], model: NDArray[np.float64]) -> dict[str, Any]: ...
def median(values: NDArray[np.float64]) -> float: ...
def nmad(values: NDArray[np.float64]) -> float: ...
def z_score(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def crps_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def log_score_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def dawid_sebastiani(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def pit_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def coverage_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64], level: float
) -> float: ...
def interval_score(
    observation: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64], level: float
) -> NDArray[np.float64]: ...
def interval_score_gaussian(
    observation: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64], level: float
) -> NDArray[np.float64]: ...

_Vector = NDArray[np.float64]
_Ensemble = tuple[_Vector, _Vector, bool, _Vector | None, _Vector | None]
"""Observations; members (points, members), or members first; weights of members; errors of observations."""

def crps_ensemble(given: _Ensemble, fair: bool) -> _Vector: ...
def log_score_ensemble(given: _Ensemble) -> _Vector: ...
def rank_probabilities(given: _Ensemble) -> _Vector:
    """Rows of one more than there are members, one after the other."""

def ensemble_moments(given: _Ensemble) -> _Vector:
    """Rows of error, squared error and expected squared error, one after the other."""

def all_ensemble_scores(given: _Ensemble, fair: bool) -> dict[str, _Vector]:
    """``crps``, ``log_score``, the moments by name, ``rank_probabilities``."""

def energy_score(observation: _Vector, members: _Vector, weights: _Vector | None, fair: bool) -> _Vector:
    """Of (points, components) and (points, members, components)."""

def rmse(observation: _Vector, model: _Vector) -> float: ...
def pit_histogram(pit: NDArray[np.float64], bins: int) -> NDArray[np.uint64]: ...

class PassCovariance:
    """The covariance ``D + B B'`` with one column of ``B`` per pass."""

    def __init__(
        self,
        random_sigma: NDArray[np.float64],
        common_sigma: NDArray[np.float64],
        passes: NDArray[np.int64],
    ) -> None: ...
    def log_likelihood(self, residual: NDArray[np.float64]) -> float: ...
    def mahalanobis(self, residual: NDArray[np.float64]) -> float: ...
    def log_determinant(self) -> float: ...
    def effective_sample_size(self) -> float: ...
    def chi_square_degrees(self) -> float: ...

def summary_meanings() -> list[tuple[str, str]]:
    """Names and meanings of the numbers of a comparison, in the order in which they are shown."""

def shared_errors(
    geolocation: str | tuple[float, float, float],
    passes: NDArray[np.int32],
    slopes: tuple[NDArray[np.float32], NDArray[np.float32]],
    sigma_geo: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Errors that points share, three per point (m), and the numbers of who shares them."""

def score_residuals(
    residual: NDArray[np.float64],
    random_sigma: NDArray[np.float64],
    shared: tuple[NDArray[np.float64], NDArray[np.int64]],
    passes: NDArray[np.int64],
    places: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    common_sigma: float,
    discrepancy: tuple[float, float, float, float, float] | float | str | None,
    levels: Sequence[float],
) -> dict[str, Any]:
    """The numbers of ``nk.compare``, from residuals and their error budget."""

def interpolate_to_points(
    model: LazyArray,
    grid: Grid,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    time: tuple[NDArray[np.float64], NDArray[np.float64], str, str] | None,
    progress: Callable[[int, int], object] | None,
    method: str = "bilinear",
) -> NDArray[np.float64]:
    """Model values at points (degrees) of a grid of any family, by a method of regridding.

    ``time`` is (records, points, "linear"|"nearest", "missing"|"clamp").
    """
