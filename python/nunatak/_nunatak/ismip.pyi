"""Facts of ISMIP6 and ISMIP7."""

def ismip_domains() -> list[tuple[str, int, tuple[float, float, float, float]]]:
    """Ice sheets of the ISMIP grids: name, EPSG code, and (west, south, east, north) of corner nodes (m)."""

def model_densities(sheet: str, institution: str, model: str) -> tuple[float, float] | None:
    """Densities (kg m-3) of ice and sea water in a model of ``AIS`` or ``GrIS``; None where not known."""

def control_names(experiment: str) -> list[str]:
    """Names of the control run of an experiment, the likeliest first; none for what is no projection."""
