"""Processes that are forked from one that has only imported are as those that Python starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from nunatak_testing.fresh_process import run_code


def test_it_has_its_own_environment_folder_and_arguments(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), sys.argv[1:], sorted(os.environ))"
    run = run_code(code, "a", tmp_path, environment={"ONLY": "1"}, folder=tmp_path)
    assert run.stdout.split(" ", 1) == [str(tmp_path), f"['a', '{tmp_path}'] ['ONLY']\n"]
    assert (run.returncode, run.stderr) == (0, "")


def test_nothing_of_nunatak_is_loaded_and_no_thread_runs() -> None:
    code = "import sys, threading; print([m for m in sys.modules if m.split('.')[0] == 'nunatak'])"
    run = run_code(f"{code}; print(threading.active_count(), 'xarray' in sys.modules)")
    assert run.stdout.splitlines() == ["[]", "1 True"]


def test_threads_are_as_many_as_its_environment_says() -> None:
    code = """
import os, nunatak as nk, numpy as np
grid = nk.latlon(2.0)
nk.regrid(grid.assign(v=(("lat", "lon"), np.ones((90, 180)))), nk.latlon(3.0)).load()
print(len(os.listdir("/proc/self/task")))
"""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("threads are counted as on Linux")
    few, many = (
        int(run_code(code, environment={**os.environ, "RAYON_NUM_THREADS": str(count)}).stdout)
        for count in (1, 7)
    )
    assert many - few == 6


def test_how_it_ends_is_told() -> None:
    run = run_code("raise ValueError('wrong')")
    assert run.returncode == 1 and run.stderr.rstrip().endswith("ValueError: wrong")
    assert run_code("import sys; sys.exit(3)").returncode == 3
    assert run_code("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").returncode == -9
    with pytest.raises(subprocess.TimeoutExpired):
        run_code("import time; time.sleep(60)", timeout=0.5)
