"""Credentials stay in the process: in no error, repr, pickle, saved catalog or attribute."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.fresh_process import run_code
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import CHUNKED, CONTIGUOUS, FIELDS, NODE, address, options, within

SECRETS = {"key": "AKIAnobodyknows", "secret": "wJalr/secret+never=shown", "token": "FwoG//session+token=="}


def secret_options(server: ObjectStoreServer, **more: Any) -> dict[str, Any]:
    return {"endpoint_url": server.endpoint, "deadline": 1, "timeout": 0.5, **SECRETS, **more}


def assert_silent(shown: str | bytes) -> None:
    text = shown if isinstance(shown, bytes) else shown.encode()
    for secret in SECRETS.values():
        assert secret.encode() not in text
        assert secret.split("/")[-1].encode() not in text


def test_requests_are_signed_and_nothing_else_tells(server: ObjectStoreServer, tmp_path: Path) -> None:
    catalog = nk.open_catalog(server.url, storage_options=secret_options(server))
    tree = catalog.to_datatree(on_error="raise")
    one = nk.open_datatree(f"{server.url}/{CHUNKED.key}", storage_options=secret_options(server))
    assert all(record.authorized for record in server.statistics.log)
    catalog.save(tmp_path / "saved.parquet")
    assert_silent((tmp_path / "saved.parquet").read_bytes())
    for obj in (catalog, tree, one):
        assert_silent(repr(obj))
        assert_silent(obj._repr_html_())
    for obj in (tree, one):
        assert_silent(pickle.dumps(obj))
        for node in obj.subtree:
            assert_silent(repr(node.attrs) + repr(node.encoding))
            for variable in node.variables.values():
                assert_silent(repr(variable.attrs) + repr(variable.encoding))
    assert_silent(repr(catalog.report) + catalog.df.to_csv())
    kept = list(Path(os.environ["NUNATAK_CACHE_DIR"]).rglob("*.parquet"))
    assert kept
    for path in kept:
        assert_silent(path.read_bytes())


@pytest.mark.parametrize("kind", [FaultKind.FORBIDDEN, FaultKind.GARBAGE, FaultKind.REDIRECT, FaultKind.DROP])
def test_errors_of_the_store_tell_nothing(server: ObjectStoreServer, kind: FaultKind) -> None:
    server.faults = [Fault(kind, method="GET")]
    with pytest.raises(nk.StoreError) as caught:
        nk.open_datatree(f"{server.url}/{CHUNKED.key}", storage_options=secret_options(server))
    assert_silent(str(caught.value) + repr(caught.value))
    catalog = nk.open_catalog(server.url, storage_options=secret_options(server), cache=False)
    with pytest.warns(nk.NunatakWarning) as warned:
        catalog.to_datatree()
    assert_silent("".join(str(warning.message) for warning in warned))
    assert_silent(catalog.report.problems.to_csv())


def test_an_unreachable_endpoint_tells_nothing() -> None:
    chosen = {"endpoint_url": "http://127.0.0.1:1", "deadline": 1, "timeout": 0.5, **SECRETS}
    for action in (nk.open_datatree, nk.open_catalog):
        with pytest.raises(nk.StoreError) as caught:
            within(6, lambda action=action: action("s3://archive/a.nc", storage_options=chosen))
        assert_silent(str(caught.value) + repr(caught.value))


def test_secrets_of_other_stores_are_not_shown() -> None:
    account = {"account_name": "me", "deadline": 1, "timeout": 0.5, "endpoint_url": "http://127.0.0.1:1"}
    for secrets in (
        {"account_key": "c2VjcmV0LW9mLWF6dXJl"},
        {"sas_token": "?sv=2024&sig=c2VjcmV0LW9mLWF6dXJl"},
        {"connection_string": "AccountName=me;AccountKey=c2VjcmV0LW9mLWF6dXJl"},
    ):
        with pytest.raises(nk.StoreError) as caught:
            nk.open_datatree("az://box/a.nc", storage_options={**account, **secrets})
        assert "c2VjcmV0" not in str(caught.value)
    with pytest.raises(nk.StoreError) as caught:
        nk.open_datatree(
            "http://127.0.0.1:1/a.nc",
            storage_options={"headers": {"Authorization": "Bearer deepsecret"}, "deadline": 1},
        )
    assert "deepsecret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:deepsecret@host/a.nc",
        "https://me:deepsecret@host/a.nc",
        "https://host/a.nc?X-Amz-Signature=deepsecret",
        "https://host/a.nc#deepsecret",
        "s3://me:deepsecret@bucket/a.nc",
    ],
)
@pytest.mark.parametrize("action", [nk.open_datatree, nk.open_catalog])
def test_urls_with_secrets_are_rejected_without_an_echo(action: Any, url: str) -> None:
    with pytest.raises(nk.ArgumentError) as caught:
        action(url)
    assert "deepsecret" not in str(caught.value)
    assert url.partition("://")[0] in str(caught.value)


def test_unsupported_options_are_rejected_without_an_echo() -> None:
    for name, value in (
        ("secret_key", "deepsecret"),
        ("deadline", "deepsecret"),
        ("anon", "deepsecret"),
        ("endpoint_url", "https://me:deepsecret@host"),
    ):
        with pytest.raises(nk.ArgumentError) as caught:
            nk.open_datatree("s3://bucket/a.nc", storage_options={name: value})
        assert "deepsecret" not in str(caught.value)
        assert name in str(caught.value)


READ = """
import pickle, sys
import numpy as np
tree = pickle.load(open(sys.argv[1], "rb"))
np.save(sys.argv[2], tree[sys.argv[3]].isel(time=slice(2, 4)).values)
"""


def test_a_pickled_array_reads_in_another_process(server: ObjectStoreServer, tmp_path: Path) -> None:
    chosen = options(server)
    catalog = nk.open_catalog(server.url, storage_options=chosen, cache=False)
    trees = [(catalog.to_datatree(), f"{NODE}/{stored.variable}", stored) for stored in FIELDS]
    for route in ("s3", "http"):
        url, more = address(server, route, CONTIGUOUS.key)
        trees.append((nk.open_datatree(url, storage_options=more), CONTIGUOUS.variable, CONTIGUOUS))
    for number, (tree, name, stored) in enumerate(trees):
        pickled, result = tmp_path / f"{number}.pickle", tmp_path / f"{number}.npy"
        pickled.write_bytes(pickle.dumps(tree))
        run = run_code(READ, pickled, result, name)
        assert run.returncode == 0, run.stderr
        np.testing.assert_array_equal(np.load(result), stored.values[2:4])
