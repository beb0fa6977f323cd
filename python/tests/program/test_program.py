"""The `nunatak` command that comes with the wheel."""

import json
import signal
import subprocess
import sys
import time

import nunatak as nk


def run(*arguments, **options):
    command = [sys.executable, "-m", "nunatak", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_version_and_help():
    assert run("--version").stdout.split() == ["nunatak", nk.__version__]
    help_text = run("info", "--help")
    assert help_text.returncode == 0
    assert "Example: nunatak info" in help_text.stdout


def test_exit_codes(tmp_path):
    (tmp_path / "empty.nc").write_bytes(b"")
    assert run("no-such-command").returncode == 2
    data = run("info", tmp_path / "empty.nc")
    assert (data.returncode, data.stdout) == (3, "")
    assert "empty.nc: offset 0" in data.stderr
    assert run("info", tmp_path / "gone.nc").returncode == 4


def test_json_of_a_file(tmp_path):
    nk.grid("EPSG:3031", spacing=32e4).to_netcdf(tmp_path / "grid.nc")
    found = json.loads(run("info", "--json", tmp_path / "grid.nc").stdout)
    names = [variable["name"] for variable in found["root"]["variables"]]
    assert set(names) == {"x", "y", "x_bnds", "y_bnds", "crs"}


def test_ctrl_c_ends_the_program(tmp_path):
    """A header that never comes: the program waits for a pipe until it is interrupted."""
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/never.nc"
        program = subprocess.Popen([sys.executable, "-m", "nunatak", "info", address])
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            time.sleep(0.1)
            program.send_signal(signal.SIGINT)
            assert program.wait(timeout=60) == -signal.SIGINT
