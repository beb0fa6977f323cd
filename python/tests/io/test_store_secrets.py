"""What proves who reads goes to the server that the reader means and no other, and stands in no text."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.fresh_process import run_code
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.planted_secrets import GIVEN, PLANTED, SecretsWatch
from nunatak_testing.stores import CHUNKED, NODE

SHORT = {"deadline": 1, "timeout": 0.5}
HEADERS = {"X-Api-Key": GIVEN["secret"], "Authorization": f"Bearer {GIVEN['token']}", "Cookie": GIVEN["key"]}


@pytest.fixture
def elsewhere(store_root: Path) -> Iterator[ObjectStoreServer]:
    """The same archive on another server."""
    with ObjectStoreServer(store_root) as running:
        yield running


def heard(server: ObjectStoreServer) -> list[str]:
    """Which secrets a server was told."""
    told = str([record.headers for record in server.statistics.log])
    return [name for name, secret in {**PLANTED, **GIVEN}.items() if secret in told]


def texts(error: BaseException) -> Iterator[str]:
    at: BaseException | None = error
    while at is not None:
        yield from (str(at), repr(at), *getattr(at, "__notes__", []))
        at = at.__cause__ or at.__context__


def silent_errors(url: str, chosen: dict[str, Any]) -> list[str]:
    """What an opening and a listing say, in which no secret is."""
    said = []
    for call in (
        lambda: nk.open_datatree(f"{url}/{CHUNKED.key}", storage_options=chosen),
        lambda: nk.open_catalog(url, storage_options=chosen, cache=False),
    ):
        with pytest.raises(nk.StoreError) as caught:
            call()
        watch = SecretsWatch()
        watch.look("error", " ".join(texts(caught.value)))
        assert not watch.leaks, caught.value
        said.append(str(caught.value))
    return said


SOURCES = ["environment", "options", "profile", "headers"]


def given_by(
    source: str, server: ObjectStoreServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, dict[str, Any]]:
    """A URL of the server, and options with which secrets go there that come from one of the sources."""
    match source:
        case "options":
            return server.url, {"endpoint_url": server.endpoint, **GIVEN}
        case "profile":
            lines = [f"aws_access_key_id = {GIVEN['key']}", f"aws_secret_access_key = {GIVEN['secret']}"]
            credentials = "\n".join(["[p]", *lines, f"aws_session_token = {GIVEN['token']}"])
            (folder / "credentials").write_text(credentials)
            monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
            return server.url, {"endpoint_url": server.endpoint, "profile": "p"}
        case "headers":
            return server.http_url, {"headers": HEADERS}
        case _:
            return server.url, {"endpoint_url": server.endpoint}


@pytest.mark.parametrize("status", [400, 403, 503])
@pytest.mark.parametrize("source", SOURCES)
def test_what_a_store_quotes_is_blanked(
    server: ObjectStoreServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, status: int
) -> None:
    server.faults = [Fault(FaultKind.ECHO, status=status)]
    url, chosen = given_by(source, server, tmp_path, monkeypatch)
    said = silent_errors(url, {**chosen, **SHORT})
    expected = PLANTED["AWS_SESSION_TOKEN"] if source == "environment" else GIVEN["token"]
    assert expected in str([record.headers for record in server.statistics.log])
    if status == 400:
        # Apart from the secrets, what the store says is told.
        assert all("InvalidRequest" in text for text in said)
    if source == "profile":
        (tmp_path / "credentials").unlink()


@pytest.mark.parametrize("source", SOURCES)
def test_a_pickled_catalog_holds_no_secret(
    server: ObjectStoreServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    url, chosen = given_by(source, server, tmp_path, monkeypatch)
    chosen["deadline"] = 7
    catalog = nk.open_catalog(url, storage_options=chosen, cache=False)
    assert len(catalog) == 3 and heard(server), "nothing proved who reads"
    catalog.save(tmp_path / "saved.parquet")
    saved = nk.open_catalog(tmp_path / "saved.parquet", storage_options=chosen)
    watch = SecretsWatch()
    for number, one in enumerate((catalog, catalog.search(variable="lithk"), saved)):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            pickled = pickle.dumps(one, protocol)
            watch.look(f"catalog {number}, protocol {protocol}", pickled)
        # This process has shown whom it reads that server as; another one is asked again.
        assert len(pickle.loads(pickled)) == len(one)
    assert not watch.leaks
    if source == "profile":
        (tmp_path / "credentials").unlink()


@pytest.mark.parametrize("place", ["options", "profile", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_with_a_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    address, chosen = f"http://someone:{GIVEN['key']}@127.0.0.1:1", dict[str, Any](SHORT)
    match place:
        case "options":
            chosen["endpoint_url"] = address
        case "profile":
            (tmp_path / "config").write_text(f"[profile p]\nregion = eu-north-1\nendpoint_url = {address}\n")
            monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
            chosen["profile"] = "p"
        case variable:
            monkeypatch.setenv(variable, address)
    for call in (nk.open_datatree, nk.open_catalog):
        with pytest.raises(nk.ArgumentError, match="endpoint_url") as caught:
            call("s3://bucket/a.nc", storage_options=chosen)
        assert GIVEN["key"] not in " ".join(texts(caught.value))
    if place == "profile":
        (tmp_path / "config").unlink()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("route", ["s3", "http"])
def test_a_redirect_takes_no_proof_along(
    server: ObjectStoreServer, elsewhere: ObjectStoreServer, route: str, status: int
) -> None:
    place = elsewhere.endpoint.replace("127.0.0.1", "localhost") if status != 307 else elsewhere.endpoint
    server.faults = [Fault(FaultKind.ELSEWHERE, method="GET", target=place, status=status)]
    if route == "s3":
        url, chosen = server.url, {"endpoint_url": server.endpoint, **GIVEN}
    else:
        url, chosen = server.http_url, {"headers": HEADERS}
    tree = nk.open_datatree(f"{url}/{CHUNKED.key}", storage_options={**chosen, "deadline": 5})
    np.testing.assert_array_equal(tree[CHUNKED.variable][3].values, CHUNKED.values[3])
    assert heard(server) and elsewhere.statistics.total > 0
    assert heard(elsewhere) == []


def test_another_region_is_signed_for(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.OTHER_REGION, target="eu-north-1")]
    chosen = {"endpoint_url": server.endpoint, "region": "us-east-1", "deadline": 5, **GIVEN}
    tree = nk.open_datatree(f"{server.url}/{CHUNKED.key}", storage_options=chosen)
    np.testing.assert_array_equal(tree[CHUNKED.variable][3].values, CHUNKED.values[3])
    catalog = nk.open_catalog(server.url, storage_options={**chosen, "deadline": 6}, cache=False)
    assert len(catalog) == 3
    signed = [record.headers["authorization"] for record in server.statistics.log]
    assert sum("/us-east-1/" in text for text in signed) == 2, "one of each connection"


def test_credentials_that_expire_are_fetched_anew(
    store_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in PLANTED:
        monkeypatch.delenv(name)
    (tmp_path / "token").write_text("pod")
    with ObjectStoreServer(store_root, session_token="the-first-token") as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.endpoint}/-/credentials")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
        chosen = {"endpoint_url": server.endpoint, "deadline": 5}
        tree = nk.open_datatree(f"{server.url}/{CHUNKED.key}", storage_options=chosen)
        server.session_token = "the-second-token"
        np.testing.assert_array_equal(tree[CHUNKED.variable].values, CHUNKED.values)
        monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        server.session_token = "the-third-token"
        with pytest.raises(nk.StoreError, match=CHUNKED.name) as caught:
            nk.open_datatree(f"{server.url}/{CHUNKED.key}", storage_options={**chosen, **GIVEN})
        assert "ExpiredToken" in str(caught.value)


READ = f"""
import pickle, sys
import nunatak as nk
options = eval(sys.argv[2])
try:
    if sys.argv[1].endswith(".pickle"):
        tree = pickle.load(open(sys.argv[1], "rb"))
    else:
        tree = nk.open_catalog(sys.argv[1], storage_options=options).to_datatree(on_error="raise")
    print("sum", float(tree["{NODE}/{CHUNKED.variable}"][3].sum()))
