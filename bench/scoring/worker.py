"""One contender of bench/score.py, in a process of its own: prints its best time and keeps its answer.

python worker.py '{"contender": ..., "score": ..., "data": ..., "output": ..., "repeats": ...}'
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Data = dict[str, np.ndarray]


def nunatak(score: str) -> Callable[[Data], Any]:
    """Nunatak, plain arrays."""
    from nunatak import scores

    return {
        "crps": lambda data: scores.crps_ensemble(data["observation"], data["members"]),
        "gaussian": lambda data: scores.crps_gaussian(data["observation"], data["mean"], data["sigma"]),
        "rmse": lambda data: scores.rmse(data["observation"], data["mean"]),
        "all": lambda data: (
            scores.ensemble_scores(data["observation"], data["members"], sigma=data["sigma"]).crps.values
        ),
    }[score]


def scoringrules(score: str) -> Callable[[Data], Any]:
    """scoringrules with numba."""
    import scoringrules as sr

    return {
        "crps": lambda data: sr.crps_ensemble(data["observation"], data["members"], backend="numba"),
        "gaussian": lambda data: sr.crps_normal(
            data["observation"], data["mean"], data["sigma"], backend="numba"
        ),
    }[score]


def properscoring(score: str) -> Callable[[Data], Any]:
    """properscoring, which uses numba where it is."""
    import properscoring as ps

    return {
        "crps": lambda data: ps.crps_ensemble(data["observation"], data["members"]),
        "gaussian": lambda data: ps.crps_gaussian(data["observation"], data["mean"], data["sigma"]),
    }[score]


def xskillscore(score: str) -> Callable[[Data], Any]:
    """xskillscore on DataArrays."""
    import xarray as xr
    import xskillscore as xs

    def array(values: np.ndarray) -> xr.DataArray:
        return xr.DataArray(values, dims=("point", "member")[: values.ndim])

    return {
        "crps": lambda data: (
            xs.crps_ensemble(array(data["observation"]), array(data["members"]), dim=[]).values
        ),
        "gaussian": lambda data: (
            xs.crps_gaussian(
                array(data["observation"]), array(data["mean"]), array(data["sigma"]), dim=[]
            ).values
        ),
        "rmse": lambda data: float(
            xs.rmse(array(data["observation"]), array(data["mean"]), dim="point", skipna=True)
        ),
    }[score]


def numpy(score: str) -> Callable[[Data], Any]:
    """What one writes without a library."""
    return {
        "rmse": lambda data: float(np.sqrt(np.nanmean((data["observation"] - data["mean"]) ** 2))),
    }[score]


def numba(score: str) -> Callable[[Data], Any]:
    """A loop of one's own: one pass, vectorised, NaN skipped."""
    import numba as nb

    @nb.njit(parallel=nb.get_num_threads() > 1, fastmath={"reassoc", "contract", "nsz"})
    def loop(observation: np.ndarray, mean: np.ndarray) -> float:
        total, count = 0.0, 0
        for at in nb.prange(observation.size):
            residual = observation[at] - mean[at]
            if residual == residual:
                total += residual * residual
                count += 1
        return np.sqrt(total / count)

    return {"rmse": lambda data: loop(data["observation"], data["mean"])}[score]


def main() -> None:
    job = json.loads(sys.argv[1])
    with np.load(job["data"]) as stored:
        data = {name: stored[name] for name in stored.files}
    run = globals()[job["contender"]](job["score"])
    # What is compiled or read at the first call is no part of the time.
    answer = run(data)
    seconds = []
    for _ in range(job["repeats"]):
        start = time.perf_counter()
        run(data)
        seconds.append(time.perf_counter() - start)
    np.save(job["output"], answer)
    print(json.dumps({"seconds": min(seconds)}))


if __name__ == "__main__":
    main()
