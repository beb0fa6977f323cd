"""Serve a directory as an object store until interrupted; the endpoint is printed first."""

from __future__ import annotations

import argparse
import resource
import signal
import threading

from .faults import Fault, FaultKind
from .server import ObjectStoreServer


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m nunatak_testing.object_store", description=__doc__)
    parser.add_argument("root", help="the directory to serve")
    parser.add_argument("--bucket", default="archive")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer is held back")
    parser.add_argument("--port", type=int, default=0, help="0 for any")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:PROBABILITY[:PATTERN]]",
        help=f"may be repeated; one of {', '.join(FaultKind)}",
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    _allow_many_connections()
    faults = [_fault(text) for text in arguments.fault]
    options = {"bucket": arguments.bucket, "latency": arguments.latency, "port": arguments.port}
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ObjectStoreServer(arguments.root, faults=faults, seed=arguments.seed, **options) as server:
        # Who reads the endpoint may ask the server to stop at once.
        print(server.endpoint, flush=True)
        stop.wait()


def _fault(text: str) -> Fault:
    kind, _, rest = text.partition(":")
    probability, _, pattern = rest.partition(":")
    return Fault(FaultKind(kind), pattern or "*", probability=float(probability or 1))


def _allow_many_connections() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
