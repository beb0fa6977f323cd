"""Energy score of ensembles of vectors."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak._nunatak import energy_score as _energy_score
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.alignment import numbers_of
from nunatak.scores.ensemble_arguments import check_estimator, core_dimension, member_weights_of
from nunatak.scores.evaluation import Field, evaluate, finished
from nunatak.scores.labelled import Labelled, labelled
from nunatak.scores.reduction import Dim, Weights, reduction_of

__all__ = ["energy_score"]

COMPONENTS = "component"
"""Dimension of the components of arrays without names."""


@checked
def energy_score(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    component_dim: str | None = None,
    axis: int = -2,
    component_axis: int = -1,
    estimator: Literal["ecdf", "fair"] = "ecdf",
    member_dim: str | None = None,
    member_weights: Any = None,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Energy score of an ensemble of vectors: ``mean||x - y|| - mean||x - x'|| / 2``.

    The CRPS of more than one component, such as velocities (Gneiting and Raftery 2007, eq. 22, with
    ``beta = 1``), in the unit of the components, which must be one.

    Parameters
    ----------
    observation
        Vectors, with their components along ``component_dim``, or ``component_axis`` of a plain array.
    members
        The same with one more dimension, of the members: ``axis`` of a plain array. A member that lacks a
        component is left out.
    component_dim
        Dimension of the components; needed of DataArrays.
    axis, component_axis
        Axes of the members and of the components in ``members``; in ``observation`` the components are the
        last axis.
    estimator, member_dim, member_weights, dim, weights, by
        As :func:`crps_ensemble`; infinite numbers too.

    Returns
    -------
    ndarray or DataArray
        Score of each vector, or their means; NaN where the observation lacks a component.

    Raises
    ------
    ArgumentError
        Arguments do not go together.
    """
    is_fair = check_estimator(estimator)
    arguments = _vectors(observation, members, component_dim, axis, component_axis, member_dim)
    own, _ = arguments.core["members"]
    of_members = member_weights_of(member_weights, arguments.arrays["members"], own)
    reduction = reduction_of(arguments, dim, weights, by)

    def kernel(observed: np.ndarray, ensemble: np.ndarray) -> tuple[np.ndarray, ...]:
        shape = np.broadcast_shapes(observed.shape[:-1], ensemble.shape[:-2])
        if 0 in shape:
            return (np.empty(shape),)
        vectors = np.ascontiguousarray(np.broadcast_to(observed, (*shape, observed.shape[-1])))
        rows = np.ascontiguousarray(np.broadcast_to(ensemble, (*shape, *ensemble.shape[-2:])))
        vectors, rows = vectors.reshape(-1, vectors.shape[-1]), rows.reshape(-1, *rows.shape[-2:])
        return (_energy_score(vectors, rows, of_members, is_fair).reshape(shape),)

    (field,) = evaluate(kernel, arguments, [Field()], reduction)
    return finished(field, arguments, reduction, "energy_score", "energy score of an ensemble", "same")


def _vectors(
    observation: Any,
    members: Any,
    component_dim: str | None,
    axis: int,
    component_axis: int,
    member_dim: str | None,
) -> Labelled:
    """Vectors with their components last, and those of the members before these."""
    if isinstance(observation, xr.DataArray) != isinstance(members, xr.DataArray):
        raise ArgumentError(
            "observation and members: found one with names and one without; make both DataArrays"
        )
    if isinstance(observation, xr.DataArray):
        if component_dim is None or component_dim not in observation.dims:
            raise ArgumentError(
                f"component_dim: found {component_dim!r}, expected a dimension of the observation, "
                f"{observation.dims}"
            )
        if component_dim not in members.dims:
            raise ArgumentError(f"members: found dimensions {members.dims}, expected {component_dim!r} too")
        own = core_dimension("members", "member_dim", member_dim, members, observation.dims)
        core = {"observation": (component_dim,), "members": (own, component_dim)}
        arguments = labelled({"observation": observation, "members": members}, core)
    else:
        core = {"observation": (COMPONENTS,), "members": ("member", COMPONENTS)}
        observed = numbers_of("observation", observation)
        ensemble = _moved(numbers_of("members", members), axis, component_axis)
        if observed.ndim < 1 or (*ensemble.shape[:-2], ensemble.shape[-1]) != observed.shape:
            raise ArgumentError(
                f"members: found shape {ensemble.shape} with axis and component_axis last, expected that of "
                f"observation, {observed.shape}, with members before its last"
            )
        arguments = labelled({"observation": observed, "members": ensemble}, core)
    if arguments.values_per_place == 0:
        raise ArgumentError("members: found none, or vectors without components, expected one or more")
    return arguments


def _moved(ensemble: np.ndarray, axis: int, component_axis: int) -> np.ndarray:
    for name, number in (("axis", axis), ("component_axis", component_axis)):
        if ensemble.ndim < 2 or not -ensemble.ndim <= number < ensemble.ndim:
            raise ArgumentError(f"{name}: found {number}, expected one of the {ensemble.ndim} of members")
    if axis % ensemble.ndim == component_axis % ensemble.ndim:
        raise ArgumentError(f"axis: found {axis}, expected another than component_axis, {component_axis}")
    return np.moveaxis(ensemble, (axis, component_axis), (-2, -1))
