"""Numbers of residuals of cells whose errors are correlated over a distance and share one term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nunatak.errors import ArgumentError

__all__ = ["CellResiduals", "dense_log_likelihood"]

_MOST_EXACT = 4000
"""Most cells whose correlated likelihood is computed exactly, in some seconds."""
_MOST_PAIRED = 60_000
"""Most cells whose pairs are visited."""
_ROWS = 512


@dataclass(frozen=True)
class CellResiduals:
    """Residuals of cells, each with its standard deviation and its weight.

    Their covariance is ``sigma_i sigma_j exp(-d_ij / length) + shared_i shared_j``.
    """

    residual: np.ndarray
    sigma: np.ndarray
    weights: np.ndarray
    shared: np.ndarray
    places: tuple[np.ndarray, np.ndarray] | None
    """x and y (m); None where errors are independent."""
    length: float

    def select(self, mask: np.ndarray) -> CellResiduals:
        """Those of some cells, flat."""
        places = None if self.places is None else (self.places[0][mask], self.places[1][mask])
        return CellResiduals(
            self.residual[mask], self.sigma[mask], self.weights[mask], self.shared[mask], places, self.length
        )

    @property
    def usable(self) -> np.ndarray:
        """Which have a residual, an uncertainty and a weight."""
        return (
            np.isfinite(self.residual)
            & np.isfinite(self.sigma)
            & (self.weights > 0)
            & np.isfinite(self.shared)
        )

    def numbers(self) -> dict[str, float]:
        """``n``, ``bias``, ``bias_sigma``, ``rmse``, ``centred_rmse``, ``mae``, ``n_eff``, ``chi2_reduced``
        and ``log_likelihood``; the first five are weighted means. NaN where there is nothing, and where no
        error is known.
        """
        n = self.residual.size
        if not n:
            return {"n": 0} | dict.fromkeys(_NAMES, np.nan)
        shares = self.weights / self.weights.sum()
        bias = float(shares @ self.residual)
        rmse = float(np.sqrt(shares @ self.residual**2))
        alone = {
            "bias": bias,
            "rmse": rmse,
            "centred_rmse": float(np.sqrt(max(rmse**2 - bias**2, 0.0))),
            "mae": float(shares @ np.abs(self.residual)),
        }
        if not (self.sigma > 0).all():
            return {"n": n} | {name: alone.get(name, np.nan) for name in _NAMES}
        variance = self.sigma**2 + self.shared**2
        of_bias = self._variance_of(shares)
        n_eff = min(max(float(n * (shares**2 @ variance) / of_bias), 1.0), float(n))
        found = alone | {
            "bias_sigma": float(np.sqrt(of_bias)),
            "n_eff": n_eff,
            "chi2_reduced": float(np.mean(self.residual**2 / variance)),
            "log_likelihood": self._log_likelihood(n_eff),
        }
        return {"n": n} | {name: found[name] for name in _NAMES}

    def _variance_of(self, shares: np.ndarray) -> float:
        """Of the weighted mean."""
        common = float(shares @ self.shared) ** 2
        scaled = shares * self.sigma
        if self.places is None:
            return float(scaled @ scaled) + common
        if scaled.size > _MOST_PAIRED:
            raise ArgumentError(
                f"correlation_length: found {scaled.size:,} cells, expected at most {_MOST_PAIRED:,}; regrid "
                "to a coarser "
                "grid first"
            )
        rows = range(0, scaled.size, _ROWS)
        return common + float(
            sum(scaled[row : row + _ROWS] @ self._correlation(row) @ scaled for row in rows)
        )

    def _correlation(self, row: int, count: int = _ROWS) -> np.ndarray:
        """Some rows of the correlation matrix."""
        assert self.places is not None
        x, y = self.places
        part = slice(row, row + count)
        return np.exp(-np.hypot(x[part, None] - x, y[part, None] - y) / self.length)

    def _log_likelihood(self, n_eff: float) -> float:
        """Exact; with correlated errors of very many cells that of independent ones, to the power n_eff /
        n."""
        n = self.residual.size
        if self.places is not None and n <= _MOST_EXACT:
            covariance = np.outer(self.sigma, self.sigma) * self._correlation(0, n)
            covariance += np.outer(self.shared, self.shared)
            return dense_log_likelihood(self.residual, covariance)
        # Sherman and Morrison (1950), and the determinant lemma.
        variance = self.sigma**2
        scale = 1.0 + float((self.shared**2 / variance).sum())
        amplitude = float((self.shared * self.residual / variance).sum()) / scale
        misfit = float(((self.residual - self.shared * amplitude) ** 2 / variance).sum()) + amplitude**2
        whole = -0.5 * (n * np.log(2 * np.pi) + float(np.log(variance).sum()) + np.log(scale) + misfit)
        return whole if self.places is None else whole * n_eff / n


_NAMES = ("bias", "bias_sigma", "rmse", "centred_rmse", "mae", "n_eff", "chi2_reduced", "log_likelihood")


def dense_log_likelihood(residual: np.ndarray, covariance: np.ndarray) -> float:
    """Gaussian log-likelihood under a dense covariance.

    Raises
    ------
    ArgumentError
        When the covariance is not positive definite.
    """
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise ArgumentError(
            "sigma: found errors whose covariance is singular, expected each above 0"
        ) from None
    white = np.linalg.solve(root, residual)
    return float(-0.5 * (residual.size * np.log(2 * np.pi) + white @ white) - np.log(np.diag(root)).sum())
