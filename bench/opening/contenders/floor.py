"""The least that an archive on an object store costs: a listing, and one range of every object."""

from __future__ import annotations

import asyncio
from typing import Any

from .loops import Facts, Run

_BLOCK = 64 * 1024


def one_range_each(endpoint: str, in_flight: int) -> Run:
    """The first 64 KiB of every object, so many at a time."""
    import obstore
    from obstore.store import S3Store

    options: Any = {"endpoint": endpoint, "region": "us-east-1", "client_options": {"allow_http": True}}
    store = S3Store("archive", skip_signature=True, **options)

    async def fetch() -> int:
        limit = asyncio.Semaphore(in_flight)
        objects = [item for page in obstore.list(store) for item in page if item["size"]]

        async def one(item: Any) -> int:
            async with limit:
                return len(await obstore.get_range_async(store, item["path"], start=0, length=_BLOCK))

        return sum(await asyncio.gather(*map(one, objects)))

    def run() -> Facts:
        return {"bytes": asyncio.run(fetch())}

    return run
