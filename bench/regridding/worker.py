"""Runs one contender in this process and writes what it took: MODULE:FUNCTION OPTIONS OUTPUT."""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from pathlib import Path

from .clock import Clock


def main() -> None:
    """Run it, and leave at once: some libraries crash while they are taken down."""
    target, options, output = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    warnings.simplefilter("ignore")
    # xarray imports it where it is installed, and with it a compiler of 120 MB; the peers have none.
    sys.modules["sparse"] = None  # pyright: ignore[reportArgumentType]
    module, _, function = target.partition(":")
    clock = Clock()
    facts = getattr(importlib.import_module(module), function)(clock, **options)
    Path(output).write_text(json.dumps({"stages": clock.stages, "facts": facts or {}}))
    os._exit(0)


if __name__ == "__main__":
    main()
