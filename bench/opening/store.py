"""The object store as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(root: Path, latency: float) -> Iterator[str]:
    """Serve a directory as the bucket ``archive``; gives the endpoint."""
    module = "nunatak.samples.object_store"
    command = [sys.executable, "-m", module, str(root), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
