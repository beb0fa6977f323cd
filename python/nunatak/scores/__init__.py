"""Scores of a model against observations: DataArrays by name or plain arrays, computed in Rust.

One sign everywhere: a residual is **observation minus model**, so a positive bias means that the model is
too low. Every ``sigma`` of a normal prediction is the total standard deviation of the difference: observation
error, what a cell or a footprint does not represent, and model spread together; that of an ensemble is the
observation's alone. NaN in, NaN out, and masked elements are NaN; means skip NaN pairs. DataArrays are paired
by dimension and coordinate, in the order and the unit of the first, or refused where these differ; plain
arrays by position, and give plain arrays. Means have the weights of true cell areas where DataArrays are on a
known grid, unless ``weights=`` says others, and ``by=`` takes them by basin, mask or any label. Arrays of
Dask give a graph; lazy ones are read part by part. Negatively oriented scores (CRPS, log, energy, Brier,
Dawid-Sebastiani, interval) are better when smaller.

References: Anderson (1996), J. Clim. 9, 1518; Brier (1950), Mon. Weather Rev. 78, 1; Dawid and Sebastiani
(1999), Ann. Stat. 27, 65; Ferro (2014), Q. J. R. Meteorol. Soc. 140, 1917; Fortin et al. (2014), J.
Hydrometeorol. 15, 1708; Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102, 359; Grimit et al. (2006),
Q. J. R. Meteorol. Soc. 132, 2925; Hamill (2001), Mon. Weather Rev. 129, 550; Hoehle and Hoehle (2009), ISPRS
J. 64, 398; Jaccard (1912), New Phytol. 11, 37.
"""

from nunatak.scores.differences import agreement, bias, centred_rmse, mae, median, nmad, rmse
from nunatak.scores.ensemble_formulas import (
    crps_ensemble,
    ensemble_scores,
    log_score_ensemble,
    rank_histogram,
    spread_error,
)
from nunatak.scores.events import brier_score, iou
from nunatak.scores.formulas import (
    coverage,
    crps_gaussian,
    dawid_sebastiani,
    interval_score,
    interval_score_gaussian,
    log_score,
    pit,
    pit_histogram,
    z_score,
)
from nunatak.scores.pass_covariance import chi2_reduced, effective_sample_size, log_likelihood, mahalanobis
from nunatak.scores.vector_scores import energy_score

__all__ = [
    "agreement",
    "bias",
    "brier_score",
    "centred_rmse",
    "chi2_reduced",
    "coverage",
    "crps_ensemble",
    "crps_gaussian",
    "dawid_sebastiani",
    "effective_sample_size",
    "energy_score",
    "ensemble_scores",
    "interval_score",
    "interval_score_gaussian",
    "iou",
    "log_likelihood",
    "log_score",
    "log_score_ensemble",
    "mae",
    "mahalanobis",
    "median",
    "nmad",
    "pit",
    "pit_histogram",
    "rank_histogram",
    "rmse",
    "spread_error",
    "z_score",
]
