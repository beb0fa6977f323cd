"""Data in rows and columns on mesh files that say them: SCRIP of rank 2 and ESMF meshes of such grids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import ArgumentError, GridError

ROWS, COLUMNS = 6, 8
LON, LAT = np.meshgrid(np.arange(0.5, COLUMNS), np.arange(0.5, ROWS))
RNG = np.random.default_rng(5)
FIELD = RNG.normal(size=(ROWS, COLUMNS))
TARGET = nk.grid("EPSG:4326", spacing=2, bounds=(0, 0, 8, 6), registration="cell")
MEANS = FIELD.reshape(3, 2, 4, 2).mean(axis=(1, 3))


def scrip(dims: tuple[int, ...] = (COLUMNS, ROWS), kind: str = "i4") -> xr.Dataset:
    lon, lat, degrees, corner = LON.ravel(), LAT.ravel(), {"units": "degrees"}, ("grid_size", "grid_corners")
    corners = {
        "grid_corner_lon": (corner, np.stack([lon - 0.5, lon + 0.5, lon + 0.5, lon - 0.5], 1), degrees),
        "grid_corner_lat": (corner, np.stack([lat - 0.5, lat - 0.5, lat + 0.5, lat + 0.5], 1), degrees),
    }
    centres = {"grid_center_lon": ("grid_size", lon, degrees), "grid_center_lat": ("grid_size", lat, degrees)}
    return xr.Dataset({"grid_dims": ("grid_rank", np.array(dims, kind)), **centres, **corners})


def esmf() -> xr.Dataset:
    x, y = np.meshgrid(np.arange(COLUMNS + 1.0), np.arange(ROWS + 1.0))
    first = (np.arange(ROWS)[:, None] * (COLUMNS + 1) + np.arange(COLUMNS)).ravel() + 1
    elements = np.stack([first, first + 1, first + COLUMNS + 2, first + COLUMNS + 1], 1)
    return xr.Dataset(
        {
            "nodeCoords": (
                ("nodeCount", "coordDim"),
                np.stack([x.ravel(), y.ravel()], 1),
                {"units": "degrees"},
            ),
            "elementConn": (("elementCount", "maxNodePElement"), elements.astype("i4")),
            "numElementConn": ("elementCount", np.full(elements.shape[0], 4, "i4")),
            "origGridDims": ("origGridRank", np.array([COLUMNS, ROWS], "i4")),
        }
    )


def opened(dataset: xr.Dataset, path: Path) -> xr.Dataset:
    dataset.to_netcdf(path)
    return nk.open_mesh(path)


def array(values: np.ndarray, *dims: str) -> xr.DataArray:
    return xr.DataArray(values, dims=dims, name="v")


@pytest.mark.parametrize("form", ["scrip", "scrip of whole numbers as reals", "esmf"])
@pytest.mark.parametrize("is_opened", [False, True])
def test_data_flat_and_in_rows_are_the_same(form: str, is_opened: bool, tmp_path: Path) -> None:
    source = esmf() if form == "esmf" else scrip(kind="f8" if "reals" in form else "i4")
    if is_opened:
        source = opened(source, tmp_path / "grid.nc")
    for data in (array(FIELD.ravel(), "ncol"), array(FIELD, "nlat", "nlon"), array(FIELD, "a", "b")):
        np.testing.assert_allclose(nk.regrid(data, TARGET, source=source), MEANS, atol=1e-3)
    several = array(np.stack([FIELD, 2 * FIELD]), "time", "nlat", "nlon")
    found = nk.regrid(several, TARGET, source=source)
    assert found.dims == ("time", "lat", "lon")
    np.testing.assert_allclose(found, np.stack([MEANS, 2 * MEANS]), atol=2e-3)
    level_last = several.transpose("nlat", "nlon", "time")
    np.testing.assert_allclose(nk.regrid(level_last, TARGET, source=source), found)
    both = xr.Dataset({"one": array(FIELD, "nlat", "nlon"), "two": several})
    np.testing.assert_allclose(nk.regrid(both, TARGET, source=source).two, found)


def test_other_shapes_are_refused() -> None:
    for values, dims in (
        (FIELD.T, ("a", "b")),
        (FIELD.T, ("lon", "lat")),
        (FIELD.reshape(4, 12), ("a", "b")),
        (FIELD.reshape(6, 2, 4), ("a", "b", "c")),
        (FIELD, ("lon", "lat")),
    ):
        with pytest.raises(
            GridError, match="does not fit the source grid: expected a dimension of 48, or two"
        ):
            nk.regrid(array(values, *dims), TARGET, source=scrip())
    # What a file says of other cells than it has tells nothing.
    for dims in ((48,), (5, 9), (0, 0)):
        with pytest.raises(GridError, match="does not fit the source grid"):
            nk.regrid(array(FIELD, "a", "b"), TARGET, source=scrip(dims))


def test_weights_masks_and_regridders_go_by_the_rows(tmp_path: Path) -> None:
    data, source = array(FIELD, "nlat", "nlon"), scrip()
    keep = RNG.random(FIELD.shape) > 0.3
    expected = nk.regrid(
        data.stack(ncol=("nlat", "nlon")).reset_index("ncol", drop=True),
        TARGET,
        source=source,
        mask=keep.ravel(),
    )
    for mask in (keep, array(keep, "nlat", "nlon")):
        np.testing.assert_array_equal(nk.regrid(data, TARGET, source=source, mask=mask), expected)
    with pytest.raises(ArgumentError, match="mask"):
        nk.regrid(data, TARGET, source=source, mask=keep.T)
    regridder = nk.Regridder(source, TARGET, mask=keep)
    np.testing.assert_array_equal(regridder(data), expected)
    regridder = nk.Regridder(source, TARGET)
    assert abs(float(regridder.conservation_error(data))) < 1e-10
    regridder.to_netcdf(tmp_path / "weights.nc")
    again = nk.Regridder.from_netcdf(tmp_path / "weights.nc", source, TARGET)
    np.testing.assert_allclose(again(data), regridder(data), rtol=1e-12)
    np.testing.assert_allclose(nk.regrid(data.chunk(), TARGET, source=source), regridder(data))
    means = nk.regrid(data, TARGET, source=source, weights=array(np.abs(FIELD), "nlat", "nlon"))
    squares = (FIELD * np.abs(FIELD)).reshape(3, 2, 4, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(
        means, squares / np.abs(FIELD).reshape(3, 2, 4, 2).mean(axis=(1, 3)), atol=1e-3
    )
