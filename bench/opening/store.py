"""The object store as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(root: Path, latency: float) -> Iterator[str]:
    """Serve a directory as the bucket ``archive``; gives the endpoint."""
    module = "nunatak_testing.object_store"
    command = [sys.executable, "-m", module, str(root), "--latency", str(latency)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
