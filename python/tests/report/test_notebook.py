"""What objects show of themselves in notebooks."""

from __future__ import annotations

import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError
from nunatak.report.drawing import NotebookFigure
from nunatak_testing.surfaces import CRS, model, surface_points

pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")


@pytest.fixture(scope="module")
def points() -> nk.Points:
    return surface_points()[2]


@pytest.fixture(scope="module")
def comparison(points: nk.Points) -> nk.Comparison:
    return nk.compare(model().rename("<b>orog</b>"), points, crs=CRS)


def masks() -> xr.Dataset:
    surface = nk.grid(CRS, spacing=48e3)
    inside = ((surface["y"] + 2e6) ** 2 + surface["x"] ** 2) < 1.2e6**2
    dataset = surface.assign(
        sftgif=100.0 * inside, sftgrf=1.0 * inside, basins=1 + (surface["x"] > 0) + 0 * inside
    )
    for name in ("sftgif", "sftgrf", "basins"):
        dataset[name].attrs["grid_mapping"] = "crs"
    return dataset


def test_html_escapes_names(comparison: nk.Comparison, points: nk.Points):
    html = comparison._repr_html_()
    assert "&lt;b&gt;orog&lt;/b&gt;" in html and "<b>orog" not in html
    assert "bias" in html and "passes" in html
    assert f"{len(points):,} segments" in points._repr_html_()
    grid = nk.grid(CRS, spacing=48e3)
    regridder = nk.Regridder(nk.grid(CRS, spacing=80e3), grid, method="conservative")
    assert "conservative" in regridder._repr_html_()


def test_figures_show_themselves(comparison: nk.Comparison):
    figure = comparison.plot()
    assert isinstance(figure, NotebookFigure)
    assert figure._repr_png_().startswith(b"\x89PNG")
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles[:2] == ["Residual", "Standardised residual z"] and len(titles) == 6


def test_masks_are_drawn_in_the_page(comparison: nk.Comparison, tmp_path):
    page = comparison.to_html(tmp_path / "page.html", masks=masks()).read_text()
    for words in ("grounding line (black)", "by basin", "&lt;b&gt;orog", "Computed with Nunatak"):
        assert words in page, words
    assert "<b>orog" not in page
    plain = comparison.to_html(tmp_path / "plain.html").read_text()
    assert "grounding line (black)" not in plain and "by basin" not in plain


@pytest.mark.parametrize(
    "given", [xr.Dataset({"sftgif": ("lost", [1.0])}), xr.Dataset(), nk.latlon(10.0).assign(sftgif=1.0)]
)
def test_masks_that_are_no_map_are_named(comparison: nk.Comparison, given: xr.Dataset):
    with pytest.raises(ArgumentError, match="masks"):
        comparison.plot(masks=given)
