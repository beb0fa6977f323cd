"""Small ATL06 granules in the product's layout, for tests: every part can be left out or filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

FILL = np.float32(3.4028235e38)
NAME = "ATL06_20200102030405_01230511_006_01.h5"
BEAMS = ("gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r")


def beam_columns(count: int = 5, **changes: Any) -> dict[str, np.ndarray | None]:
    """Variables of one beam by path below ``land_ice_segments``; None leaves one out.

    As releases 002 and 003 have them; :func:`newer_columns` as those from 004 on.
    """
    index = np.arange(count)
    flat = np.zeros(count, "f4")
    columns: dict[str, Any] = {
        "latitude": -75.0 + 2e-4 * index,
        "longitude": -107.0 + 1e-4 * index,
        "delta_time": 63_000_000.0 + 0.003 * index,
        "segment_id": (1000 + index).astype("i4"),
        "h_li": (100 + index).astype("f4"),
        "h_li_sigma": flat + np.float32(0.02),
        "sigma_geo_h": flat + np.float32(0.4),
        "atl06_quality_summary": np.zeros(count, "i1"),
        "dem/dem_h": (99.5 + index).astype("f4"),
        "dem/geoid_h": flat - np.float32(30.0),
        "fit_statistics/dh_fit_dx": flat + np.float32(0.01),
        "fit_statistics/dh_fit_dy": flat + np.float32(0.02),
        "fit_statistics/h_robust_sprd": flat + np.float32(0.1),
        "geophysical/tide_ocean": flat + np.float32(0.5),
        "geophysical/dac": flat - np.float32(0.1),
        "ground_track/x_atc": 2.0e7 + 20.0 * index,
        "ground_track/sigma_geo_at": flat + np.float32(20.0),
        "ground_track/sigma_geo_xt": flat + np.float32(20.0),
        "ground_track/sigma_geo_r": flat + np.float32(0.3),
    }
    return _changed(columns, changes)


def _changed(columns: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with others under names without their group."""
    for name, value in changes.items():
        columns[next(path for path in columns if path.split("/")[-1] == name)] = value
    return columns


def newer_columns(count: int = 5, release: int = 6, **changes: Any) -> dict[str, np.ndarray | None]:
    """Variables of one beam as releases 004 to 007 have them.

    From 004 on ``dem/geoid_h`` is tide-free and ``dem/geoid_free2mean`` turns it into mean-tide;
    from 006 on ``sigma_geo_r`` varies and the horizontal errors are 5 m.
    """
    index = np.arange(count)
    flat = np.zeros(count, "f4")
    columns = beam_columns(count)
    columns["dem/geoid_free2mean"] = flat - np.float32(0.11)
    columns["dem/dem_flag"] = np.ones(count, "i1")
    columns["geophysical/tide_earth"] = flat + np.float32(0.03)
    columns["geophysical/tide_earth_free2mean"] = flat - np.float32(0.06)
    columns["geophysical/tide_equilibrium"] = flat + np.float32(0.01)
    columns["geophysical/layer_flag"] = np.zeros(count, "i1")
    columns["geophysical/msw_flag"] = np.zeros(count, "i1")
    columns["geophysical/cloud_flg_atm"] = (index % 4).astype("i1")
    columns["fit_statistics/n_fit_photons"] = (10 + index).astype("i4")
    columns["fit_statistics/w_surface_window_final"] = flat + np.float32(3.0)
    if release >= 6:
        columns["ground_track/sigma_geo_r"] = (0.03 + 0.001 * index).astype("f4")
        columns["ground_track/sigma_geo_at"] = flat + np.float32(5.0)
        columns["ground_track/sigma_geo_xt"] = flat + np.float32(5.0)
    return _changed(columns, changes)


def write_granule(
    path: Path,
    beams: Mapping[str, Mapping[str, Any] | None],
    *,
    orientation: int | None = 1,
    rgt: int | None = 123,
    scalar_fill: bool = False,
    release: int | None = 6,
    epoch: float | None = 1198800018.0,
    chunk: int = 10_000,
) -> Path:
    """Write a granule; a beam of None has a group without ``land_ice_segments``."""
    with h5py.File(path, "w") as file:
        file.attrs["short_name"] = np.bytes_(b"ATL06")
        if epoch is not None:
            file["ancillary_data/atlas_sdp_gps_epoch"] = np.array([epoch])
        if release is not None:
            file["ancillary_data/release"] = np.array([f"{release:03d}".encode()])
        if rgt is not None:
            file["orbit_info/rgt"] = np.array([rgt], "i2")
            file["orbit_info/cycle_number"] = np.array([5], "i1")
        if orientation is not None:
            file["orbit_info/sc_orient"] = np.array([orientation], "i1")
        for name, columns in beams.items():
            group = file.create_group(name)
            if columns is not None:
                _write_columns(group.create_group("land_ice_segments"), columns, scalar_fill, chunk)
    return path


def _write_columns(group: h5py.Group, columns: Mapping[str, Any], scalar_fill: bool, chunk: int) -> None:
    for name, values in columns.items():
        if values is None:
            continue
        variable = group.create_dataset(
            name, data=values, chunks=(chunk,), maxshape=(None,), compression="gzip", compression_opts=6
        )
        if variable.dtype == np.float32:
            variable.attrs["_FillValue"] = FILL if scalar_fill else np.array([FILL])


def all_beams(count: int = 5, only: Sequence[str] = BEAMS) -> dict[str, dict[str, Any]]:
    """The same columns for several beams."""
    return {name: beam_columns(count) for name in only}
