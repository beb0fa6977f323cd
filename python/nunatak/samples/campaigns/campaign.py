"""A campaign: a region of ice, the overpasses that cross it, and what they measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
import pandas as pd
import xarray as xr

from .geolocation import GeolocationErrors, draw_errors
from .map_region import MapRegion
from .measurement import Instrument, measure
from .noise import Faults, Noise
from .overpasses import Overpass, plan_overpasses
from .terrain import Terrain, draw_terrain

__all__ = ["Campaign", "campaign"]


@dataclass(frozen=True)
class Campaign:
    """What was measured of a known surface.

    Attributes
    ----------
    table
        One row per segment, in the order of the flight of each beam, with the columns of
        :class:`nunatak.Points`; ``nk.open_points`` and ``nk.aggregate`` take it. `x` and `y` are not among
        them: an estimate has longitude and latitude alone, as it has of a granule.
    grid
        The cells, for ``nk.aggregate``.
    truth
        On the cells (y, x): ``height``, the exact mean of the surface (m); ``slope_x``, ``slope_y``, its mean
        slopes along the axes of the map (1).
    errors
        The vectors that were drawn (m): columns rgt, cycle, pair, radial, along, across; pair 0 is what the
        beams of an overpass share, 1 to 3 what a pair has besides.
    common_error
        What is added to all heights (m).
    terrain
        The surface itself, a function of metres from the lower left corner of the region.
    """

    table: pd.DataFrame
    grid: xr.Dataset
    truth: xr.Dataset
    errors: pd.DataFrame
    common_error: float
    terrain: Terrain


def campaign(
    surface: str = "fractal",
    *,
    slope: float = 0.0,
    slope_direction: float | None = None,
    overpasses: int = 3,
    cycles: int | None = None,
    seed: int = 0,
    cells: int = 32,
    spacing: float = 8_000.0,
    posting: float = 20.0,
    geolocation: GeolocationErrors | None = None,
    noise: Noise | None = None,
    faults: Faults | None = None,
) -> Campaign:
    """Draw a surface and measure it.

    Surface, tracks, vectors of error, noise and faults have random streams of their own: with the same seed,
    another instrument measures the same surface from the same tracks.

    Parameters
    ----------
    surface
        One of `SURFACES`.
    slope, slope_direction
        Mean slope (1), and where it rises to in degrees from x towards y; None draws the direction.
    overpasses
        Overpasses that cross a typical cell, a multiple of `cycles`.
    cycles
        Repeats of each track among them; None takes a third of the overpasses, one at least.
    seed
        Of all that is drawn.
    cells, spacing
        Number of cells along the side of the region, and their side (m).
    posting
        Distance between segments (m): 20 as in the product, or more to save time.
    geolocation, noise, faults
        Sizes of the errors, and shares of what goes wrong. Defaults: 6.5 m horizontal and 0.03 m radial for
        each overpass; the product's typical noise; a fifth of the segments behind clouds.

    Returns
    -------
    Campaign
        Table of segments, grid, truth on its cells, and the errors.

    Raises
    ------
    ValueError
        For a surface that is none of `SURFACES`, `overpasses` that are no multiple of `cycles`, or a region
        or posting without extent.
    """
    repeats = max(1, overpasses // 3) if cycles is None else cycles
    if repeats < 1 or overpasses < repeats or overpasses % repeats:
        raise ValueError(f"overpasses={overpasses}: expected a multiple of cycles, {repeats}")
    if cells < 1 or spacing <= 0 or posting <= 0:
        raise ValueError(f"cells={cells}, spacing={spacing}, posting={posting}: expected more than 0")
    region = MapRegion(cells, spacing)
    surface_stream, track_stream, error_stream, common_stream, noise_stream = (
        np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(5)
    )
    direction = surface_stream.uniform(0, 2 * pi) if slope_direction is None else np.radians(slope_direction)
    plane = slope * cos(direction), slope * sin(direction)
    terrain = draw_terrain(surface, surface_stream, cells, spacing, plane)
    flights = plan_overpasses(track_stream, terrain.extent, spacing, overpasses, repeats)
    sigmas = geolocation or GeolocationErrors()
    errors = draw_errors(error_stream, flights, sigmas)
    common = float(sigmas.common * common_stream.standard_normal())
    instrument = Instrument(posting, sigmas, noise or Noise(), faults or Faults(), common)
    table = _measured(noise_stream, terrain, flights, errors, instrument, region)
    return Campaign(table, region.grid(), _truth(terrain, region), errors, common, terrain)


def _measured(
    stream: np.random.Generator,
    terrain: Terrain,
    flights: list[Overpass],
    errors: pd.DataFrame,
    instrument: Instrument,
    region: MapRegion,
) -> pd.DataFrame:
    """All segments, with longitude and latitude in the place of x and y."""
    parts = []
    vectors = errors[["radial", "along", "across"]].to_numpy().reshape(len(flights), 4, 3)
    for flight, own in zip(flights, vectors, strict=True):
        columns = measure(stream, terrain, flight, own, instrument)
        if columns is not None:
            parts.append(columns)
    names = list(parts[0]) if parts else []
    table = {name: np.concatenate([part.pop(name) for part in parts]) for name in names}
    if table:
        place = region.longitude_latitude(table.pop("x"), table.pop("y"))
        table = {"longitude": place[0], "latitude": place[1], **table}
    return pd.DataFrame(table, copy=False)


def _truth(terrain: Terrain, region: MapRegion) -> xr.Dataset:
    """Exact means over the cells."""
    slope_x, slope_y = terrain.cell_slopes()
    grid = region.grid()
    height = {
        "units": "m",
        "long_name": "mean height of the surface over the cell",
        "cell_methods": "area: mean",
    }
    fields = {
        "height": (("y", "x"), terrain.cell_means(), height),
        "slope_x": (("y", "x"), slope_x, {"units": "1", "long_name": "mean slope along x"}),
        "slope_y": (("y", "x"), slope_y, {"units": "1", "long_name": "mean slope along y"}),
    }
    return xr.Dataset(fields, coords=grid.coords)
