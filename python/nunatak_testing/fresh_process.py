"""New processes without the second that importing xarray takes: forked from one that has only imported.

Each has its own environment, limits, threads and connections, and nothing of Nunatak is loaded before its
code imports it. Where it matters how Python itself starts, start Python.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["run_code"]

_IMPORTED = ["numpy", "pandas", "xarray", "dask.array", "zarr"]
"""Third parties' packages that children find imported; those that are not installed are left out."""


def run_code(
    code: str,
    *arguments: str | os.PathLike[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run code as ``python -W ignore -c`` would, with arguments; its output and exit code.

    Parameters
    ----------
    environment
        All of its environment; this process's own when None.
    folder
        Its working folder; this process's own when None.
    timeout
        Seconds after which it is ended.

    Raises
    ------
    subprocess.TimeoutExpired
        When it takes longer.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    settings = (dict(os.environ if environment is None else environment), str(folder or os.getcwd()))
    texts = [os.fspath(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as own:
        outputs = [Path(own, name) for name in ("stdout", "stderr")]
        process = context.Process(target=_run, args=(code, texts, *settings, *map(str, outputs)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(code[:80], timeout)
        said = [path.read_text(errors="replace") if path.exists() else "" for path in outputs]
        return subprocess.CompletedProcess(texts, process.exitcode, *said)


def _run(
    code: str, arguments: list[str], environment: dict[str, str], folder: str, stdout: str, stderr: str
) -> None:
    """The child: it becomes what the caller wants, and runs the code."""
    import warnings

    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["-c", *arguments]
    warnings.simplefilter("ignore")
    exec(compile(code, "<code>", "exec"), {"__name__": "__main__"})