except nk.NunatakError as error:
    print(type(error).__name__, error)
"""

FILES: dict[str, Callable[[Path, Any], None]] = {
    "saved.parquet": lambda path, catalog: catalog.save(path),
    "tree.pickle": lambda path, catalog: path.write_bytes(pickle.dumps(catalog.to_datatree())) and None,
}


def read_elsewhere(path: Path, given: dict[str, Any] | None = None) -> str:
    """What a process of a reader with credentials in the environment gets."""
    run = run_code(READ, path, repr(given))
    return run.stdout or run.stderr


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_names_a_server_gets_no_credentials_there(
    server: ObjectStoreServer, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = f"sum {float(CHUNKED.values[3].sum()):.6g}"[:9]
    for signing in (GIVEN, {"anon": True}):
        chosen = {"endpoint_url": server.endpoint, "deadline": 5, **signing}
        FILES[kind](tmp_path / kind, nk.open_catalog(server.url, storage_options=chosen, cache=False))
        server.reset()
        assert read_elsewhere(tmp_path / kind).startswith(expected)
        assert server.statistics.total > 0 and heard(server) == []
    # Who needs to be known is told why nothing was signed.
    server.faults = [Fault(FaultKind.FORBIDDEN)]
    said = read_elsewhere(tmp_path / kind)
    assert "StoreError" in said and "a file names the server" in said and heard(server) == []
    # An environment that names the server means its credentials for that.
    server.faults = []
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    chosen = {"endpoint_url": server.endpoint, "deadline": 4}
    FILES[kind](tmp_path / kind, nk.open_catalog(server.url, storage_options=chosen, cache=False))
    server.reset()
    assert read_elsewhere(tmp_path / kind).startswith(expected)
    assert heard(server) == ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"]


def test_options_are_the_readers_consent(server: ObjectStoreServer, tmp_path: Path) -> None:
    theirs = {"endpoint_url": server.endpoint, "deadline": 5, "region": "eu-north-1", "anon": False}
    path = tmp_path / "saved.parquet"
    nk.open_catalog(server.url, storage_options={**theirs, **GIVEN}, cache=False).save(path)
    for given, told in (
        ({"deadline": 3}, []),
        ({"endpoint_url": server.endpoint}, ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"]),
        ({"key": GIVEN["key"], "secret": GIVEN["secret"]}, ["key"]),
        (GIVEN, ["key", "token"]),
        ({**GIVEN, "anon": True}, []),
    ):
        server.reset()
        assert read_elsewhere(path, given).startswith("sum"), given
        assert heard(server) == told, given


@pytest.mark.parametrize(
    "options",
    [
        {"region": "evil.example/"},
        {"region": "x.example#"},
        {"account_name": "evil.example/"},
        {"region": "a\\b"},
    ],
)
def test_options_that_would_lead_to_another_host_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(nk.ArgumentError, match=next(iter(options))):
        nk.open_datatree("s3://bucket/a.nc", storage_options=options)
    with pytest.raises(nk.StoreError, match="name of a bucket"):
        nk.open_datatree("s3://evil.example\\/a.nc", storage_options={"virtual_hosted": "true"})
