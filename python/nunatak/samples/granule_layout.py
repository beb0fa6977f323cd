"""The columns of an ATL06 beam as the product stores them: group, type, fill value, units and name.

Taken from a complete release 003 granule; see `granule_file` for chunks and filters, which are the product's
too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FLOAT_FILL = np.float32(3.4028235e38)
DOUBLE_FILL = np.float64(1.7976931348623157e308)
INTEGER_FILL = np.int32(2147483647)
BYTE_FILL = np.int8(127)


class Column(NamedTuple):
    """One variable below `land_ice_segments`.

    `constant` is what the samples write where nothing of interest is simulated.
    """

    path: str
    dtype: str
    fill: float | None
    units: str
    long_name: str
    constant: float = 0.0


def _floats(group: str, rows: list[tuple[str, str, str, float]]) -> list[Column]:
    fill = float(FLOAT_FILL)
    return [Column(f"{group}/{name}", "f4", fill, units, title, value) for name, units, title, value in rows]


def _flags(group: str, rows: list[tuple[str, float | None, str, float]]) -> list[Column]:
    return [Column(f"{group}/{name}", "i1", fill, "1", title, value) for name, fill, title, value in rows]


COLUMNS: tuple[Column, ...] = (
    Column("atl06_quality_summary", "i1", None, "1", "ATL06_Quality_Summary"),
    Column("h_li", "f4", float(FLOAT_FILL), "meters", "Land Ice height"),
    Column("h_li_sigma", "f4", float(FLOAT_FILL), "meters", "Expected RMS segment misfit"),
    Column("latitude", "f8", None, "degrees_north", "Latitude"),
    Column("longitude", "f8", None, "degrees_east", "Longitude"),
    Column("segment_id", "i4", 0, "1", "Reference Point, m"),
    Column("sigma_geo_h", "f4", float(FLOAT_FILL), "meters", "Vertical Geolocation Error"),
    *_floats(
        "bias_correction",
        [
            ("fpb_mean_corr", "meters", "first photon bias mean correction", 0.0004),
            ("fpb_mean_corr_sigma", "meters", "fpb mean corr sigma", 0.012),
            ("fpb_med_corr", "meters", "fpb median corr", 0.0012),
            ("fpb_med_corr_sigma", "meters", "fpb median corr sigma", 0.02),
            ("fpb_n_corr", "counts", "fpb number photons corr", 220.0),
            ("med_r_fit", "meters", "mean median residual", 0.001),
            ("tx_mean_corr", "meters", "tx shape mean correction", 3.5e-05),
            ("tx_med_corr", "meters", "tx shape median correction", -0.0178),
        ],
    ),
    *_flags("dem", [("dem_flag", None, "DEM Source Flag", 4)]),
    *_floats("dem", [("dem_h", "meters", "DEM Height", 0.0), ("geoid_h", "meters", "Geoid Height", 0.0)]),
    *_floats(
        "fit_statistics",
        [
            ("dh_fit_dx", "meters/meters", "Along Track Slope", 0.0),
            ("dh_fit_dx_sigma", "meters/meters", "Sigma of Along Track Slope", 0.0005),
            ("dh_fit_dy", "meters/meters", "Across Track Slope", 0.0),
            ("h_expected_rms", "meters", "Expected RMS misfit", 0.11),
            ("h_mean", "meters", "Height Mean", 0.0),
            ("h_rms_misfit", "meters", "RMS Misfit", 0.12),
            ("h_robust_sprd", "meters", "Robust Spread", 0.11),
            ("n_seg_pulses", "counts", "Number potential segment pulses", 56.5),
            ("sigma_h_mean", "meters", "Height Error", 0.012),
            ("snr", "1", "SNR", 40.0),
            ("snr_significance", "1", "SNR Significance", 0.0),
            ("w_surface_window_final", "meters", "Surface Window Width", 3.0),
        ],
    ),
    Column("fit_statistics/n_fit_photons", "i4", int(INTEGER_FILL), "1", "Number of Photons in Fit", 220),
    *_flags(
        "fit_statistics",
        [
            ("signal_selection_source", None, "Signal Selection Source", 0),
            ("signal_selection_source_status", None, "Signal Selection Source Status", 0),
        ],
    ),
    *_floats(
        "geophysical",
        [
            ("bckgrd", "hz", "Background count rate", 1.7e6),
            ("bsnow_h", "meters", "Blowing Snow Layer Top Height", float(FLOAT_FILL)),
            ("bsnow_od", "1", "Blowing snow OD", float(FLOAT_FILL)),
            ("dac", "meters", "Dynamic Atmosphere Correction", 0.0),
            ("e_bckgrd", "hz", "Expected background count rate", 6.0e5),
            ("neutat_delay_total", "meters", "Total Neutral Atmospheric Delay", 1.6),
            ("r_eff", "1", "Effective uncorrected reflectance", 0.9),
            ("solar_azimuth", "degrees_east", "solar azimuth", 120.0),
            ("solar_elevation", "degrees", "solar elevation", 15.0),
            ("tide_earth", "meters", "Earth Tide", -0.06),
            ("tide_equilibrium", "meters", "Equilibrium Tide", float(FLOAT_FILL)),
            ("tide_load", "meters", "Load Tide", -0.005),
            ("tide_ocean", "meters", "Ocean Tide", 0.0),
            ("tide_pole", "meters", "Solid Earth Pole Tide", 0.0003),
        ],
    ),
    *_flags(
        "geophysical",
        [
            ("bsnow_conf", 127, "Blowing Snow confidence", 127),
            ("cloud_flg_asr", 127, "Cloud Flag ASR", 1),
            ("cloud_flg_atm", 127, "Cloud Flag ATM", 0),
            ("layer_flag", 127, "Consolidated cloud flag", 0),
            ("msw_flag", 127, "Multiple Scattering Warning Flag", 0),
        ],
    ),
    *_floats(
        "ground_track",
        [
            ("ref_azimuth", "radians", "Azimuth", -1.2),
            ("ref_coelv", "radians", "Co-elevation", 0.25),
            ("seg_azimuth", "degrees", "Segment Azimuth", 0.0),
            ("sigma_geo_at", "meters", "Along Track Geolocation Error", 0.0),
            ("sigma_geo_r", "meters", "Radial Orbit Error", 0.0),
            ("sigma_geo_xt", "meters", "Across Track Geolocation Error", 0.0),
            ("y_atc", "meters", "Y Along Track", 0.0),
        ],
    ),
    Column("ground_track/x_atc", "f8", float(DOUBLE_FILL), "meters", "X Along Track"),
)
"""Every variable of a beam but `delta_time`, which is the dimension scale."""

ANCILLARY: dict[str, tuple[str, float]] = {
    "atlas_sdp_gps_epoch": ("f8", 1198800018.0),
    "land_ice/dt_hist": ("f8", 2.5e-11),
    "land_ice/fit_maxiter": ("i4", 25),
    "land_ice/fpb_maxiter": ("i4", 20),
    "land_ice/max_res_ids": ("i4", 10),
    "land_ice/maxiter": ("i4", 50),
    "land_ice/min_dist": ("f4", 17.0),
    "land_ice/min_gain_th": ("f4", 0.0),
    "land_ice/min_n_pe": ("i4", 10),
    "land_ice/min_n_sel": ("i4", 10),
    "land_ice/min_signal_conf": ("i4", 2),
    "land_ice/n_hist": ("i4", 5000),
    "land_ice/n_sigmas": ("f4", 6.0),
    "land_ice/nhist_bins": ("i4", 1000),
    "land_ice/proc_interval": ("i4", 10000),
    "land_ice/qs_lim_bsc": ("i4", 3),
    "land_ice/qs_lim_hrs": ("f4", 1.0),
    "land_ice/qs_lim_hsigma": ("f4", 1.0),
    "land_ice/qs_lim_msw": ("i4", 3),
    "land_ice/qs_lim_snr": ("f4", 0.002),
    "land_ice/qs_lim_sss": ("i4", 1),
    "land_ice/rbin_width": ("f4", 0.01),
    "land_ice/sigma_beam": ("f4", 4.25),
    "land_ice/sigma_tx": ("f4", 6.8e-10),
    "land_ice/t_dead": ("f8", 3.2e-09),
}
"""Constants of `ancillary_data`: type and value."""
