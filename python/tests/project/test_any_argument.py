"""Any argument of any public function: a result, or an error of ours that names the argument."""

from __future__ import annotations

import contextlib
import inspect
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nunatak as nk
from nunatak_testing.public_calls import Call, Sample, calls_of, values_of


class World(tuple[dict[str, Call], dict[str, Any]]):
    """Calls and values, which are no part of a report."""

    def __repr__(self) -> str:
        return "calls, values"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Calls of every public function, and values of every kind."""
    sample = Sample(tmp_path_factory.mktemp("arguments"))
    return World((calls_of(sample), values_of(sample)))


BESIDE = {
    ("grid", "bounds"): "spacing",
    ("ensemble", "source"): "name",
    ("compare", "observations"): "the cells and the model",
    ("compare cells", "model"): "observations",
}
"""Arguments that make another one wrong, which is named in their place."""


def _names(call: str, argument: str, text: str) -> bool:
    other = BESIDE.get((call, argument), argument)
    words = (argument, argument.replace("_", " ").removesuffix("s"), other)
    return any(word in text for word in words)


def test_a_wrong_argument_is_named(world: World, tmp_path: Path) -> None:
    """Every value as every argument: drawing some of them finds a fault on one run in many."""
    calls, values = world
    unnamed = []
    for name, argument, label in _replacements(calls, values):
        call = calls[name]
        # Relative paths are of no earlier call: what is there already is one of the values, "a file".
        with warnings.catch_warnings(), contextlib.chdir(tempfile.mkdtemp(dir=tmp_path)):
            warnings.simplefilter("ignore")
            try:
                call.function(**{**call.arguments, argument: values[label]})
            except nk.ArgumentError as error:
                if not _names(name, argument, str(error)):
                    unnamed.append(f"{name}({argument}={label}): {error}")
            except nk.NunatakError:
                pass
    assert not unnamed, "\n".join(unnamed)


def _replacements(calls: dict[str, Call], values: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(calls):
        for argument in calls[name].names:
            for label in sorted(values):
                yield name, argument, label


def test_the_calls_succeed(world: World) -> None:
    calls, _ = world
    for call in calls.values():
        call.function(**call.arguments)
    public = {name for name in nk.__all__ if inspect.isfunction(getattr(nk, name))}
    uncalled = {"file_limits", "memory_limit", "open_datatree_async", "store_traffic"}
    assert public - uncalled <= {name.split(" ")[0] for name in calls}
