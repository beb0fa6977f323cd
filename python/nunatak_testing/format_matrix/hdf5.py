"""Files of the format matrix that h5py writes, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py

from nunatak_testing.format_matrix.storage import (
    FILTERS,
    chunk_indexes,
    filter_mask,
    filtered,
    integer_scaleoffset,
    large_indexes,
    layouts,
    nbit,
    odd_integers,
)
from nunatak_testing.format_matrix.structure import (
    huge_attribute,
    links,
    many_attributes,
    many_links,
    other_files,
    scales,
)
from nunatak_testing.format_matrix.types import (
    number_types,
    structured_types,
    text_types,
    unrepresentable_types,
)

LIBVERS = ["earliest", "v108", "v110", "v112", "v114", "latest"]


@dataclass
class Case:
    """How to write a file, and what of it cannot be represented."""

    write: Callable[[h5py.File], None]
    options: dict[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    unsupported: dict[str, str] = field(default_factory=dict)

    def create(self, path: Path) -> None:
        with h5py.File(path, "w", **self.options) as file:
            self.write(file)


def cases() -> Iterator[tuple[str, Case]]:
    """Names and cases."""
    for libver in LIBVERS:
        for write in [layouts, chunk_indexes, number_types, text_types, scales]:
            yield f"{write.__name__}-{libver}", Case(write, {"libver": libver})
    for libver in ["earliest", "latest"]:
        yield f"large_indexes-{libver}", Case(large_indexes, {"libver": libver})
        yield f"structured_types-{libver}", Case(structured_types, {"libver": libver})
        yield f"many_attributes-{libver}", Case(many_attributes, {"libver": libver})
        yield f"many_links-{libver}", Case(many_links, {"libver": libver})
        left_out = frozenset(
            {"/references", "/regions", "/ragged", "/arrays", "/without_values"}
            | {"/plain@reference", "/plain@regions"}
        )
        yield f"unrepresentable-{libver}", Case(unrepresentable_types, {"libver": libver}, left_out)
        yield (
            f"links-{libver}",
            Case(
                links,
                {"libver": libver},
                frozenset({"/dangling", "/a/b/loop", "/elsewhere", "/soft_group/loop/b"}),
            ),
        )
        unsupported = {"virtual": "virtual dataset", "external": "external files"}
        yield f"other_files-{libver}", Case(other_files, {"libver": libver}, unsupported=unsupported)
    for name in FILTERS:
        yield f"filter-{name}", Case(filtered(name), {"libver": "latest" if len(name) % 2 else "earliest"})
    for write in [integer_scaleoffset, filter_mask]:
        yield f"{write.__name__}-earliest", Case(write)
        yield f"{write.__name__}-latest", Case(write, {"libver": "latest"})
    yield "nbit-latest", Case(nbit, {"libver": "latest"})
    yield "odd_integers", Case(odd_integers, left_out=frozenset({"/twelve_bits"}))
    yield "huge_attribute-latest", Case(huge_attribute, {"libver": "latest"})
    for size in [512, 4096]:
        for libver in ["earliest", "latest"]:
            for write in [chunk_indexes, text_types, many_attributes]:
                yield (
                    f"user_block-{size}-{write.__name__}-{libver}",
                    Case(write, {"libver": libver, "userblock_size": size}),
                )
    for strategy in ["page", "fsm", "aggregate", "none"]:
        options: dict[str, Any] = {"libver": "latest", "fs_strategy": strategy, "fs_persist": False}
        if strategy == "page":
            options["fs_page_size"] = 8192
        yield f"file_space-{strategy}", Case(chunk_indexes, options)
    yield (
        "cloud_optimised",
        Case(scales, {"libver": "v110", "fs_strategy": "page", "fs_page_size": 65536, "fs_persist": True}),
    )
    yield "ordered-latest", Case(many_attributes, {"libver": "latest", "track_order": True})
