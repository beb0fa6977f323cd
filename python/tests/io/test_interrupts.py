"""Ctrl-C ends every long call, whatever it waits for, and the session goes on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.stores import CHUNKED

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")

LONG = 300
"""Seconds that a store would be waited for, far beyond what a test may take."""

SESSION = f"""
import json, os, random, signal, sys, threading, time, warnings
import numpy as np, xarray as xr
import nunatak as nk
warnings.simplefilter("ignore")
# Shells have what they run in the background ignore Ctrl-C, and whatever that starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
options = {{"anon": True, "deadline": {LONG}, "timeout": {LONG}}}

def outcome(call, moment):
    '''How a call ends when Ctrl-C comes at a moment of it.'''
    timer = threading.Timer(moment, os.kill, (os.getpid(), signal.SIGINT))
    try:
        try:
            timer.start()
            call()
            ended = "done"
        except nk.NunatakError as error:
            ended = f"{{type(error).__name__}} {{error}}"
        timer.cancel(), timer.join()
        time.sleep(0)
    except KeyboardInterrupt:
        ended = "interrupted"
    return ended
"""

REMOTE = (
    SESSION
    + """
silent, s3 = sys.argv[1], {**options, "endpoint_url": sys.argv[1]}
stored, key = {**options, "endpoint_url": sys.argv[2]}, sys.argv[3]

def hang():
    import urllib.request
    urllib.request.urlopen(urllib.request.Request(sys.argv[2] + "/-/hang", method="POST")).close()

array = nk.open_datatree(f"s3://archive/{key}", storage_options=stored)["lithk"]
catalog = nk.open_catalog("s3://archive", storage_options=stored, cache=False)
before = array[3].values
calls = {
    "open over http": lambda: nk.open_datatree(silent + "/a.nc", storage_options=options),
    "open": lambda: nk.open_datatree("s3://b/a.nc", storage_options=s3),
    "list over http": lambda: nk.open_catalog(silent + "/a", storage_options=options, cache=False),
    "list": lambda: nk.open_catalog("s3://b/a", storage_options=s3, cache=False),
    "granules": lambda: nk.open_atl06([silent + "/a.h5", silent + "/b.h5"], storage_options=options),
    "granules of a pattern": lambda: nk.open_atl06("s3://b/*.h5", storage_options=s3),
    "read": lambda: array[5].values,
    "tree": lambda: catalog.to_datatree(),
}
generator = random.Random(1)
hang()
ended = {}
for name, call in calls.items():
    ended[name] = [outcome(call, generator.uniform(0.02, 0.4)) for _ in range(2)]
hang()
ended["the session"] = [bool((array[3].values == before).all() and len(catalog.to_datatree().groups) == 4)]
print(json.dumps(ended))
"""
)

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
    listening, held = socket.create_server(("127.0.0.1", 0)), []

    def accept() -> None:
        while True:
            try:
                held.append(listening.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()
    for connection, _ in held:
        connection.close()


def session(code: str, *arguments: str) -> dict[str, list[str | bool]]:
    """What a session of its own says, which no other test hears Ctrl-C of."""
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONG / 2)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_calls_that_wait_for_a_store_end(server: ObjectStoreServer, silent: str) -> None:
    ended = session(REMOTE, silent, server.endpoint, CHUNKED.key)
    assert ended.pop("the session") == [True]
    assert ended == dict.fromkeys(ended, ["interrupted"] * 2)


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
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    nk.open_datatree(sys.argv[1] + "/a.nc", storage_options={{"deadline": {LONG}, "timeout": {LONG}}})
except Stop as error:
    print('{{"stopped": ["' + str(error) + '"]}}')
"""
    assert session(code, silent) == {"stopped": ["by a handler"]}
