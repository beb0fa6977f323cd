"""Runs of a tree: which model, which experiment, and which control run goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import xarray as xr

from nunatak._nunatak import control_names

__all__ = ["Run", "control_of", "runs_of"]

_BEGINNINGS = ("exp", "ctrl", "hist", "ssp")
"""How names of experiments of ISMIP begin."""


@dataclass(frozen=True)
class Run:
    """A node of a tree that has data."""

    path: str
    model: str
    """Its path without the experiment."""
    experiment: str
    dataset: xr.Dataset

    @property
    def is_experiment(self) -> bool:
        """Whether it is none of the control or historical runs of the protocols."""
        return not self.experiment.startswith(("ctrl", "hist"))


def runs_of(tree: xr.DataTree) -> list[Run]:
    """The runs of a tree, with the coordinates that their nodes inherit."""
    return [
        _run(path, node.to_dataset(inherit=True))
        for path, node in tree.subtree_with_keys
        if node.to_dataset(inherit=False).data_vars
    ]


def _run(path: str, dataset: xr.Dataset) -> Run:
    """A run; its experiment is stated, or the part of its path called as experiments are, or the last."""
    parts = list(PurePosixPath(path).parts)
    stated = str(dataset.attrs.get("nunatak_experiment", ""))
    named = [part for part in parts if part.startswith(_BEGINNINGS)]
    experiment = stated if stated in parts else named[-1] if named else parts[-1]
    at = len(parts) - 1 - parts[::-1].index(experiment)
    model = "/".join(parts[:at] + parts[at + 1 :])
    alias = str(dataset.attrs.get("nunatak_experiment_alias", ""))
    return Run(path, model, alias if alias.startswith("ctrl") else experiment, dataset)


def control_of(run: Run, runs: list[Run], control: str | Mapping[str, str] | None) -> Run | None:
    """The control run of a run's model; None when there is none."""
    if control is None:
        names = control_names(run.experiment)
    elif isinstance(control, str):
        names = [control]
    else:
        names = [control[run.experiment]] if run.experiment in control else []
    for name in names:
        for other in runs:
            parts = PurePosixPath(other.path).parts
            if other.model == run.model and (other.experiment == name or name in parts):
                return other
    return None
