"""A local object store that can misbehave, for tests and benchmarks.

`ObjectStoreServer` serves a directory over HTTP as S3 (path style), as a plain web server and as WebDAV, with
a fixed latency and with faults that a test asks for. Nothing but the standard library is used. As a process
of its own: ``python -m nunatak_testing.object_store DIRECTORY --latency 0.03``.
"""

from .faults import Fault, FaultKind
from .server import ObjectStoreServer
from .statistics import RequestRecord, Statistics

__all__ = ["Fault", "FaultKind", "ObjectStoreServer", "RequestRecord", "Statistics"]
