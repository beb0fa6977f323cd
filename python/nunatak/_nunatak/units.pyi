"""Units, and what a model variable says of itself."""

def parse_unit(name: str) -> tuple[str, float] | None:
    """What a unit measures (``length``, ``angle``, ``time``) and its size in metres, degrees or seconds.

    None for any other name.
    """

def height_unit(name: str, units: str) -> float:
    """Metres in the unit of a model's heights; an ArgumentError for a unit that is no length."""

def surface_doubt(name: str, standard_name: str) -> str | None:
    """A sentence on a model variable that is something else than a surface elevation."""
