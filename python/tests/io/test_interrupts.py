"""Ctrl-C ends every long call, whatever it waits for, and the session goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nunatak_testing.interrupted_calls import MOMENTS, Ended, computing, silent_server, waiting
from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.stores import CHUNKED

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")

LONG = 300
"""Seconds that a store would be waited for, far beyond what a test may take."""

SOON = 5.0
"""Seconds from the signal to the end of a call, on a machine that does other things too."""

SESSION = """
import json, random, signal, sys, threading, time, warnings
import numpy as np, xarray as xr
import nunatak as nk
from nunatak_testing.interrupted_calls import interrupted
warnings.simplefilter("ignore")
# Shells have what they run in the background ignore Ctrl-C, and whatever that starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

def outcome(call, moment):
    return interrupted(call, moment).how
"""

KERNELS = (
    SESSION
    + """
import itertools
generator, numbers, count = random.Random(2), np.random.default_rng(2), itertools.count()
source = nk.grid("EPSG:3031", spacing=20e3, bounds=(-2e6, -2e6, 2e6, 2e6))
shape = (source.sizes["y"], source.sizes["x"])
field = source.assign(lithk=(("y", "x"), numbers.normal(size=shape)))
records = source.assign(lithk=(("time", "y", "x"), numbers.normal(size=(400, *shape))))
target = nk.grid("EPSG:6932", spacing=20e3, bounds=(-2e6, -2e6, 2e6, 2e6))

def other_target():
    # Weights are kept: every call needs others.
    west = -2e6 - 100 * next(count)
    return nk.grid("EPSG:6932", spacing=20e3, bounds=(west, -2e6, west + 4e6, 2e6))

def weights():
    nk.regrid(field, other_target(), method="conservative").load()
    return nk.regrid(field, target, method="conservative").load()
points = nk.Points(xr.Dataset({
    "longitude": ("segment", numbers.uniform(-180, 180, 100_000)),
    "latitude": ("segment", numbers.uniform(-89, -70, 100_000)),
    "height": ("segment", numbers.normal(size=100_000)),
}))
coarse = nk.grid("EPSG:3031", spacing=20e3, bounds=(-2e6, -2e6, 2e6, 2e6), registration="cell")
years = np.array([f"{2016 + year}-01-01" for year in range(20)], dtype="datetime64[ns]")

def member():
    values = numbers.normal(size=(20, 300, 300))
    return xr.Dataset({"lithk": (("time", "y", "x"), values)}, {"time": years})

tree = xr.DataTree.from_dict({f"A/M{number}/exp05": member() for number in range(6)})
calls = {
    "weights": weights,
    "regrid": lambda: nk.regrid(records, target, method="conservative").load(),
    "aggregate": lambda: nk.aggregate(points, coarse),
    "statistics": lambda: nk.ensemble(tree, "lithk", ("mean", "var")),
}
ended = {}
for name, call in calls.items():
    started = time.perf_counter()
    whole = call()
    length = time.perf_counter() - started
    ended[name] = [outcome(call, generator.uniform(0.05, 0.7) * length) for _ in range(3)]
    ended[name].append(bool(call().equals(whole)))
print(json.dumps(ended))
"""
)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with silent_server() as endpoint:
        yield endpoint


def session(code: str, *arguments: str) -> dict[str, list[str | bool]]:
    """What a session of its own says, which no other test hears Ctrl-C of."""
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONG / 2)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def assert_soon(found: dict[str, list[Ended]]) -> None:
    """Every call ended at every moment by the interruption, none later than a busy machine excuses."""
    for name, ended in found.items():
        assert len(ended) == MOMENTS
        late = [one for one in ended if one.how != "interrupted" or one.after > SOON]
        assert not late, f"{name}: {late}"


def test_calls_that_wait_for_a_store_end_at_any_moment(server: ObjectStoreServer, silent: str) -> None:
    assert_soon(waiting(server.endpoint, silent))


def test_calls_that_compute_end_at_any_moment() -> None:
    assert_soon(computing())


def test_calls_that_compute_end_and_leave_nothing_half_made() -> None:
    for name, (*moments, is_same) in session(KERNELS).items():
        assert set(moments) <= {"interrupted", "done"}, name
        assert "interrupted" in moments, name
        assert is_same is True, name


SLOW_FILE = (
    SESSION
    + """
import io
class Slow(io.BytesIO):
    slow = False
    def read(self, size=-1):
        where.append(threading.current_thread() is threading.main_thread())
        if self.slow:
            time.sleep(30)
        return super().read(size)
where = []
file = Slow(open(sys.argv[1], "rb").read())
tree = nk.open_datatree(file)
Slow.slow = True
ended = [outcome(lambda: tree["lithk"][1].values, moment) for moment in (0.1, 0.3)]
Slow.slow = False
print(json.dumps({"ended": ended, "again": [tree["lithk"].values.shape[0], all(where)]}))
"""
)


def test_a_slow_file_object_is_read_where_ctrl_c_is_heard(store_root: Path) -> None:
    ended = session(SLOW_FILE, str(store_root / CHUNKED.key))
    assert ended == {"ended": ["interrupted"] * 2, "again": [36, True]}


def test_other_signals_are_handled_while_a_call_waits(silent: str) -> None:
    code = f"""
import os, signal, sys, threading
import nunatak as nk
class Stop(Exception): pass
def stop(*_): raise Stop("by a handler")
signal.signal(signal.SIGALRM, stop)
# Imports what is imported when it is used: Python swallows what a handler raises in an import.
try:
    nk.open_datatree("/nowhere.nc")
except nk.NunatakError:
    signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    nk.open_datatree(sys.argv[1] + "/a.nc", storage_options={{"deadline": {LONG}, "timeout": {LONG}}})
except Stop as error:
    print('{{"stopped": ["' + str(error) + '"]}}')
"""
    assert session(code, silent) == {"stopped": ["by a handler"]}
