"""Scores of a model against observations: numpy in, numpy out, computed in Rust.

One sign everywhere: a residual is **observation minus model**, so a positive bias means that the model is
too low. Every ``sigma`` is the total standard deviation of the difference: observation error, what a cell or
a footprint does not represent, and model spread together. NaN in, NaN out, and masked elements are NaN;
functions that give one number skip NaN pairs. DataArrays are paired by dimension and coordinate, in the
order of the first, or refused where these differ; plain arrays by position. Negatively oriented scores
(CRPS, log, Dawid-Sebastiani, interval) are better when smaller.

References: Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102, 359; Dawid and Sebastiani (1999), Ann.
Stat. 27, 65; Ferro (2014), Q. J. R. Meteorol. Soc. 140, 1917; Hoehle and Hoehle (2009), ISPRS J. 64, 398.
"""

from nunatak.scores.formulas import (
    agreement,
    bias,
    centred_rmse,
    coverage,
    crps_ensemble,
    crps_gaussian,
    dawid_sebastiani,
    interval_score,
    interval_score_gaussian,
    log_score,
    mae,
    median,
    nmad,
    pit,
    pit_histogram,
    rmse,
    z_score,
)
from nunatak.scores.pass_covariance import chi2_reduced, effective_sample_size, log_likelihood, mahalanobis

__all__ = [
    "agreement",
    "bias",
    "centred_rmse",
    "chi2_reduced",
    "coverage",
    "crps_ensemble",
    "crps_gaussian",
    "dawid_sebastiani",
    "effective_sample_size",
    "interval_score",
    "interval_score_gaussian",
    "log_likelihood",
    "log_score",
    "mae",
    "mahalanobis",
    "median",
    "nmad",
    "pit",
    "pit_histogram",
    "rmse",
    "z_score",
]
