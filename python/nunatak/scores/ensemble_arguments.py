"""Observations and the members of an ensemble, as kernels take them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.scores.alignment import labelled_like, numbers_of
from nunatak.scores.evaluation import Field, evaluate
from nunatak.scores.labelled import Labelled, labelled
from nunatak.scores.reduction import Dim, Reduction, Weights, reduction_of

__all__ = ["Given", "Members", "check_estimator", "core_dimension", "member_weights_of", "members_of"]

MEMBERS = "member"
"""Dimension of the members of arrays without names."""
Given = tuple[np.ndarray, np.ndarray, bool, np.ndarray | None, np.ndarray | None]
"""Observations; members, and whether they are the first axis; their weights; errors of the observations."""


@dataclass(frozen=True)
class Members:
    """Observations, members along one dimension, errors of the observations; weights of the members."""

    arguments: Labelled
    weights: np.ndarray | None

    @property
    def size(self) -> int:
        """Number of members."""
        return self.arguments.values_per_place

    def reduction(self, dim: Dim, weights: Weights, by: Any, *, is_needed: bool = False) -> Reduction | None:
        """The mean that is asked for."""
        return reduction_of(self.arguments, dim, weights, by, is_needed=is_needed)

    def evaluate(
        self,
        formula: Callable[[Given], list[np.ndarray]],
        fields: list[Field],
        reduction: Reduction | None,
    ) -> list[xr.DataArray]:
        """Fields of a formula at all places, or their means."""
        own, size = self.weights, self.size

        def kernel(
            observation: np.ndarray, members: np.ndarray, sigma: np.ndarray | None = None
        ) -> tuple[np.ndarray, ...]:
            shapes = [array.shape for array in (observation, sigma) if array is not None]
            shape = np.broadcast_shapes(*shapes, members.shape[:-1])
            if 0 in shape:
                return tuple(_shaped(np.empty(0), shape, field) for field in fields)
            made = formula(_given(shape, observation, members, sigma, own, size))
            return tuple(_shaped(values, shape, field) for values, field in zip(made, fields, strict=True))

        return evaluate(kernel, self.arguments, fields, reduction)


def _shaped(values: np.ndarray, shape: tuple[int, ...], field: Field) -> np.ndarray:
    return values.reshape(shape if field.dim is None else (*shape, field.size))


def _given(
    shape: tuple[int, ...],
    observation: np.ndarray,
    members: np.ndarray,
    sigma: np.ndarray | None,
    weights: np.ndarray | None,
    size: int,
) -> Given:
    """Vectors, and members in the order in which they are in memory."""

    def vector(values: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(np.broadcast_to(values, shape)).ravel()

    members = np.broadcast_to(members, (*shape, size))
    errors = None if sigma is None else vector(sigma)
    if members.flags.c_contiguous:
        return vector(observation), members.reshape(-1, size), False, weights, errors
    first = np.ascontiguousarray(np.moveaxis(members, -1, 0))
    return vector(observation), first.reshape(size, -1), True, weights, errors


def members_of(
    observation: Any,
    members: Any,
    *,
    axis: int = -1,
    member_dim: str | None = None,
    sigma: Any = None,
    member_weights: Any = None,
) -> Members:
    """Arguments of the scores of an ensemble.

    Raises
    ------
    ArgumentError
        They do not go together.
    """
    dims = () if not isinstance(observation, xr.DataArray) else observation.dims
    if isinstance(observation, xr.DataArray) and isinstance(members, xr.DataArray):
        own = core_dimension("members", "member_dim", member_dim, members, dims)
    else:
        own = MEMBERS if member_dim is None else member_dim
        members = _members_last(observation, members, axis)
        if own in dims:
            raise ArgumentError(f"member_dim: found {own!r}, expected none of the observation's, {dims}")
    given = {"observation": observation, "members": members}
    if sigma is not None:
        given["sigma"] = sigma
    arguments = labelled(given, {"members": (own,)})
    if arguments.values_per_place == 0:
        raise ArgumentError("members: found no member, expected one or more")
    return Members(arguments, member_weights_of(member_weights, arguments.arrays["members"], own))


def core_dimension(
    name: str, argument: str, wanted: str | None, array: xr.DataArray, places: tuple[Hashable, ...]
) -> Hashable:
    """The dimension of an array that is no place: the one that is named, or that the observation lacks."""
    own = [dim for dim in array.dims if dim not in places]
    lacking = [dim for dim in places if dim not in array.dims]
    if wanted is not None:
        if wanted not in array.dims or wanted in places:
            raise ArgumentError(
                f"{argument}: found {wanted!r}, expected a dimension of {name}, {array.dims}, that the "
                f"observation lacks"
            )
        return wanted
    if len(own) != 1 or lacking:
        raise ArgumentError(
            f"{name}: found dimensions {array.dims}, expected those of the observation, {places}, and one "
            f"more, of the {name}; or name it: {argument}="
        )
    return own[0]


def _members_last(observation: Any, members: Any, axis: int) -> np.ndarray:
    """Members without names, their axis last."""
    observed = observation.shape if isinstance(observation, xr.DataArray) else None
    if observed is None:
        observed = numbers_of("observation", observation).shape
    ensemble = numbers_of("members", members)
    if not -ensemble.ndim <= axis < ensemble.ndim:
        raise ArgumentError(f"axis: found {axis}, expected one of the {ensemble.ndim} dimensions of members")
    ensemble = np.moveaxis(ensemble, axis, -1)
    if ensemble.shape[:-1] != observed:
        raise ArgumentError(
            f"members have shape {ensemble.shape[:-1]} without their axis, the observations {observed}"
        )
    return ensemble


def member_weights_of(weights: Any, members: xr.DataArray, dim: Hashable) -> np.ndarray | None:
    """Weights of members: by name where both are DataArrays, else one for each in their order.

    Raises
    ------
    ArgumentError
        They are negative, not finite or all 0, or not one for each member.
    """
    if weights is None:
        return None
    size = members.sizes[dim]
    if isinstance(weights, xr.DataArray) and dim in weights.dims and dim in members.coords:
        weights = labelled_like("members", members, "member_weights", weights)
    numbers = numbers_of("member_weights", weights)
    if numbers.shape != (size,):
        raise ArgumentError(f"member_weights: found shape {numbers.shape}, expected {(size,)}, one a member")
    if not (np.isfinite(numbers) & (numbers >= 0)).all() or not (numbers > 0).any():
        raise ArgumentError(
            "member_weights: found negative or infinite ones or none above 0, expected finite numbers of 0 "
            "or more"
        )
    return np.ascontiguousarray(numbers)


def check_estimator(estimator: str) -> bool:
    """Whether an estimator of the CRPS is the fair one."""
    if estimator not in ("ecdf", "fair"):
        raise ArgumentError(f"estimator must be 'ecdf' or 'fair', found {estimator!r}")
    return estimator == "fair"
