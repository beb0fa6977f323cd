"""Catalogs in other processes, and searches without a match."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import nunatak as nk
from nunatak_testing.archives import tiny_archive


@pytest.mark.parametrize("saved", [False, True])
def test_a_catalog_is_the_same_in_another_process(tmp_path: Path, saved: bool) -> None:
    catalog = nk.open_catalog(tiny_archive(tmp_path / "archive"), cache=False)
    if saved:
        catalog.save(tmp_path / "archive.parquet")
        catalog = nk.open_catalog(tmp_path / "archive.parquet")
    for given in (
        catalog,
        catalog.search(institution="A"),
        catalog.search(institution="A").search(model="*"),
    ):
        again = pickle.loads(pickle.dumps(given))
        pytest.importorskip("pandas").testing.assert_frame_equal(again.df, given.df)
        assert again.search(experiment="exp05").df.equals(given.search(experiment="exp05").df)
        assert set(again.to_datatree().groups) == set(given.to_datatree().groups)
    assert len(pickle.loads(pickle.dumps(catalog.search(institution="A").refresh()))) == len(catalog)


def test_a_catalog_of_this_process_alone_says_so(tmp_path: Path) -> None:
    own = nk.open_catalog(
        tiny_archive(tmp_path), cache=False, rules=nk.Rules.none().with_function(lambda file: None)
    )
    with pytest.raises(nk.CatalogError, match=r"catalog.*cannot be sent"):
        pickle.dumps(own)
    obstore = pytest.importorskip("obstore")
    through = nk.open_catalog("", store=obstore.store.LocalStore(str(tmp_path)))
    with pytest.raises(nk.CatalogError, match=r"catalog.*cannot be sent"):
        pickle.dumps(through)


def test_a_search_without_a_match_says_which_column(tmp_path: Path) -> None:
    catalog = nk.open_catalog(tiny_archive(tmp_path), cache=False)
    for wanted, told in (
        ({"variable": "lithkk"}, r"variable='lithkk', which no file has \(there are lithk\)"),
        ({"institution": ["C", "D*"]}, r"institution=\['C', 'D\*'\], which no file has"),
        ({"variable": "lithk", "experiment": "exp9*"}, r"variable='lithk' with experiment='exp9\*', which"),
    ):
        with pytest.warns(nk.NunatakWarning, match=told):
            assert len(catalog.search(**wanted)) == 0
    with pytest.raises(nk.ArgumentError, match="variable: expected a value"):
        catalog.search(variable=5)  # type: ignore[arg-type]
