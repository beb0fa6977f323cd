"""Arrays of numpy under lazy ones: numbers stay where they are, whatever their order and type."""

from __future__ import annotations

import gc
import pickle

import numpy as np
import pytest

from nunatak._nunatak import LazyArray


@pytest.mark.parametrize("dtype", ["f4", "f8", "i2", "u8", ">f4", ">i8", "?"])
@pytest.mark.parametrize("order", ["C", "F", "every other", "reversed"])
def test_values_are_numpys(dtype: str, order: str) -> None:
    values = np.arange(12 * 10).reshape(12, 10).astype(dtype)
    values = {
        "C": values,
        "F": np.asfortranarray(values),
        "every other": values[::2, ::3],
        "reversed": values[::-1],
    }[order]
    lazy = LazyArray.from_numpy(values)
    rows, columns = values.shape
    whole = ((0, rows), (0, columns))
    np.testing.assert_array_equal(lazy.read(whole), values)
    np.testing.assert_array_equal(lazy.read(((1, 3), (2, columns - 2))), values[1:4, 2:])
    again = pickle.loads(pickle.dumps(lazy))
    np.testing.assert_array_equal(again.read(whole), values)


def test_numbers_are_not_copied_and_kept_alive() -> None:
    values = np.zeros((300, 500))
    lazy = LazyArray.from_numpy(values)
    values[7, 9] = 4.0
    assert lazy.read((7, 9)) == 4.0
    del values
    gc.collect()
    held = [np.ones((300, 500)) for _ in range(4)]
    assert lazy.read(((0, 300), (0, 500))).sum() == 4.0 and len(held) == 4
