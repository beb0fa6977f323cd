"""Attributes, links, references to other files and dimension scales of the format matrix, written by h5py."""

from __future__ import annotations

import h5py
import numpy as np

from nunatak_testing.format_matrix.storage import low_level, numbers, property_list


def many_attributes(file: h5py.File) -> None:
    """Compact, dense, and larger than an object header can hold."""
    dataset = file.create_dataset("v", data=numbers())
    for number in range(60):
        dataset.attrs[f"attribute_{number:02}"] = number / 7 if number % 2 else f"text {number}"
    few = file.create_dataset("few", data=numbers())
    few.attrs["a"], few.attrs["b"] = 1, "two"
    file.create_dataset("large", data=numbers()).attrs["vector"] = np.arange(7000.0)
    ordered = file.create_group("ordered", track_order=True)
    for number in reversed(range(20)):
        ordered.attrs[f"attribute_{number}"] = number


def huge_attribute(file: h5py.File) -> None:
    file["v"] = numbers()
    file["v"].attrs["vector"] = np.arange(100_000.0)
    file["v"].attrs["text"] = "x" * 70_000


def many_links(file: h5py.File) -> None:
    for number in range(1500):
        file[f"v{number:04}"] = np.int16(number)
    crowded = file.create_group("crowded", track_order=True)
    for number in range(40):
        crowded.create_group(f"g{number}")["v"] = number


def links(file: h5py.File) -> None:
    file["a/b/c/v"] = numbers()
    file["a/w"] = np.arange(3)
    file["a/hard"] = file["a/w"]
    file["soft"] = h5py.SoftLink("/a/w")
    file["a/soft_relative"] = h5py.SoftLink("b/c/v")
    file["soft_of_soft"] = h5py.SoftLink("soft")
    file["soft_group"] = h5py.SoftLink("/a/b")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["a/b/loop"] = h5py.SoftLink("/a")
    file["elsewhere"] = h5py.ExternalLink("other_file.h5", "/lithk")


def other_files(file: h5py.File) -> None:
    file["plain"] = numbers()
    layout = h5py.VirtualLayout((2, 3), "f4")
    layout[0] = h5py.VirtualSource("source.h5", "v", shape=(3,))
    file.create_virtual_dataset("virtual", layout)
    properties = property_list()
    properties.set_external(b"raw.bin", 0, 24)
    low_level(file, "external", np.arange(6, dtype="f4"), properties, write=False)


def scales(file: h5py.File) -> None:
    for name, length in [("time", 4), ("y", 3), ("x", 5)]:
        file[name] = np.arange(length) * 2.0
        file[name].make_scale(name)
    file.create_dataset("lithk", data=numbers("f4", (4, 3, 5)), chunks=(1, 3, 5))
    for axis, name in enumerate(["time", "y", "x"]):
        file["lithk"].dims[axis].attach_scale(file[name])
    file["lithk"].attrs["units"] = "m"
    group = file.create_group("basal")
    group["depth"] = np.arange(2.0)
    group["depth"].make_scale()
    group["melt"] = numbers("f8", (2, 5))
    group["melt"].dims[0].attach_scale(group["depth"])
    group["melt"].dims[1].attach_scale(file["x"])
