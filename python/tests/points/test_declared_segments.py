"""Segments that a granule declares: those never written are none, and there is a limit to the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.atl06 import NAME, beam_columns, write_granule

WRITTEN = beam_columns(40)


def declared(path: Path, length: int, written: int = 0, **storage: Any) -> Path:
    """A granule whose second beam declares ``length`` segments, of which it has ``written``."""
    write_granule(path, {"gt1l": WRITTEN, "gt1r": WRITTEN})
    with h5py.File(path, "r+") as file:
        group = file["gt1r/land_ice_segments"]
        names: list[str] = []
        group.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in names:
            values = group[name][:written]
            del group[name]
            dataset = group.create_dataset(name, (length,), values.dtype, **storage)
            if written:
                dataset[:written] = values
    return path


@pytest.mark.parametrize("length", [1, 5_000, 1 << 24])
@pytest.mark.parametrize("storage", [{}, {"chunks": (1000,)}, {"chunks": (1000,), "compression": "gzip"}])
@pytest.mark.parametrize("quality", ["summary", "all"])
def test_segments_that_were_never_written_are_none(
    tmp_path: Path, length: int, storage: dict[str, Any], quality: Any
) -> None:
    if "chunks" in storage:
        storage = storage | {"chunks": (min(1000, length),)}
    points = nk.open_atl06(declared(tmp_path / NAME, length, **storage), on_error="raise", quality=quality)
    assert len(points) == 40
    np.testing.assert_array_equal(np.unique(points.dataset["beam"]), [1])


def test_a_writer_that_was_stopped_leaves_what_it_wrote(tmp_path: Path) -> None:
    path = declared(tmp_path / NAME, 1 << 24, written=30, chunks=(10,))
    points = nk.open_atl06(path, on_error="raise", quality="all")
    assert len(points) == 70


def test_more_segments_than_the_limit_are_refused(tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAME, {"gt1l": WRITTEN, "gt1r": WRITTEN})
    before = nk.file_limits()
    try:
        nk.file_limits(segments=79)
        with pytest.raises(
            nk.NunatakError, match=rf"{NAME}: gt1r: expected at most 79 segments.*found 80"
        ) as one:
            nk.open_atl06(path, on_error="raise", quality="all")
        assert "nk.file_limits(segments=...)" in str(one.value)
        nk.file_limits(segments=80)
        assert len(nk.open_atl06(path, on_error="raise", quality="all")) == 80
    finally:
        nk.file_limits(**before)
