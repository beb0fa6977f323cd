"""Recognition reads an object once, and only the coordinates that a grid needs."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

import nunatak as nk
from nunatak.errors import GridError
from nunatak.grids import recognition
from nunatak.grids.recognition import find_candidates, find_horizontal
from nunatak.regridding import trees


class CountedArray(BackendArray):
    """Values that count how often they are read; none can be read without values."""

    def __init__(self, values: np.ndarray | None, shape: tuple[int, ...]) -> None:
        self.values, self.shape, self.dtype, self.reads = values, shape, np.dtype(float), 0

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        self.reads += 1
        if self.values is None:
            raise OSError("the disk is gone")
        return self.values[key.tuple]


def lazy(array: CountedArray, *dims: str, **attrs: str) -> xr.Variable:
    return xr.Variable(dims, indexing.LazilyIndexedArray(array), attrs)


def curvilinear() -> tuple[xr.Dataset, dict[str, CountedArray]]:
    """Rows and columns of longitudes and latitudes in a file, with a field."""
    north, east = np.meshgrid(np.linspace(60, 70, 5), np.linspace(0, 10, 6), indexing="ij")
    arrays = {"lon": CountedArray(east, (5, 6)), "lat": CountedArray(north, (5, 6))}
    arrays["height"] = CountedArray(None, (5, 6))
    variables = {name: lazy(array, "j", "i") for name, array in arrays.items()}
    return xr.Dataset(variables).set_coords(["lon", "lat"]), arrays


def test_only_the_coordinates_of_the_grid_are_read_and_not_before_it_is_built() -> None:
    dataset, arrays = curvilinear()
    (candidate,) = find_candidates(dataset)
    assert (candidate.family, candidate.dims) == ("curvilinear", ("j", "i"))
    assert [array.reads for array in arrays.values()] == [0, 0, 0]
    assert candidate.build(None).grid.shape == (5, 6)
    assert [array.reads for array in arrays.values()] == [1, 1, 0]


def test_what_reading_raises_is_raised() -> None:
    dataset, arrays = curvilinear()
    arrays["lat"].values = None
    with pytest.raises(OSError, match="the disk is gone"):
        find_horizontal(dataset)


def test_names_need_not_be_text() -> None:
    dataset = xr.Dataset(
        {("a", "tuple"): (("b", "a"), np.zeros((2, 3)))},
        coords={1: ("b", [0.0, 1e5], {"axis": "Y"}), 2: ("a", [0.0, 1e5, 2e5], {"axis": "X"})},
    )
    horizontal = find_horizontal(dataset, crs="EPSG:3031")
    assert (horizontal.dims, horizontal.centres) == (("b", "a"), (1, 2))


def test_a_tree_makes_one_inventory_for_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = (
        nk.grid("EPSG:3031", spacing=320e3),
        nk.grid("EPSG:3031", spacing=640e3, bounds=(0, 0, 128e4, 128e4)),
    )
    field = source.assign(lithk=(("y", "x"), np.ones((source.sizes["y"], source.sizes["x"]))))
    tree = xr.DataTree.from_dict({"one": field, "two": field, "three": xr.Dataset(attrs={"no": "grid"})})
    made = []
    inventory = recognition.inventory

    def counted(obj: xr.Dataset | xr.DataArray) -> object:
        made.append(obj)
        return inventory(obj)

    monkeypatch.setattr(recognition, "inventory", counted)
    monkeypatch.setattr(trees, "inventory", counted)
    regridded = nk.regrid(tree, target)
    assert regridded["one"].sizes == regridded["two"].sizes
    # The target, the root, and its three children.
    assert len(made) == 5


def test_an_object_of_another_type_is_named() -> None:
    with pytest.raises(GridError, match="found dict"):
        find_candidates({})  # type: ignore[arg-type]
