"""The benchmark of opening an archive runs, on few files, and says of each contender what became of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "bench" / "open.py"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """A quick run with this environment's own packages as the peers'; some peers are not among them."""
    folder = tmp_path_factory.mktemp("bench")
    found = folder / "found.json"
    command = [sys.executable, str(SCRIPT), "--quick", "--cache", str(folder), "--json", str(found)]
    command += ["--peers-python", sys.executable, "--latency", "0.001"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr
    return json.loads(found.read_text()), done.stdout


def results(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {result["label"]: result for result in case["results"]}


def test_every_case_has_a_section(measured: tuple[dict[str, Any], str]) -> None:
    found, page = measured
    assert list(found) == ["local", "remote", "saved", "reading", "slices", "variance"]
    for case in found.values():
        assert f"## {case['title']}" in page


def test_a_directory_is_opened_by_both(measured: tuple[dict[str, Any], str]) -> None:
    found = results(measured[0]["local"])
    ours, loop = found["Nunatak"], found["xarray loop, netcdf4"]
    assert (ours["outcome"], loop["outcome"]) == ("ok", "ok")
    assert ours["facts"]["nodes"] == 12  # six models, two experiments
    assert loop["facts"]["nodes"] + loop["facts"]["failed"] == loop["scaled_from"]
    assert ours["memory"] > 10


def test_readers_give_the_same_number_of_values(measured: tuple[dict[str, Any], str]) -> None:
    found = results(measured[0]["reading"])
    pairs = [
        (label, label.replace("Nunatak, ", "netCDF4, ")) for label in found if label.startswith("Nunatak, ")
    ]
    assert len(pairs) == 1
    for ours, theirs in pairs:
        assert found[ours]["facts"] == found[theirs]["facts"]


def test_variances_agree(measured: tuple[dict[str, Any], str]) -> None:
    agreeing = [check for check in measured[0]["variance"]["checks"] if check["target"].startswith("agrees")]
    assert agreeing
    assert all(check["passed"] for check in agreeing)


def test_a_peer_that_is_not_there_is_a_row(measured: tuple[dict[str, Any], str]) -> None:
    from importlib.util import find_spec

    if find_spec("virtualizarr"):
        pytest.skip("VirtualiZarr is installed here")
    assert results(measured[0]["local"])["VirtualiZarr scan"]["outcome"] == "not installed"
