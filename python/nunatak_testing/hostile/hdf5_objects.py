"""Changes of the objects of an HDF5 file, through h5py: sound HDF5 that means nonsense."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import h5py
import numpy as np

LENGTHS = (0, 1, 2, 3, 7, 1000, 2**20, 2**24, 2**33, 2**60)
KINDS = ("f4", "f8", "i1", "u2", "i8", "S3", "f2", h5py.string_dtype(), [("a", "<f4"), ("b", "<i2")])
VALUES = (np.nan, np.inf, -1e300, -1.0, 0.0, 2.0**31, 1e300)


def _datasets(file: h5py.File) -> list[h5py.Dataset]:
    found: list[h5py.Dataset] = []
    file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    return found


def _groups(file: h5py.File) -> list[h5py.Group]:
    found: list[h5py.Group] = [file]
    file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Group) else None)
    return found


def another_dataset(rng: np.random.Generator, file: h5py.File) -> None:
    """A dataset of another length, type or rank in place of one; large ones are never written."""
    old = _datasets(file)[rng.integers(len(_datasets(file)))]
    name, shape = old.name, list(old.shape) or [1]
    axis = rng.integers(len(shape))
    shape[axis] = int(LENGTHS[rng.integers(len(LENGTHS))]) if rng.random() < 0.7 else shape[axis]
    if rng.random() < 0.2:
        shape.append(int(rng.integers(1, 4)))
    same = old.dtype if rng.random() < 0.5 else KINDS[rng.integers(len(KINDS))]
    chunks = tuple(min(max(length, 1), 2 ** int(rng.integers(0, 21))) for length in shape)
    del file[name]
    file.create_dataset(name, tuple(shape), same, chunks=chunks if rng.random() < 0.7 else None)


def other_values(rng: np.random.Generator, file: h5py.File) -> None:
    """A few other values in a dataset of numbers."""
    dataset = _datasets(file)[rng.integers(len(_datasets(file)))]
    if dataset.dtype.kind in "fiu" and dataset.size:
        values = dataset[...]
        places = rng.integers(dataset.size, size=3)
        with np.errstate(all="ignore"):
            values.reshape(-1)[places] = np.array(VALUES)[rng.integers(len(VALUES), size=3)].astype(
                values.dtype
            )
        dataset[...] = values


def no_object(rng: np.random.Generator, file: h5py.File) -> None:
    """One object less."""
    objects = [*_datasets(file), *_groups(file)[1:]]
    del file[objects[rng.integers(len(objects))].name]


def other_attribute(rng: np.random.Generator, file: h5py.File) -> None:
    """An attribute of another type, in place of one or in addition."""
    objects = [*_datasets(file), *_groups(file)]
    attributes = objects[rng.integers(len(objects))].attrs
    names = [*attributes, "_FillValue", "scale_factor", "units", "valid_range", "coordinates", "short_name"]
    values = (np.bytes_(b"\xff\xfe"), "x" * 60_000, np.zeros(3), np.int8(-1), np.nan, h5py.Empty("f4"))
    name = names[rng.integers(len(names))]
    attributes.pop(name, None)
    attributes[name] = values[rng.integers(len(values))]


def another_link(rng: np.random.Generator, file: h5py.File) -> None:
    """A link more: to what exists already, to a group that holds it, or to nothing."""
    groups, objects = _groups(file), [*_datasets(file), *_groups(file)]
    group, target = groups[rng.integers(len(groups))], objects[rng.integers(len(objects))]
    links = (
        target,
        h5py.SoftLink(target.name),
        h5py.SoftLink("/none/at/all"),
        h5py.ExternalLink("other.h5", "/"),
    )
    group[f"link{rng.integers(10**9)}"] = links[rng.integers(len(links))]


CHANGES: tuple[Callable[[np.random.Generator, h5py.File], None], ...] = (
    another_dataset,
    another_dataset,
    other_values,
    no_object,
    other_attribute,
    another_link,
)


def change(rng: np.random.Generator, content: bytearray) -> None:
    """One to three changes of objects."""
    memory = io.BytesIO(bytes(content))
    with h5py.File(memory, "r+") as file:
        for _ in range(int(rng.integers(1, 4))):
            # What HDF5 itself refuses to write is no mutant.
            if _datasets(file):
                with contextlib.suppress(ValueError, TypeError, KeyError, OSError, RuntimeError):
                    CHANGES[rng.integers(len(CHANGES))](rng, file)
    content[:] = memory.getvalue()
