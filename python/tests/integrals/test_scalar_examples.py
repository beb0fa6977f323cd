"""The examples of scalars run, and print what the tests know."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nunatak.samples import write_archive

EXAMPLES = Path(__file__).parents[3] / "examples"


def output_of(name: str, folder: Path) -> list[str]:
    command = [sys.executable, EXAMPLES / name, folder]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_published_scalars(real_data: Path) -> None:
    lines = output_of("published_scalars.py", real_data / "ismip6/computed_scalars")[1:]
    assert len({line.split()[0] for line in lines}) == 16 and len(lines) == 21
    for line in lines:
        assert float(line.split()[-2]) <= 1.08e9, line
    (ismip,) = [line for line in lines if line.startswith("JPL1/ISSM ")]
    # 4.411e12 m3 more than the control run in 2100, of 917 kg m-3.
    assert re.search(r" -11\.2 mm", ismip), ismip


def test_basins(real_data: Path) -> None:
    lines = output_of("basins.py", real_data / "ismip6/grid32km_ais")
    assert lines[0] == "Antarctica: 2.292e+16 m3 above flotation"
    assert len(lines) == 28
    total = sum(float(line.split()[2]) for line in lines[1:])
    assert total == pytest.approx(2.292e16 * 917 / 362.5e15, abs=0.5)


def test_experiment_minus_control(tmp_path: Path) -> None:
    archive = write_archive(tmp_path, years=4)
    lines = output_of("experiment_minus_control.py", archive.path)
    assert len(lines) == 6 and all(re.search(r"-?\d+ Gt after \d years$", line) for line in lines)
    assert len({line.split()[0] for line in lines}) == 6
