"""Sections hold the numbers that they were given, and say them in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle

from nunatak.report import sections
from nunatak.report.drawing import Picture
from nunatak.report.html import Report
from nunatak.report.maps import Outlines, Panel, maps
from nunatak.report.sections.methods import REFERENCES

N = 400
RNG = np.random.default_rng(5)
X, Y = RNG.uniform(-1e6, 1e6, (2, N))
RESIDUAL = RNG.normal(-3, 12, N)


def disc(radius: float) -> xr.DataArray:
    axis = np.linspace(-1.2e6, 1.2e6, 49)
    inside = np.hypot(*np.meshgrid(axis, axis)) < radius
    return xr.DataArray(inside, {"y": axis, "x": axis}, ("y", "x"))


OUTLINES = Outlines(disc(1.1e6), disc(0.8e6), disc(0.5e6) + 1)
BASINS = pd.DataFrame(
    {"basin": ["a", "b", "c", "d", "e"], "bias": [1.5, -2.5, 3.25, 1.0, 0.5], "bias_sigma": [0.1] * 5}
)
MODELS = pd.DataFrame(
    {
        "model": ["PIK/PISM1", "JPL1/ISSM"],
        "bias": [4.5, -1.25],
        "bias_sigma": [0.5, 0.25],
        "probability": [0.25, 0.75],
    }
)
YEARS = np.arange(2000.0, 2011.0)


def pictures() -> list[Picture]:
    walk = {name: sections.Series(YEARS, slope * (YEARS - 2000)) for name, slope in (("a", -1), ("b", 2))}
    observed = sections.Series(YEARS, -1.5 * (YEARS - 2000), np.full(YEARS.size, 2.0))
    return [
        *sections.residual_maps(X, Y, RESIDUAL, RESIDUAL / 12, OUTLINES),
        sections.histogram(RESIDUAL),
        sections.pit(RNG.random(N)),
        sections.coverage({0.5: 0.43, 0.95: 0.91}),
        sections.passes(BASINS),
        sections.basin_bars(BASINS),
        sections.ranking(MODELS),
        sections.series(walk, observed, quantity="mass change", units="Gt", weights={"a": 0.9, "b": 0.1}),
        sections.prior_and_posterior(
            {"prior": (-10.0, 5.0, 30.0), "posterior": (1.0, 6.0, 12.0)},
            {"a": 3.0, "b": 8.0},
            quantity="sea level",
            units="mm",
        ),
    ]


def test_every_figure_has_a_caption_and_a_text_of_its_own():
    drawn = pictures()
    texts = [one.alternative for one in drawn]
    assert len(set(texts)) == len(texts) == len({one.caption for one in drawn})
    assert all(one.alternative not in (one.caption, "") and one.caption for one in drawn)


def test_every_axis_says_its_unit():
    for one in pictures():
        for axes in one.figure.axes:
            for label in (axes.get_xlabel(), axes.get_ylabel()):
                assert not label or "(" in label or label in ("basin", "year"), label


def test_words_hold_the_numbers():
    by_kind = " ".join(one.alternative for one in pictures())
    for words in (
        f"{N:,} residuals",
        "43.0% within the 50% interval",
        "b -2.5 m",
        "JPL1/ISSM -1.25 ± 0.49 m, probability 0.75",
        "the models end between -10 and 20 Gt",
        "observed ends at -15 ± 3.92 Gt in 2010.0",
        "posterior 6 (1 to 12)",
    ):
        assert words in by_kind, words


def test_bars_and_points_are_those_given():
    bars = sections.basin_bars(BASINS).figure.axes[0].patches
    assert [bar.get_height() for bar in bars if isinstance(bar, Rectangle)] == BASINS["bias"].tolist()
    ranked = sections.ranking(MODELS).figure.axes
    assert [label.get_text() for label in ranked[0].get_yticklabels()] == ["JPL1/ISSM", "PIK/PISM1"]
    assert [bar.get_width() for bar in ranked[1].patches if isinstance(bar, Rectangle)] == [0.75, 0.25]


def test_an_outlier_is_named_where_the_axis_leaves_it_out():
    spoilt = BASINS.assign(bias=[1.5, -2.5, 3.25, 1.0, 1e6])
    one = sections.basin_bars(spoilt)
    assert one.figure.axes[0].get_ylim()[1] < 10
    assert "Longer than the axis: e" in one.caption
    many = np.append(RESIDUAL, 1e7)
    assert "1 beyond the axis" in sections.histogram(many).figure.axes[0].get_title()


def test_maps_are_symmetric_about_0_and_hold_the_outlines():
    left, _ = sections.residual_maps(X, Y, RESIDUAL, RESIDUAL / 12, OUTLINES, size=20.0)
    points = next(one for one in left.figure.axes[0].collections if isinstance(one, PathCollection))
    assert points.get_clim() == (-20.0, 20.0)
    assert np.ma.getdata(points.get_array()).tolist() == RESIDUAL.tolist()
    assert "grounding line" in left.caption and "ice edge" in left.caption
    bare, _ = sections.residual_maps(X, Y, RESIDUAL, RESIDUAL / 12, Outlines())
    assert "grounding line" not in bare.caption


def test_maps_of_one_quantity_share_their_colours():
    ice = disc(1.1e6)
    small, large = (factor * disc(1e6).astype(float).assign_attrs(units="m") for factor in (1.0, 50.0))
    small.attrs = large.attrs = {"units": "m"}
    figure = maps([Panel(small, "a"), Panel(large, "b"), Panel(small, "c", "RdBu")], ice)
    limits = [
        image.get_clim()
        for axes in figure.axes
        for image in axes.collections
        if hasattr(image, "get_coordinates")
    ]
    assert limits[0] == limits[1] == (0.0, 50.0)
    assert limits[2] == (-1.0, 1.0)


@pytest.mark.parametrize("length", [None, 20e3])
def test_thinned_residuals_are_apart(length: float | None):
    passes, along = np.repeat([3, 1], 500), np.tile(np.arange(500) * 100.0, 2)
    values = np.sin(2 * np.pi * along / 40e3) + RNG.normal(0, 0.05, 1000)
    values[10] = np.nan
    kept, used = sections.thinned(passes, along, np.zeros(1000), values, length)
    assert not kept[10]
    if length is None:
        assert (
            4e3 < used < 10e3
        )  # a sine of 40 km has the correlation 1/e at 40 km arccos(1/e) / 2 pi = 7.6 km
    for number in (1, 3):
        places = along[kept & (passes == number)]
        assert np.all(np.diff(np.floor(places / used)) >= 1)
        assert abs(places.size - 50e3 / used) <= 1.5


def test_methods_say_the_settings_and_nothing_else():
    settings = {
        "version": "0.1",
        "model": "orog",
        "datum": "geoid",
        "time": "linear",
        "crs": "EPSG:3031",
        "method": "bilinear",
        "discrepancy": None,
    }
    numbers = {"n": 1234, "passes": 6, "n_eff": 5.4}
    plain = sections.methods(settings, numbers)
    for words in (
        "1,234 altimetry points of 6 passes",
        "the geoid",
        "bilinearly",
        "No discrepancy",
        "5 independent",
    ):
        assert words in plain.paragraph, words
    assert "Patterson" not in " ".join(plain.references)
    fitted = {"sigma": 12.5, "length": 8.2e3, "smoothness": 0.5}
    rich = settings | {
        "discrepancy": "estimate",
        "fitted_discrepancy": fitted,
        "geolocation": "atl11",
        "common": 0.3,
        "datum": "ellipsoid",
    }
    own = sections.methods(rich, numbers)
    for words in (
        "12.5 m",
        "8.2 km",
        "smoothness 0.5",
        "'atl11'",
        "0.3 m that all points share",
        "ellipsoid",
    ):
        assert words in own.paragraph, words
    assert REFERENCES["patterson"] in own.references
    alone = sections.methods(settings, numbers, shared=False).paragraph
    assert "each segment alone: the points state no geolocation error" in alone
    for settings_now in (settings, rich):
        made = sections.methods(settings_now, numbers)
        for reference in made.references:
            assert reference.split(",")[0] in made.paragraph, reference


def test_a_page_needs_nothing_else_and_escapes(tmp_path):
    report = Report("<script>x</script>", "a & b")
    section = report.section("<b>")
    section.pictures(*pictures()).table(pd.DataFrame({"<i>": ["<u>"]}), summary="<s>")
    section.methods(sections.Methods("<p> & q", ["<r>"]))
    page = report.write(tmp_path / "page.html").read_text()
    for tag in ("<script", "<b>", "<i>", "<u>", "<s>", "<r>", "<link", "http"):
        assert tag not in page, tag
    assert page.count("<img") == len(pictures()) == page.count("alt=")
    assert "@media print" in page and "@media (max-width: 600px)" in page
    assert 'name="viewport"' in page
