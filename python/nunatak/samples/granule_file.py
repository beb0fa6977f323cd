"""Writer of ATL06 granules in the product's own HDF5 layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from .granule_layout import ANCILLARY, COLUMNS, INTEGER_FILL
from .measurement import Columns

BEAMS = ("gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r")
"""Beam groups in the order of the product."""

_CHUNK = 10_000
_HISTOGRAM_BINS = 748
_EPOCH = datetime(2018, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class GranuleHeader:
    """Header of a granule.

    Attributes
    ----------
    rgt, cycle, region
        Reference ground track, repeat cycle and region.
    forward
        Spacecraft orientation: forward puts the strong beams right, backward left.
    start, end
        Seconds since 2018-01-01 UTC.
    subset
        A file of NSIDC's subsetting service: `processed_` before the name, superblock 2.
    """

    rgt: int
    cycle: int
    region: int
    forward: bool
    start: float
    end: float
    subset: bool

    @property
    def file_name(self) -> str:
        """ATL06_YYYYMMDDHHMMSS_RRRRCCGG_vvv_rr.h5."""
        stamp = f"{_EPOCH + timedelta(seconds=self.start):%Y%m%d%H%M%S}"
        prefix = "processed_" if self.subset else ""
        return f"{prefix}ATL06_{stamp}_{self.rgt:04d}{self.cycle:02d}{self.region:02d}_003_01.h5"


def write_granule(path: Path, header: GranuleHeader, beams: dict[str, Columns | None]) -> None:
    """Write one granule; a beam of None is a group without `land_ice_segments`, one left out has no group."""
    library = ("v108", "v108") if header.subset else ("earliest", "v108")
    with h5py.File(path, "w", libver=library) as file:
        file.attrs.update(
            _texts(Conventions="CF-1.6", featureType="trajectory", short_name="ATL06", level="L3A")
        )
        file.attrs.update(
            _texts(title="ATLAS/ICESat-2 L3A Land Ice Height", institution="Nunatak sample generator")
        )
        _write_ancillary(file.create_group("ancillary_data"), header)
        _write_orbit(file.create_group("orbit_info"), header)
        quality = file.create_group("quality_assessment")
        for name in ("qa_granule_fail_reason", "qa_granule_pass_fail"):
            quality.create_dataset(name, data=np.zeros(1, "i4"), maxshape=(1,))
        identification = file.create_group("METADATA/DatasetIdentification")
        identification.attrs.update(_texts(fileName=path.name, VersionID="003"))
        for name, columns in beams.items():
            _write_beam(file.create_group(name), name, header.forward, columns)


def _texts(**values: str) -> dict[str, np.bytes_]:
    """Attributes as the product stores text: fixed-length bytes."""
    return {name: np.bytes_(value.encode()) for name, value in values.items()}


def _write_ancillary(group: h5py.Group, header: GranuleHeader) -> None:
    """Constants, release and extent in time."""
    for name, (dtype, value) in ANCILLARY.items():
        group.create_dataset(name, data=np.array([value], dtype))
    for name, text in (("release", "003"), ("version", "01")):
        group.create_dataset(name, data=np.array([text.ljust(80).encode()], "S80"))
    for edge, seconds in (("start", header.start), ("end", header.end)):
        group.create_dataset(f"{edge}_delta_time", data=np.array([seconds]))
        stamp = f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}".encode()
        for name in (f"data_{edge}_utc", f"granule_{edge}_utc"):
            group.create_dataset(name, data=np.array([stamp], "S27"))
        for name, value in (("cycle", header.cycle), ("region", header.region), ("rgt", header.rgt)):
            group.create_dataset(f"{edge}_{name}", data=np.array([value], "i4"))


def _write_orbit(group: h5py.Group, header: GranuleHeader) -> None:
    """Track, cycle and orientation."""
    values = {
        "crossing_time": ("f8", header.start),
        "cycle_number": ("i1", header.cycle),
        "lan": ("f8", 0.0),
        "orbit_number": ("u2", (header.cycle - 1) * 1387 + header.rgt),
        "rgt": ("i2", header.rgt),
        "sc_orient": ("i1", int(header.forward)),
        "sc_orient_time": ("f8", header.start),
    }
    for name, (dtype, value) in values.items():
        group.create_dataset(name, data=np.array([value], dtype), chunks=(16,), maxshape=(None,))
    orientation = group["sc_orient"].attrs
    orientation["flag_values"] = np.array([0, 1, 2], "i1")
    orientation.update(
        _texts(flag_meanings="backward forward transition", long_name="Spacecraft Orientation")
    )


def _write_beam(group: h5py.Group, name: str, forward: bool, columns: Columns | None) -> None:
    """One beam; its attributes say whether it is strong."""
    strong = name.endswith("r") == forward
    orientation = "Forward" if forward else "Backward"
    group.attrs.update(_texts(groundtrack_id=name, sc_orientation=orientation))
    group.attrs.update(_texts(atlas_beam_type="strong" if strong else "weak"))
    if columns is None:
        return
    _write_segments(group.create_group("land_ice_segments"), columns)
    _write_histogram(group.create_group("residual_histogram"), columns)
    _write_selection(group.create_group("segment_quality"), columns)


def _create(group: h5py.Group, name: str, data: NDArray[Any], fill: float | None = None) -> h5py.Dataset:
    """A column as the product stores it: chunks of 10,000, deflate 6, shuffled only when of integers."""
    return group.create_dataset(
        name,
        data=data,
        chunks=(_CHUNK, *data.shape[1:]),
        maxshape=(None, *data.shape[1:]),
        compression="gzip",
        compression_opts=6,
        shuffle=data.dtype.kind in "iu",
        fillvalue=fill,
    )


def _write_segments(group: h5py.Group, columns: Columns) -> None:
    """`land_ice_segments` with its subgroups; `delta_time` is the dimension scale of all."""
    time = _create(group, "delta_time", columns["delta_time"])
    time.attrs.update(
        _texts(units="seconds since 2018-01-01", long_name="Elapsed GPS seconds", standard_name="time")
    )
    time.make_scale("delta_time")
    for column in COLUMNS:
        values = columns.get(column.path)
        if values is None:
            values = np.full(time.shape, column.constant, column.dtype)
        dataset = _create(group, column.path, values.astype(column.dtype), column.fill)
        if column.fill is not None:
            dataset.attrs["_FillValue"] = np.array([column.fill], column.dtype)
        prefix = "../" if "/" in column.path else ""
        places = " ".join(f"{prefix}{name}" for name in ("delta_time", "latitude", "longitude"))
        dataset.attrs.update(_texts(units=column.units, long_name=column.long_name, coordinates=places))
        dataset.dims[0].attach_scale(time)


def _write_histogram(group: h5py.Group, columns: Columns) -> None:
    """Residual histograms: laid out as in the product, but never counted, so no chunk of them exists."""
    rows = max(1, columns["delta_time"].size // 10)
    _create(group, "delta_time", columns["delta_time"][:rows])
    group.create_dataset("bin_top_h", data=np.arange(_HISTOGRAM_BINS, dtype="f4") - 49)
    group.create_dataset(
        "count",
        shape=(rows, _HISTOGRAM_BINS),
        dtype="i4",
        chunks=(_CHUNK, _HISTOGRAM_BINS),
        maxshape=(None, _HISTOGRAM_BINS),
        compression="gzip",
        compression_opts=6,
        shuffle=True,
        fillvalue=INTEGER_FILL,
    )


def _write_selection(group: h5py.Group, columns: Columns) -> None:
    """`segment_quality`: how the surface was found at each reference point."""
    time = columns["delta_time"]
    _create(group, "delta_time", time)
    _create(group, "record_number", np.arange(1, time.size + 1, dtype="i4"))
    _create(group, "reference_pt_lat", columns["latitude"])
    _create(group, "reference_pt_lon", columns["longitude"])
    _create(group, "segment_id", columns["segment_id"])
    _create(group, "signal_selection_source", columns["fit_statistics/signal_selection_source"])
