"""Maps of every projection: PROJ's coordinates and scales, in every spelling of a system."""

from __future__ import annotations

import warnings

import numpy as np
import pyproj
import pytest

from nunatak._nunatak import Crs
from nunatak.errors import GridError


@pytest.mark.parametrize(
    "code", [6931, 6932, 3035, 32633, 32721, 3995, 3976, 3412, 5042, 54009, 6933, 3034, 5070]
)
def test_projections_are_projs(code: int) -> None:
    authority = "ESRI" if code == 54009 else "EPSG"
    known = pyproj.CRS.from_authority(authority, code)
    area = known.area_of_use
    assert area is not None
    random = np.random.default_rng(code)
    # In the middle of where the projection is used.
    middle, reach = 0.5 * (area.south + area.north), 0.4 * (area.north - area.south)
    latitude = random.uniform(middle - reach, middle + reach, 2000)
    width = 0.4 * ((area.east - area.west) % 360 or 360.0)
    centre = area.west + 0.5 * ((area.east - area.west) % 360 or 360.0)
    longitude = (random.uniform(centre - width, centre + width, 2000) + 180) % 360 - 180
    reference = pyproj.Transformer.from_crs(known.geodetic_crs, known, always_xy=True)
    x, y = reference.transform(longitude, latitude)
    crs = Crs.parse(f"EPSG:{code}")
    np.testing.assert_allclose(crs.forward(longitude, latitude), (x, y), rtol=0, atol=1e-3)
    back = crs.inverse(np.asarray(x), np.asarray(y))
    np.testing.assert_allclose(back[1], latitude, rtol=0, atol=1e-8)
    np.testing.assert_allclose((back[0] - longitude + 180) % 360 - 180, 0, rtol=0, atol=1e-8)
    if code == 54009:
        # A map of the sphere, which PROJ's scales are those of.
        return
    factors = pyproj.Proj(known).get_factors(longitude[:50], latitude[:50])
    np.testing.assert_allclose(
        crs.area_factor(np.ascontiguousarray(x[:50]), np.ascontiguousarray(y[:50])) * factors.areal_scale,
        1.0,
        rtol=1e-6,
    )


@pytest.mark.parametrize("code", [6931, 3035, 32633, 3995, 6933, 3034, 5070, 54009])
def test_systems_are_understood_in_every_spelling(code: int) -> None:
    authority = "ESRI" if code == 54009 else "EPSG"
    known, crs = pyproj.CRS.from_authority(authority, code), Crs.parse(f"EPSG:{code}")
    assert Crs.parse(known.to_wkt("WKT2_2019")) == crs
    assert Crs.parse(known.to_wkt("WKT1_GDAL")) == crs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert Crs.parse(known.to_proj4()).name.replace("_", "") is not None
    own = list(crs.grid_mapping().items())
    plain = [(name, value) for name, value in own if name not in ("spatial_ref", "proj4", "crs_wkt")]
    if any(name == "grid_mapping_name" for name, _ in plain):
        again = Crs.from_grid_mapping("crs", plain)[0]
        places = [np.array([known.area_of_use.west + 5.0]), np.array([0.5 * (known.area_of_use.south + 80)])]
        np.testing.assert_allclose(again.forward(*places), crs.forward(*places), atol=1e-6)


def test_well_known_text_without_a_code_is_read() -> None:
    text = pyproj.CRS.from_proj4("+proj=laea +lat_0=-80 +lon_0=30 +x_0=1000 +ellps=GRS80").to_wkt()
    crs = Crs.parse(text)
    expected = pyproj.Proj("+proj=laea +lat_0=-80 +lon_0=30 +x_0=1000 +ellps=GRS80")(20.0, -75.0)
    np.testing.assert_allclose(
        np.ravel(crs.forward(np.array([20.0]), np.array([-75.0]))), expected, atol=1e-6
    )
    for bad in (
        "+proj=utm +zone=33 +units=us-ft",
        "+proj=nonsense",
        'PROJCS["x",UNIT["metre",1]]',
        "+lat_0=3",
    ):
        with pytest.raises(GridError, match="unknown coordinate reference system"):
            Crs.parse(bad)
