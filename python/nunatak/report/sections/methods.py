"""What was done, as a paragraph for the methods of a paper, from the settings that were used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["REFERENCES", "Methods", "methods"]

REFERENCES = {
    "atl06": "Smith, B., et al., 2019: Land ice height-retrieval algorithm for NASA's ICESat-2 "
    "photon-counting laser "
    "altimeter. Remote Sens. Environ., 233, 111352, doi:10.1016/j.rse.2019.111352.",
    "bedmachine": "Morlighem, M., et al., 2020: Deep glacial troughs and stabilizing ridges unveiled "
    "beneath the margins "
    "of the Antarctic ice sheet. Nat. Geosci., 13, 132-137, doi:10.1038/s41561-019-0510-8.",
    "bedmachine_greenland": "Morlighem, M., et al., 2017: BedMachine v3: complete bed topography and "
    "ocean bathymetry "
    "mapping of Greenland. Geophys. Res. Lett., 44, 11051-11061, doi:10.1002/2017GL074954.",
    "gneiting": "Gneiting, T., Balabdaoui, F., and Raftery, A. E., 2007: Probabilistic forecasts, "
    "calibration and "
    "sharpness. J. R. Stat. Soc. B, 69, 243-268, doi:10.1111/j.1467-9868.2007.00587.x.",
    "imbie": "Otosaka, I. N., et al., 2023: Mass balance of the Greenland and Antarctic ice sheets from "
    "1992 to 2020. "
    "Earth Syst. Sci. Data, 15, 1597-1616, doi:10.5194/essd-15-1597-2023.",
    "kass": "Kass, R. E., and Raftery, A. E., 1995: Bayes factors. J. Am. Stat. Assoc., 90, 773-795, "
    "doi:10.1080/01621459.1995.10476572.",
    "patterson": "Patterson, H. D., and Thompson, R., 1971: Recovery of inter-block information when "
    "block sizes are "
    "unequal. Biometrika, 58, 545-554, doi:10.1093/biomet/58.3.545.",
    "seroussi": "Seroussi, H., et al., 2020: ISMIP6 Antarctica: a multi-model ensemble of the Antarctic "
    "ice sheet "
    "evolution over the 21st century. The Cryosphere, 14, 3033-3070, doi:10.5194/tc-14-3033-2020.",
    "smith2020": "Smith, B., et al., 2020: Pervasive ice sheet mass loss reflects competing ocean and "
    "atmosphere "
    "processes. Science, 368, 1239-1242, doi:10.1126/science.aaz5845.",
    "zwally": "Zwally, H. J., et al., 2012: Antarctic and Greenland drainage systems. GSFC Cryospheric "
    "Sciences "
    "Laboratory.",
}
"""Full citations by the name that sections use for them."""

_SAMPLING = {
    "bilinear": "bilinearly between the centres of the model's cells",
    "patch": "by a smooth patch through the neighbouring cells",
    "nearest": "from the nearest cell",
    "inverse_distance": "from the nearest cells by inverse distance",
    "conservative": "from the cell that holds it",
}


class Methods(NamedTuple):
    """A paragraph and its sources.

    Attributes
    ----------
    paragraph
        Sentences.
    references
        Full citations, in the order of the paragraph.
    """

    paragraph: str
    references: list[str]


def methods(
    settings: Mapping[str, Any], numbers: Mapping[str, Any], *, cells: bool = False, shared: bool = True
) -> Methods:
    """The methods of a comparison from its settings; what the settings do not say is not said.

    Parameters
    ----------
    settings
        Of a comparison: ``version``, ``model``, ``datum``, ``time``, ``crs``, ``method``, ``discrepancy``
        and, where there are such, ``fitted_discrepancy`` (``sigma`` m, ``length`` m, ``smoothness``),
        ``geolocation`` and ``common`` (m).
    numbers
        Of its summary: ``n``, ``passes`` and ``n_eff`` are used.
    cells
        Whether cells were compared, not points.
    shared
        Whether the points state an error that a pass shares.
    """
    cited = ["atl06", "gneiting"]
    sentences = [_what(settings, numbers, cells)]
    if not cells:
        sentences.append(_sampled(settings))
    sentences.append(_covariance(settings, cells, shared))
    sentences += _discrepancy(settings, cited)
    if "n_eff" in numbers:
        sentences.append(
            f"Under this covariance the residuals fix the bias as well as {numbers['n_eff']:,.0f} "
            "independent values."
        )
    sentences.append(
        "Probability integral transforms and coverage refer to the total standard deviation of each residual "
        "(Gneiting et al., 2007)."
    )
    if "version" in settings:
        sentences.append(f"Computed with Nunatak {settings['version']}.")
    return Methods(" ".join(sentences), [REFERENCES[name] for name in cited])


def _what(settings: Mapping[str, Any], numbers: Mapping[str, Any], cells: bool) -> str:
    things = "cell means" if cells else "altimetry points"
    passes = f" of {numbers['passes']:,} passes" if numbers.get("passes") else ""
    count = f"{numbers['n']:,} " if "n" in numbers else ""
    datum = "the geoid" if settings.get("datum") == "geoid" else "the WGS84 ellipsoid"
    source = "" if cells else " (ATL06-like segments: Smith et al., 2019)"
    return (
        f"The modelled surface {settings.get('model', '')!s} was subtracted from "
        f"{count}{things}{passes}{source}, both as "
        f"heights above {datum}."
    )


def _sampled(settings: Mapping[str, Any]) -> str:
    where = _SAMPLING.get(str(settings.get("method")), f"by the method {settings.get('method')!r}")
    system = f" in {settings['crs']}" if settings.get("crs") else " in the model's own projection"
    when = {
        "linear": "and linearly in time between its records",
        "nearest": "of the record nearest in time",
        None: "of its single record, whatever the time of the point",
    }.get(settings.get("time"), "")
    return f"The model was sampled at each point {where}{system}, {when}."


def _covariance(settings: Mapping[str, Any], cells: bool, errors_are_shared: bool) -> str:
    if cells:
        return "The total uncertainties of the cells were taken as independent of each other."
    if not errors_are_shared:
        return (
            "The covariance of the residuals holds the random error of each segment alone: the points "
            "state no "
            "geolocation error, which all segments of a pass share."
        )
    shared = settings.get("geolocation")
    text = (
        "The covariance of the residuals holds the random error of each segment and the geolocation error "
        "that all "
        "segments of a pass share"
    )
    if shared is not None:
        text = (
            "The covariance of the residuals holds the random error of each segment and what the segments "
            "of an overpass "
            f"share through its radial, along-track and across-track errors, by the option {str(shared)!r}"
        )
    common = settings.get("common")
    return text + (f", and {common:g} m that all points share." if common else ".")


def _discrepancy(settings: Mapping[str, Any], cited: list[str]) -> list[str]:
    given, fitted = settings.get("discrepancy"), settings.get("fitted_discrepancy")
    if isinstance(fitted, Mapping) and fitted.get("sigma"):
        estimated = not isinstance(given, Mapping)
        if estimated:
            cited.append("patterson")
        how = (
            " estimated from the residuals by restricted likelihood (Patterson and Thompson, 1971)"
            if estimated and given == "estimate"
            else " whose correlation was estimated from the residuals (Patterson and Thompson, 1971)"
            if estimated
            else ""
        )
        shape = f" and smoothness {fitted['smoothness']:g}" if "smoothness" in fitted else ""
        return [
            f"The model's own error is a random field of {fitted['sigma']:.3g} m standard deviation, "
            f"{float(fitted.get('length') or 0) / 1e3:,.1f} km correlation length{shape},{how}.".replace(
                ",.", "."
            )
        ]
    if given is None:
        return ["No discrepancy was granted to the model, so that its own error counts as improbable noise."]
    if isinstance(given, int | float):
        return [f"A discrepancy of {given:g} m, independent from point to point, was granted to the model."]
    return [f"The discrepancy granted to the model: {given}."]
