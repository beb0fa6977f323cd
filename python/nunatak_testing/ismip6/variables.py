"""The ISMIP6 variables that the generator can write, with plausible ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["state", "flux"]
Family = Literal["thickness", "surface", "base", "bed", "fraction", "field", "scalar"]


@dataclass(frozen=True)
class Ismip6Variable:
    """One row of the data request.

    Attributes
    ----------
    name, standard_name, units
        As the data request has them.
    kind
        ``state`` (end of the year) or ``flux`` (mean of the year).
    family
        How its values are made; ``scalar`` has no place.
    low, high
        Range of the values, in `units`.
    quantum
        A power of two of which every value is a multiple, so that sums are exact in single precision.
    fill_outside
        Missing outside the ice; otherwise 0 there.
    """

    name: str
    standard_name: str
    units: str
    kind: Kind
    family: Family
    low: float
    high: float
    quantum: float
    fill_outside: bool

    @property
    def is_scalar(self) -> bool:
        """Whether it is a series without a place."""
        return self.family == "scalar"


def _row(
    name: str, standard_name: str, units: str, kind: Kind, family: Family, low: float, high: float, power: int
) -> Ismip6Variable:
    fill_outside = family in ("surface", "base") or (family == "field" and kind == "state")
    return Ismip6Variable(name, standard_name, units, kind, family, low, high, 2.0**power, fill_outside)


def _velocity(level: str, place: str) -> list[Ismip6Variable]:
    names = {"x": "x", "y": "y"} | ({} if level == "mean" else {"z": "upward"})
    return [
        _row(
            f"{axis}vel{level}",
            f"land_ice_{place}_{word}_velocity",
            "m s-1",
            "state",
            "field",
            -1e-5,
            1e-4,
            -25,
        )
        for axis, word in names.items()
    ]


_SURFACE_BALANCE = "land_ice_surface_specific_mass_balance_flux"
_BASAL_BALANCE = "land_ice_basal_specific_mass_balance_flux"
_FLUX = "kg m-2 s-1"

FIELDS: tuple[Ismip6Variable, ...] = (
    _row("lithk", "land_ice_thickness", "m", "state", "thickness", 200.0, 3600.0, -3),
    _row("orog", "surface_altitude", "m", "state", "surface", 20.0, 4000.0, -3),
    _row("base", "base_altitude", "m", "state", "base", -1500.0, 800.0, -3),
    _row("topg", "bedrock_altitude", "m", "state", "bed", -1500.0, 800.0, -3),
    _row("sftgif", "land_ice_area_fraction", "1", "state", "fraction", 0.5, 1.0, -12),
    _row("sftgrf", "grounded_ice_sheet_area_fraction", "1", "state", "fraction", 0.0, 1.0, -12),
    _row("sftflf", "floating_ice_shelf_area_fraction", "1", "state", "fraction", 0.0, 1.0, -12),
    _row("acabf", _SURFACE_BALANCE, _FLUX, "flux", "field", 1e-6, 4e-5, -27),
    _row("libmassbffl", _BASAL_BALANCE, _FLUX, "flux", "field", -4e-4, -1e-5, -23),
    _row("libmassbfgr", _BASAL_BALANCE, _FLUX, "flux", "field", -2e-6, -1e-7, -31),
    *_velocity("mean", "vertical_mean"),
    _row("strbasemag", "land_ice_basal_drag", "Pa", "state", "field", 1e3, 1.5e5, 4),
    _row("dlithkdt", "tendency_of_land_ice_thickness", "m s-1", "flux", "field", -3e-8, 2e-8, -37),
    *_velocity("surf", "surface"),
    *_velocity("base", "basal"),
    _row("litemptop", "temperature_at_top_of_ice_sheet_model", "K", "state", "field", 215.0, 265.0, -6),
    _row("litempbotgr", "temperature_at_base_of_ice_sheet_model", "K", "state", "field", 250.0, 272.0, -6),
    _row("litempbotfl", "temperature_at_base_of_ice_sheet_model", "K", "state", "field", 262.0, 272.0, -6),
    _row(
        "hfgeoubed", "upward_geothermal_heat_flux_at_ground_level", "W m-2", "flux", "field", 0.04, 0.1, -16
    ),
    _row("licalvf", "land_ice_specific_mass_flux_due_to_calving", _FLUX, "flux", "field", -1e-2, 0.0, -18),
    _row(
        "lifmassbf",
        "land_ice_specific_mass_flux_due_to_calving_and_ice_front_melting",
        _FLUX,
        "flux",
        "field",
        -1e-2,
        0.0,
        -18,
    ),
    _row(
        "ligroundf", "land_ice_specific_mass_flux_at_grounding_line", _FLUX, "flux", "field", -1e-2, 0.0, -18
    ),
)
"""Variables with a place, in the order in which archives take them."""

SCALARS: tuple[Ismip6Variable, ...] = (
    _row("lim", "land_ice_mass", "kg", "state", "scalar", 2.3e19, 2.4e19, 42),
    _row("iareagr", "grounded_ice_sheet_area", "m2", "state", "scalar", 1.1e13, 1.2e13, 21),
    _row(
        "tendacabf",
        "tendency_of_land_ice_mass_due_to_surface_mass_balance",
        "kg s-1",
        "flux",
        "scalar",
        7e7,
        9e7,
        4,
    ),
    _row("limnsw", "land_ice_mass_not_displacing_sea_water", "kg", "state", "scalar", 2.0e19, 2.1e19, 42),
    _row("iareafl", "floating_ice_shelf_area", "m2", "state", "scalar", 1.2e12, 1.4e12, 18),
    _row(
        "tendlibmassbf",
        "tendency_of_land_ice_mass_due_to_basal_mass_balance",
        "kg s-1",
        "flux",
        "scalar",
        -4e7,
        -3e7,
        3,
    ),
    _row(
        "tendlibmassbffl",
        "tendency_of_land_ice_mass_due_to_basal_mass_balance",
        "kg s-1",
        "flux",
        "scalar",
        -4e7,
        -3e7,
        3,
    ),
    _row(
        "tendlicalvf", "tendency_of_land_ice_mass_due_to_calving", "kg s-1", "flux", "scalar", -5e7, -4e7, 3
    ),
    _row(
        "tendlifmassbf",
        "tendency_of_land_ice_mass_due_to_calving_and_ice_front_melting",
        "kg s-1",
        "flux",
        "scalar",
        -9e7,
        -8e7,
        4,
    ),
    _row("tendligroundf", "tendency_of_grounded_ice_mass", "kg s-1", "flux", "scalar", -7e7, -6e7, 4),
)
"""Series without a place."""

VARIABLES = {variable.name: variable for variable in (*FIELDS, *SCALARS)}
"""Every variable by its name."""


def chosen_variables(count: int) -> tuple[Ismip6Variable, ...]:
    """`count` variables, one in five a scalar: 12 fields and 3 scalars of 15.

    Raises
    ------
    ValueError
        When there are not so many.
    """
    if not 1 <= count <= len(VARIABLES):
        raise ValueError(f"variables={count}: pass 1 to {len(VARIABLES)}")
    scalars = max(min(count // 5, len(SCALARS)), count - len(FIELDS))
    return FIELDS[: count - scalars] + SCALARS[:scalars]
