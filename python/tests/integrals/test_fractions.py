"""Fractions of cells: masks, percent that say so, and percent that do not."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

NAMES = ["iareagr", "iareafl"]


@pytest.fixture
def run() -> xr.Dataset:
    """Fractions of four years, here and there a little beyond 0 and 1 or missing."""
    grid = nk.grid(3031, spacing=200e3, bounds=(-2e6, -1.6e6, 2e6, 1.6e6))
    rng = np.random.default_rng(5)
    shape = (4, grid.sizes["y"], grid.sizes["x"])
    fields = {}
    for name in ("sftgif", "sftgrf", "sftflf"):
        values = rng.uniform(-0.2, 1.2, shape)
        values[rng.random(shape) < 0.05] = np.nan
        fields[name] = (("time", "y", "x"), values, {"units": "1"})
    return grid.assign(fields)


def assert_areas(found: xr.Dataset, run: xr.Dataset) -> None:
    """That areas are those of numpy: the sums of cells times both fractions."""
    area = nk.cell_area(run).values
    ice, grounded, floating = (run[name].clip(0, 1).values for name in ("sftgif", "sftgrf", "sftflf"))
    for name, part in zip(NAMES, (grounded, floating), strict=True):
        expected = np.nansum(ice * part * area, axis=(1, 2))
        np.testing.assert_allclose(found[name].values, expected, rtol=1e-6)


@pytest.mark.parametrize("units", ["%", "m", "1"])
def test_a_mask_has_no_unit_of_what_it_was_made_of(run: xr.Dataset, units: str) -> None:
    mask = (run.sftgif > 0.5).assign_attrs(units=units)
    assert_areas(nk.scalars(run.assign(sftgif=mask), NAMES), run.assign(sftgif=mask.astype(float)))


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("name", ["sftgif", "sftgrf", "sftflf"])
@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("units", ["1", None])
def test_percent_that_do_not_say_so_are_refused(
    run: xr.Dataset, chunked: bool, name: str, dtype: str, units: str | None
) -> None:
    percent = (run[name].clip(0, 1).fillna(0) * 100).astype(dtype).drop_attrs()
    other = run.assign({name: percent if units is None else percent.assign_attrs(units=units)})
    said = run.assign({name: percent.assign_attrs(units="%")})
    if chunked:
        other, said = other.chunk(time=1), said.chunk(time=1)
    with pytest.raises(nk.ArgumentError, match=f"source: {name} has a value of .* percent need the"):
        nk.scalars(other, NAMES).load()
    assert_areas(nk.scalars(said, NAMES), run.assign({name: percent / 100}))


def test_a_field_that_no_scalar_needs_is_not_looked_at(run: xr.Dataset) -> None:
    found = nk.scalars(run.assign(sftflf=run.sftflf * 100), "iareagr")
    assert_areas(found.assign(iareafl=nk.scalars(run, "iareafl").iareafl), run)
