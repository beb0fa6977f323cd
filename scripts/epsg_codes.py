"""Write the table of the EPSG codes that nunatak-grid accepts, from the registry that pyproj has.

Run it with pyproj: python scripts/epsg_codes.py. The table has all UTM zones, the other maps that reach
60 degrees or go round the globe, and a few that are used beside them. `python/tests/grids/test_epsg_codes.py`
compares every code of the table with PROJ.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pyproj
from pyproj.database import query_crs_info
from pyproj.enums import PJType

TABLE = Path(__file__).resolve().parent.parent / "crates/nunatak-grid/src/crs/epsg_codes.txt"
METHODS = {
    "Albers Equal Area",
    "Equal Earth",
    "Lambert Azimuthal Equal Area",
    "Lambert Azimuthal Equal Area (Spherical)",
    "Lambert Conic Conformal (2SP)",
    "Lambert Cylindrical Equal Area",
    "Lambert Cylindrical Equal Area (Spherical)",
    "Mercator (variant A)",
    "Mercator (variant B)",
    "Polar Stereographic (variant A)",
    "Polar Stereographic (variant B)",
    "Popular Visualisation Pseudo Mercator",
}
"""Methods of the maps that are taken because of where they are."""
USUAL = (3031, 3413, *range(32601, 32661), *range(32701, 32761), *range(25828, 25839), *range(26901, 26924))
"""Codes that stand first: a system of several codes is called by the first."""
OTHERS = (3032, 3338, 5070, 3577, 3978, 3979, 3395)
"""More codes, wherever their maps are."""
ESRI = (54008, 54009, 54030, 54034)
GEOGRAPHIC = (4326, 4979, 4258, 4269)
DROPPED = {"type", "no_defs", "units", "datum", "ellps", "a", "b", "rf", "R", "towgs84", "nadgrids", "wktext"}


def systems() -> Iterator[tuple[int, pyproj.CRS]]:
    """The codes of the table and their systems."""
    for code in GEOGRAPHIC:
        yield code, pyproj.CRS.from_epsg(code)
    for code in ESRI:
        yield code, pyproj.CRS.from_authority("ESRI", code)
    for info in query_crs_info("EPSG", [PJType.PROJECTED_CRS], allow_deprecated=True):
        code = int(info.code)
        crs = pyproj.CRS.from_epsg(code)
        if code in OTHERS or (is_plain(crs) and not info.deprecated and is_wanted(info, crs)):
            yield code, crs


def is_plain(crs: pyproj.CRS) -> bool:
    """Whether x and y are metres, and longitudes from Greenwich."""
    in_metres = all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info)
    return in_metres and crs.prime_meridian.longitude == 0.0


def is_wanted(info: pyproj.database.CRSInfo, crs: pyproj.CRS) -> bool:
    """Whether a map is a UTM zone, or reaches a polar circle, or goes round the globe."""
    method = crs.coordinate_operation.method_name
    if "UTM zone" in info.name:
        return method == "Transverse Mercator"
    area = info.area_of_use
    if area is None or not (area.north >= 60 or area.south <= -60 or area.east - area.west >= 359):
        return False
    if method == "Transverse Mercator":
        return crs.ellipsoid.name in ("WGS 84", "GRS 1980")
    # The sphere that has the area of an ellipsoid is not read here.
    return method in METHODS and "+R_A" not in crs.to_proj4()


def normal_form(crs: pyproj.CRS) -> str:
    """The PROJ string of a system as nunatak-grid writes it."""
    words = (word.lstrip("+") for word in crs.to_proj4().split())
    found = dict(word.split("=") if "=" in word else (word, "") for word in words)
    if found.get("nadgrids") == "@null":
        found = {"proj": "webmerc"}
    if "k" in found:
        found["k_0"] = found.pop("k")
    if found["proj"] == "lcc" and "lat_2" not in found:
        raise ValueError(f"{crs.name}: a cone of one parallel")
    ellipsoid = crs.ellipsoid
    a, inverse = ellipsoid.semi_major_metre, ellipsoid.inverse_flattening
    if "R" in found:
        a, inverse = float(found["R"]), 0.0
    text = f"+proj={found.pop('proj')}"
    for name, value in sorted(found.items()):
        usual = "1" if name == "k_0" else "0"
        if name in DROPPED or (value and float(value) in (0.0, float(usual))):
            continue
        text += f" +{name}" + (f"={number(float(value))}" if value else "")
    return text + (
        f" +R={number(a)}" if inverse == 0.0 else f" +a={number(a)} +rf={number(rounded(inverse))}"
    )


def rounded(inverse: float) -> float:
    """The inverse flattening as it comes out of the flattening again."""
    return 1.0 / (1.0 / inverse)


def number(value: float) -> str:
    """A number as Rust writes it."""
    return f"{value:.0f}" if value == int(value) else repr(value)


def main() -> None:
    """Write the table."""
    warnings.simplefilter("ignore")
    found = {code: normal_form(crs) for code, crs in systems()}
    usual = [code for code in USUAL if code in found]
    order = [*usual, *sorted(found.keys() - set(usual))]
    lines = ["# Made by scripts/epsg_codes.py.", *(f"{code} {found[code]}" for code in order)]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(order)} codes")


if __name__ == "__main__":
    main()
