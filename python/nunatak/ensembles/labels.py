"""Labels of the members of a stack: the models, and beside them their experiments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import xarray as xr

__all__ = ["member_labels"]

_EXPERIMENT = "nunatak_experiment"


def member_labels(nodes: Sequence[tuple[str, xr.DataTree]]) -> tuple[list[str], list[str] | None]:
    """The model of each node, and its experiment where that is known.

    The model is the node's path without the experiment, so that stacks of two experiments are aligned. Nodes
    of which two would have one label are named by their whole paths.
    """
    paths = [PurePosixPath(path) for path, _ in nodes]
    experiments = [str(node.attrs.get(_EXPERIMENT, "")) for _, node in nodes]
    last = {path.name for path in paths}
    if not any(experiments) and len(last) == 1 and all(len(path.parts) > 1 for path in paths):
        experiments = [path.name for path in paths]
    models = [_without(path, experiment) for path, experiment in zip(paths, experiments, strict=True)]
    if len(set(models)) < len(models):
        models = [str(path) for path in paths]
    return models, experiments if any(experiments) else None


def _without(path: PurePosixPath, experiment: str) -> str:
    parts = list(path.parts)
    if len(parts) < 2 or experiment not in parts:
        return str(path)
    del parts[len(parts) - 1 - parts[::-1].index(experiment)]
    return "/".join(parts)
