"""Small ATL11 granules in the layout of the releases, for tests.

Group, field, dimensions and type of each variable are those of the product's own table of output fields
(ATL11_output_attrs.csv of its code, release 007).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

NAME = "ATL11_051911_0306_006_01.h5"
FILL = {"f": np.finfo(np.float32).max, "i": np.iinfo(np.int32).max}
_CYCLE_SECONDS = 91 * 86_400.0


def pair_columns(
    points: int = 6, cycles: Sequence[int] = (3, 4, 5, 6), first: int = 1000, **changes: Any
) -> dict[str, Any]:
    """Variables of one pair by path below ``pt1`` to ``pt3``; None leaves one out."""
    point, cycle = np.arange(points), np.array(cycles)
    table = np.zeros((points, cycle.size), "f4")
    height = 2000.0 + 0.5 * point[:, None] + 0.1 * cycle[None, :]
    columns: dict[str, Any] = {
        "cycle_number": cycle.astype("i1"),
        "ref_pt": (first + 3 * point).astype("i4"),
        "latitude": -79.0 - 5e-4 * point,
        "longitude": 150.0 + 1e-3 * point,
        "delta_time": 45e6 + _CYCLE_SECONDS * (cycle[None, :] - 3) + 0.01 * point[:, None],
        "h_corr": height.astype("f4"),
        "h_corr_sigma": table + np.float32(0.02),
        "h_corr_sigma_systematic": (table + 0.05 + 0.01 * cycle).astype("f4"),
        "quality_summary": np.zeros((points, cycle.size), "i1"),
        "ref_surf/at_slope": (0.001 * point).astype("f4"),
        "ref_surf/xt_slope": (-0.002 * point).astype("f4"),
        "ref_surf/e_slope": (0.003 * point).astype("f4"),
        "ref_surf/n_slope": (-0.004 * point).astype("f4"),
        "ref_surf/x_atc": 2.0e7 + 60.0 * point,
        "ref_surf/dem_h": (1999.0 + 0.5 * point).astype("f4"),
        "ref_surf/geoid_h": np.full(points, -50.0, "f4"),
        "ref_surf/geoid_free2mean": np.full(points, -0.115, "f4"),
        "ref_surf/fit_quality": np.zeros(points, "i1"),
        "cycle_stats/cycle_number": cycle.astype("i1"),
        "cycle_stats/tide_ocean": table + np.float32(0.4),
        "cycle_stats/dac": table - np.float32(0.1),
        "cycle_stats/sigma_geo_h": table + np.float32(0.05),
        "cycle_stats/sigma_geo_at": table + np.float32(5.0),
        "cycle_stats/sigma_geo_xt": table + np.float32(5.0),
    }
    return {**columns, **changes}


def crossing_columns(
    ref_pt: Sequence[int] = (1003, 1009), rgt: int = 700, cycle: int = 4, **changes: Any
) -> dict[str, Any]:
    """Variables of ``crossing_track_data`` by name; None leaves one out."""
    count = len(ref_pt)
    number = np.arange(count)
    columns: dict[str, Any] = {
        "ref_pt": np.array(ref_pt, "i4"),
        "rgt": np.full(count, rgt, "i4"),
        "cycle_number": np.full(count, cycle, "i1"),
        "spot": (1 + number % 6).astype("i1"),
        "beam_pair": (1 + number % 3).astype("i1"),
        "segment_id": (500_000 + number).astype("i4"),
        "latitude": -79.0005 - 1e-3 * number,
        "longitude": 150.001 + 2e-3 * number,
        "delta_time": 45e6 + _CYCLE_SECONDS * (cycle - 3) + 86_400.0 * (3 + number),
        "h_corr": (2001.0 + number).astype("f4"),
        "h_corr_sigma": np.full(count, 0.03, "f4"),
        "h_corr_sigma_systematic": np.full(count, 0.06, "f4"),
        "tide_ocean": np.full(count, 0.2, "f4"),
        "dac": np.full(count, -0.05, "f4"),
        "atl06_quality_summary": np.zeros(count, "i1"),
        "along_track_rss": (0.5 + number).astype("f4"),
    }
    return {**columns, **changes}


def write_granule(
    path: Path,
    pairs: Mapping[str, Mapping[str, Any]],
    crossings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    rgt: int | None = 519,
    release: int | None = 6,
) -> Path:
    """Write a granule of pairs ``pt1`` to ``pt3``, with crossovers of some."""
    with h5py.File(path, "w") as file:
        file.attrs["short_name"] = np.bytes_(b"ATL11")
        file["ancillary_data/atlas_sdp_gps_epoch"] = np.array([1198800018.0])
        if release is not None:
            file["ancillary_data/release"] = np.array([f"{release:03d}".encode()])
        for name, columns in pairs.items():
            group = file.create_group(name)
            if rgt is not None:
                group.attrs["ReferenceGroundTrack"] = float(rgt)
            _write(group, columns)
        for name, columns in (crossings or {}).items():
            _write(file.require_group(f"{name}/crossing_track_data"), columns)
    return path


def _write(group: h5py.Group, columns: Mapping[str, Any]) -> None:
    for name, values in columns.items():
        if values is None:
            continue
        array = np.asarray(values)
        fill = np.iinfo(array.dtype).max if array.dtype.kind == "i" else array.dtype.type(FILL["f"])
        if array.dtype.kind == "f":
            array = np.where(np.isnan(array), fill, array).astype(array.dtype)
        chunks = (min(max(array.shape[0], 1), 10_000), *array.shape[1:])
        variable = group.create_dataset(name, data=array, chunks=chunks, compression="gzip")
        variable.attrs["_FillValue"] = fill
