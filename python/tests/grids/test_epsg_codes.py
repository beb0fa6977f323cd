"""Every EPSG code that is accepted, against PROJ: its places, and each form in which files have it."""

import contextlib
import warnings
from pathlib import Path

import numpy as np
import pyproj
import pytest

from nunatak._nunatak import Crs
from nunatak.errors import GridError

TABLE = Path(__file__).resolve().parents[3] / "crates/nunatak-grid/src/crs/epsg_codes.txt"
CODES = [int(line.split()[0]) for line in TABLE.read_text().splitlines() if line[0] != "#"]
ESRI = range(54000, 54100)
MAPS = [code for code in CODES if code not in (4326, 4979, 4258, 4269)]
POLAR = [3031, 3413, 3411, 3412, 3976, *range(5936, 5941), *range(6931, 6934), *range(3178, 3190), 3057, 6393]
POLAR += [*range(32601, 32661), *range(32701, 32761), 5041, 5042, 32661, 32761]


def registered(code: int) -> pyproj.CRS:
    authority = "ESRI" if code in ESRI else "EPSG"
    return pyproj.CRS.from_authority(authority, code)


def places(crs: pyproj.CRS, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A hundred places in the area for which a system is made."""
    area = crs.area_of_use
    west, south, east, north = (-179, -85, 179, 85) if area is None else area.bounds
    east = east if east > west else east + 360
    longitude = random.uniform(west, east, 100)
    return (longitude + 180) % 360 - 180, np.clip(random.uniform(south, north, 100), -89.9, 89.9)


def forms(crs: pyproj.CRS) -> dict[str, str]:
    """A system as WKT 1, WKT 2 and a PROJ string."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {"WKT2": crs.to_wkt(), "PROJ": crs.to_proj4()}
    with contextlib.suppress(pyproj.exceptions.CRSError):  # WKT 1 has not every projection
        found["WKT1"] = crs.to_wkt("WKT1_GDAL")
    return found


def test_the_table_has_the_codes_of_the_poles():
    assert set(POLAR) <= set(CODES)
    assert len(CODES) == len(set(CODES)) > 1500


@pytest.mark.parametrize("part", range(8))
def test_every_code_is_where_proj_has_it(part: int):
    random = np.random.default_rng(part)
    far = {}
    for code in MAPS[part::8]:
        crs = registered(code)
        longitude, latitude = places(crs, random)
        x, y = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(
            longitude, latitude
        )
        own = Crs.parse(str(code))
        found_x, found_y = own.forward(longitude, latitude)
        back = np.array(own.inverse(found_x, found_y))
        turn = (back[0] - longitude + 180) % 360 - 180
        ground = 1.113e5 * np.hypot(turn * np.cos(np.radians(latitude)), back[1] - latitude)
        off = max(np.hypot(found_x - x, found_y - y).max(), ground.max())
        if not off < 1e-3:
            far[code] = off
    assert not far, far


@pytest.mark.parametrize("part", range(8))
def test_every_form_of_a_code_is_the_same_system(part: int):
    other = {}
    for code in MAPS[part::8]:
        crs, own = registered(code), Crs.parse(str(code))
        found = {name: Crs.parse(text) for name, text in forms(crs).items()}
        attributes = [
            (name, value) for name, value in crs.to_cf().items() if isinstance(value, str | float | tuple)
        ]
        attributes = [
            (name, list(value) if isinstance(value, tuple) else value) for name, value in attributes
        ]
        found["CF"] = Crs.from_grid_mapping("crs", attributes)[0]
        if crs.to_cf().get("grid_mapping_name", "unknown") != "unknown":
            alone = [(name, value) for name, value in attributes if name != "crs_wkt"]
            found["CF without WKT"] = Crs.from_grid_mapping("crs", alone)[0]
        differing = [name for name, system in found.items() if system != own]
        if differing:
            other[code] = differing
    assert not other, other


@pytest.mark.parametrize("code", [26924, 26929, 26955, 2232, 5941, 5942, 32600, 32662, 25900, 1, 99999])
def test_a_code_beside_those_of_the_table_is_refused(code: int):
    with pytest.raises(GridError, match=f"EPSG:{code}"):
        Crs.parse(f"EPSG:{code}")


def test_a_code_keeps_its_name_where_several_are_one_map():
    assert (Crs.parse("EPSG:3178").name, Crs.parse("EPSG:26918").name) == ("EPSG:3178", "EPSG:26918")
    assert Crs.parse("EPSG:3178") == Crs.parse("EPSG:26918") == Crs.parse("+proj=utm +zone=18 +ellps=GRS80")
