"""Campaigns of altimetry over surfaces of many kinds, drawn so that the answer is known.

A campaign is a square of ice on the map of EPSG:3031, the overpasses that cross it, and what they measured.
It is written from the physics: a surface on a fine raster, straight tracks with three beam pairs, a vector of
geolocation error for each overpass, noise, clouds. No estimate of Nunatak's shares code with it.
"""

from __future__ import annotations

from .campaign import Campaign, campaign
from .geolocation import GeolocationErrors
from .noise import Faults, Noise
from .surfaces import SURFACES

__all__ = ["SURFACES", "Campaign", "Faults", "GeolocationErrors", "Noise", "campaign"]
