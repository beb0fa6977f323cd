"""Facts of ISMIP6 and ISMIP7."""

def ismip_domains() -> list[tuple[str, int, tuple[float, float, float, float]]]:
    """Ice sheets of the ISMIP grids: name, EPSG code, and (west, south, east, north) of corner nodes (m)."""
