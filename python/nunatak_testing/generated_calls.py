"""Generated calls of public functions in a process of 4 GB: each gives a result or an error of Nunatak's own.

``python -m nunatak_testing.generated_calls --calls 5000`` runs them in a process of its own, which must not
be ended (by an abort, a signal, or a call that takes too long), and lists what raised anything else. A call
follows from the seed and its number alone: ``--first 1234 --calls 1`` repeats one. ``--every 1`` goes through
each value as each argument instead, ``--every 7`` through a seventh of them.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import resource
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak_testing.extreme_values import drawn_value, extreme_values
from nunatak_testing.public_calls import Call, Sample, calls_of, values_of

__all__ = ["run_apart"]

MEMORY = 4 << 30
_LOOKED_AT = 1_000_000
"""Values of a variable up to which all of them are looked at."""


def run_apart(
    *, calls: int = 0, seed: int = 0, first: int = 0, every: int = 0, seconds: float = 10.0, cpu: int = 0
) -> str:
    """Run generated calls in a process of its own; what went wrong, or nothing.

    Parameters
    ----------
    calls, first, seed
        How many, from which number on, drawn from what.
    every
        Instead of drawing, put each value in the place of each argument, and make one of so many of these
        calls; 0 to draw.
    seconds
        Time after which a call ends the process.
    cpu
        Seconds of computing after which the process is ended; 0 for no limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "calls": calls,
            "first": first,
            "every": every,
            "seed": seed,
            "seconds": seconds,
            "cpu": cpu,
            "inside": folder,
        }
        command = [sys.executable, "-m", __name__ if __name__ != "__main__" else _NAME]
        command += [f"--{name}={value}" for name, value in options.items()]
        run = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if run.returncode == 0:
            return ""
        last = (Path(folder) / "last call").read_text() if (Path(folder) / "last call").exists() else "none"
        is_whole = run.returncode == 1 and not run.stderr.startswith("Timeout")
        ended = "" if is_whole else f"ended with {run.returncode} in call {last}\n"
        return f"{ended}{run.stdout}{run.stderr[-5000:]}"


_BLOCKS = 500
"""The most tasks of Dask for one array."""
_NAME = "nunatak_testing.generated_calls"


def _run_inside(folder: Path, options: argparse.Namespace) -> int:
    """Run the calls here; the number of those that raised what they may not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if options.cpu:
        resource.setrlimit(resource.RLIMIT_CPU, (options.cpu, options.cpu + 5))
    (folder / "sample").mkdir()
    sample = Sample(folder / "sample")
    calls = calls_of(sample) | {"memory_limit": Call(nk.memory_limit, {"limit": 64 << 20})}
    values = values_of(sample) | extreme_values(sample)
    problems = 0
    drawn = (
        _each(calls, values, options.every)
        if options.every
        else (
            _drawn(Random(f"{options.seed} {number}"), calls, values)
            for number in range(options.first, options.first + options.calls)
        )
    )
    for number, (name, arguments, said) in enumerate(drawn, options.first):
        (folder / "last call").write_text(f"{number}: {said}", errors="replace")
        with _in_folder(folder / str(number)):
            faulthandler.dump_traceback_later(options.seconds, exit=True)
            foreign = _foreign_error(calls[name], arguments)
            faulthandler.cancel_dump_traceback_later()
        if foreign is not None:
            problems += 1
            text = f"{number}: {said}: {type(foreign).__name__}: {foreign}".encode(errors="replace").decode()
            print(text[:600], _place(foreign), sep="\n    ", flush=True)
    return problems


def _each(
    calls: dict[str, Call], values: dict[str, Any], every: int
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Calls with one argument replaced, by each value in turn."""
    replaced = ((name, own, label) for name in sorted(calls) for own in calls[name].names for label in values)
    for name, argument, label in islice(replaced, 0, None, every):
        yield name, {**calls[name].arguments, argument: values[label]}, f"{name}({argument}={label})"


def _drawn(rng: Random, calls: dict[str, Call], values: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
    """A call, its arguments of which some are replaced, and both as text."""
    name = rng.choice([own for own in sorted(calls) if calls[own].names])
    count = min(rng.choice((1, 1, 1, 2, 3)), len(calls[name].names))
    replaced, said = {}, []
    for argument in rng.sample(calls[name].names, count):
        label = rng.choice([*sorted(values), "drawn"])
        replaced[argument] = drawn_value(rng) if label == "drawn" else values[label]
        said.append(f"{argument}={replaced[argument]!r:.80}" if label == "drawn" else f"{argument}={label}")
    return name, {**calls[name].arguments, **replaced}, f"{name}({', '.join(said)})"


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """A folder of its own for relative paths, without warnings, and the memory limit as it was."""
    folder.mkdir()
    limit = nk.memory_limit()
    with warnings.catch_warnings(), contextlib.chdir(folder):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            nk.memory_limit(limit)
    shutil.rmtree(folder, ignore_errors=True)


def _foreign_error(call: Call, arguments: dict[str, Any]) -> BaseException | None:
    """What a call, or reading its result, raised and may not; a panic of Rust is no Exception."""
    try:
        _look_at(call.function(**arguments))
    except nk.NunatakError:
        return None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return error
    return None


def _look_at(result: Any) -> None:
    """Read what is lazy in a result: all of it, or one value where there are too many."""
    repr(result)
    if isinstance(result, xr.DataTree):
        for node in result.subtree:
            _look_at(node.to_dataset())
    elif isinstance(result, xr.Dataset):
        for variable in result.variables.values():
            _look_at(variable)
    elif isinstance(result, xr.DataArray | xr.Variable):
        blocks = np.prod([len(lengths) for lengths in result.chunks or ()])
        # Thousands of tasks take Dask long, whatever they do.
        small = result.size <= _LOOKED_AT and blocks <= _BLOCKS
        _ = (result if small else result[(0,) * result.ndim]).values


def _place(error: BaseException) -> str:
    """The last lines of this project and of others that an error came through."""
    lines, at = [], error.__traceback__
    while at is not None:
        lines.append(f"{at.tb_frame.f_code.co_filename.rsplit('python/', 1)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    own = [line for line in lines if line.startswith("nunatak")]
    return " > ".join([*own[-3:], lines[-1]])


def main() -> int:
    """The program: the exit code is 1 when a call went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="number of the first call")
    parser.add_argument("--every", type=int, default=0, help="one of so many pairs of argument and value")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10.0, help="longest time of a call")
    parser.add_argument("--cpu", type=int, default=0, help="seconds of computing, 0 for no limit")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside is not None:
        return min(_run_inside(options.inside, options), 1)
    own = {name: value for name, value in vars(options).items() if name != "inside"}
    problems = run_apart(**own)
    made = "all" if options.every else options.calls
    print(problems or f"{made} calls gave results or errors of Nunatak's own")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
