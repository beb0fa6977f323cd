"""File flavours: the library that writes a file, its format, layout and filters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from nunatak.samples.file_style import Container

Writer = Literal["netCDF4", "h5py"]
Layout = Literal["chunked", "contiguous", "compact"]


@dataclass(frozen=True)
class FileFlavour:
    """How the data variable and the metadata of one file lie on disk. The defaults are a common ISMIP6 file.

    Attributes
    ----------
    writer
        ``netCDF4`` (superblock 2) or ``h5py`` (superblock 0, or 3 with `latest`).
    container
        File format by netCDF4's names; h5py writes NETCDF4 alone.
    latest
        h5py's ``libver="latest"``: newer chunk indexes, and attributes as strings of variable length.
    layout
        Of the data variable. ``compact`` is h5py's alone and holds at most 64 KB.
    chunks
        Wanted chunk shape; cut down to the variable's shape. None is one record.
    deflate, shuffle, fletcher32
        Filters of chunked layouts; deflate 0 is none.
    unlimited
        Whether time can grow. Contiguous and compact HDF5 layouts have it fixed in any case.
    attributes_last
        Attributes are written after the data, and so lie at the end of the file.
    big_endian
        Byte order of the data in HDF5 files.
    packing
        (scale_factor, add_offset) of data packed as 16-bit integers, None for floats.
    """

    writer: Writer = "netCDF4"
    container: Container = "NETCDF4"
    latest: bool = False
    layout: Layout = "chunked"
    chunks: tuple[int, int, int] | None = None
    deflate: int = 4
    shuffle: bool = True
    fletcher32: bool = False
    unlimited: bool = True
    attributes_last: bool = False
    big_endian: bool = False
    packing: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.writer == "h5py" and self.container != "NETCDF4":
            raise ValueError(
                f"container={self.container!r}: h5py writes NETCDF4 files alone; use writer='netCDF4'"
            )
        if self.writer == "netCDF4" and (self.latest or self.layout == "compact"):
            raise ValueError("latest=True and layout='compact' need writer='h5py'")

    def but(self, **changes: Any) -> FileFlavour:
        """The same flavour with other settings."""
        return replace(self, **changes)

    @property
    def is_hdf5(self) -> bool:
        """Whether the file is an HDF5 file."""
        return self.container.startswith("NETCDF4")

    @property
    def time_can_grow(self) -> bool:
        """Whether the time dimension is unlimited in the file."""
        return self.unlimited and (self.layout == "chunked" or not self.is_hdf5)

    def chunk_shape(self, shape: tuple[int, ...]) -> tuple[int, ...] | None:
        """Chunks of a variable of this shape, None where the layout has none."""
        if not self.is_hdf5 or self.layout != "chunked" or not shape:
            return None
        wanted = (
            self.chunks if self.chunks and len(shape) == 3 else (1, *shape[1:]) if len(shape) > 1 else shape
        )
        return tuple(max(1, min(length, own)) for length, own in zip(wanted, shape, strict=True))

    @property
    def takes_prepared_chunks(self) -> bool:
        """Whether chunks that were compressed once can be written as they are."""
        plain = not self.fletcher32 and not self.big_endian and self.packing is None
        return self.is_hdf5 and self.layout == "chunked" and self.shuffle and self.deflate > 0 and plain
