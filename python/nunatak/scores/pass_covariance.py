"""Scores of residuals whose errors are partly shared within a satellite pass."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak._nunatak import PassCovariance
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.scores.vectors import Floats, vectors_of

__all__ = ["chi2_reduced", "effective_sample_size", "log_likelihood", "mahalanobis"]


def _covariance(
    residual: ArrayLike, random_sigma: ArrayLike, common_sigma: ArrayLike, passes: ArrayLike
) -> tuple[Floats, PassCovariance]:
    """Residuals without NaN and their covariance; what is one number holds for all."""
    if isinstance(passes, xr.Dataset | xr.DataTree):
        raise ArgumentError(f"passes: found {type(passes).__name__}, expected integers, one number per pass")
    try:
        kind = np.asarray(passes).dtype
    except (OverflowError, RecursionError, TypeError, ValueError):
        raise ArgumentError(
            f"passes: found {found(passes)}, expected integers, one number per pass"
        ) from None
    if kind.kind not in "iu" or np.ma.is_masked(passes):
        raise ArgumentError(f"passes must be integers, one number per pass, found {kind} {passes!r:.60}")
    _, (numbers, random, common, numbered) = vectors_of(
        residual=residual, random_sigma=random_sigma, common_sigma=common_sigma, passes=passes
    )
    valid = ~(np.isnan(numbers) | np.isnan(random) | np.isnan(common))
    covariance = PassCovariance(random[valid], common[valid], numbered[valid].astype(np.int64))
    return numbers[valid], covariance


@checked
def log_likelihood(
    residual: ArrayLike, random_sigma: ArrayLike, common_sigma: ArrayLike, passes: ArrayLike
) -> float:
    """Gaussian log-likelihood of residuals whose errors are partly shared within a satellite pass.

    The covariance is ``D + B B'``: ``D`` the squares of ``random_sigma``, ``B`` one column per pass that
    holds ``common_sigma`` on the pass's residuals. Woodbury's identity and the determinant lemma make it
    linear in the number of residuals.

    Parameters
    ----------
    residual
        Observation minus model. Residuals with a NaN here or in a standard deviation are skipped.
    random_sigma
        Independent standard deviation of each residual, above zero.
    common_sigma
        Standard deviation, at each residual, of the error its pass has in common.
    passes
        Integer that names the pass of each residual. Each argument may be one value that holds for all.
    """
    numbers, covariance = _covariance(residual, random_sigma, common_sigma, passes)
    return covariance.log_likelihood(numbers)


@checked
def mahalanobis(
    residual: ArrayLike, random_sigma: ArrayLike, common_sigma: ArrayLike, passes: ArrayLike
) -> float:
    """Squared Mahalanobis distance ``r' (D + B B')^-1 r`` of residuals.

    It is near their number when the errors are right. Arguments as :func:`log_likelihood`.
    """
    numbers, covariance = _covariance(residual, random_sigma, common_sigma, passes)
    return covariance.mahalanobis(numbers)


@checked
def effective_sample_size(random_sigma: ArrayLike, common_sigma: ArrayLike, passes: ArrayLike) -> float:
    """Number of independent values that give the mean the same variance: ``n tr(C) / (1' C 1)``.

    It is ``n`` when nothing is shared within a pass, and the number of passes when everything is and passes
    are equally long. Arguments as :func:`log_likelihood`.
    """
    _, covariance = _covariance(0.0, random_sigma, common_sigma, passes)
    return covariance.effective_sample_size()


@checked
def chi2_reduced(
    residual: ArrayLike, random_sigma: ArrayLike, common_sigma: ArrayLike, passes: ArrayLike
) -> tuple[float, float]:
    """Reduced chi-square ``sum(z**2) / n`` and the standard deviation it has when the error budget is right.

    ``z`` uses the total variance ``random_sigma**2 + common_sigma**2``, so the expectation is 1 whatever the
    correlation. The correlation decides how far from 1 is too far: ``sqrt(2 / nu)`` with
    ``nu = n**2 / sum(rho_ij**2)`` degrees of freedom (Satterthwaite 1946). Arguments as
    :func:`log_likelihood`.
    """
    _, (numbers, random, common, _) = vectors_of(
        residual=residual, random_sigma=random_sigma, common_sigma=common_sigma, passes=passes
    )
    _, covariance = _covariance(residual, random_sigma, common_sigma, passes)
    squares = numbers**2 / (random**2 + common**2)
    return float(np.nanmean(squares)), float(np.sqrt(2.0 / covariance.chi_square_degrees()))
