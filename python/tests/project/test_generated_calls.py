"""Generated calls and extreme values: none ends a process of 4 GB or raises what is no error of ours."""

from __future__ import annotations

import sys

import pytest

from nunatak_testing.generated_calls import run_apart


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by RLIMIT_AS")
def test_generated_calls_give_results_or_errors_of_ours() -> None:
    assert run_apart(calls=500, seconds=60.0, cpu=300) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by RLIMIT_AS")
def test_extreme_values_give_results_or_errors_of_ours() -> None:
    assert run_apart(every=7, seconds=60.0, cpu=600) == ""
