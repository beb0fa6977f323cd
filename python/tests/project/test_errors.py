"""Kinds of error: one word, one exception class and one exit code each, the same in Rust and in Python."""

import pickle

import pytest

import nunatak as nk
from nunatak import errors
from nunatak._nunatak import error_kinds


def test_every_kind_of_rust_has_its_class():
    kinds = {name: (code, python_class) for name, code, python_class in error_kinds()}
    for name, (code, python_class) in kinds.items():
        if name != "interrupted":
            kind = getattr(errors, python_class).kind
            assert kinds[kind][1] == python_class, name
            assert code in (2, 3, 4)
    assert kinds["interrupted"] == (130, "KeyboardInterrupt")
    classes = [item for item in vars(errors).values() if isinstance(item, type)]
    for exception in classes:
        if issubclass(exception, errors.NunatakError) and exception is not errors.NunatakError:
            assert kinds[exception.kind][1] == exception.__name__


@pytest.mark.parametrize(
    ("call", "exception", "kind"),
    [
        (lambda path: nk.grid("EPSG:1", spacing=1e3, bounds=(0, 0, 1e4, 1e4)), errors.GridError, "crs"),
        (lambda path: nk.open_catalog(path / "gone"), errors.StoreError, "store"),
        (lambda path: nk.open_datatree(path / "empty.nc"), errors.FormatError, "format"),
        (lambda path: nk.open_catalog(path / "empty.nc"), errors.CatalogError, "query"),
        (lambda path: nk.healpix(-1), errors.ArgumentError, "argument"),
    ],
)
def test_errors_say_their_kind_and_keep_it_when_pickled(tmp_path, call, exception, kind):
    (tmp_path / "empty.nc").write_bytes(b"")
    with pytest.raises(exception) as caught:
        call(tmp_path)
    assert caught.value.kind == kind
    assert pickle.loads(pickle.dumps(caught.value)).kind == kind
