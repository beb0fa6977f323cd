"""Secrets that are planted in the environment, and all that the library says and writes, watched for them."""

from __future__ import annotations

import base64
import logging
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nunatak.errors import NunatakError, NunatakWarning

PLANTED = {
    "AWS_ACCESS_KEY_ID": "AKIAPLANTEDINENVIRONMENT",
    "AWS_SECRET_ACCESS_KEY": "pl4nted/secret+of/the=environment",
    "AWS_SESSION_TOKEN": "FwoGpl4nted//session+token/of=environment==",
}
"""Variables of the environment, as they are planted for a whole run of the tests."""

GIVEN = {
    "key": "AKIAGIVENASANOPTION",
    "secret": "g1ven/secret+of/the=options",
    "token": "FwoGg1ven//session+token/of=options==",
}
"""Options for a store of S3's kind, for tests that give some."""

_LARGEST_FILE = 16 * 2**20
_HEAD = 12
"""A text that holds the first signs of a secret holds too much of it."""


class SecretsWatch:
    """Looks at what is said and written; `leaks` are the places where a secret was, without the secret."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        secrets = [secret[:_HEAD] for secret in (*PLANTED.values(), *GIVEN.values())]
        spellings = [spell(secret) for secret in secrets for spell in (str, quote, _in_base64)]
        self._spellings = [spelling.encode() for spelling in dict.fromkeys(spellings)]

    def look(self, what: str, said: str | bytes) -> None:
        """Note a text or the content of a file that holds a secret."""
        content = said if isinstance(said, bytes) else said.encode(errors="replace")
        if any(spelling in content for spelling in self._spellings):
            self.leaks.append(what)

    def look_at_files(self, folder: Path) -> None:
        """Look into all files below a folder, whatever their kind; into one of many names once."""
        seen: set[tuple[int, int]] = set()
        for path in folder.rglob("*"):
            if path.is_symlink() or not path.is_file():
                continue
            status = path.stat()
            place = (status.st_dev, status.st_ino)
            if status.st_size <= _LARGEST_FILE and place not in seen:
                self.look(f"file {path.name}", path.read_bytes())
            seen.add(place)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Plant the secrets, and look at every error, warning, record of a log and pickle from now on."""
        before = {name: os.environ.get(name) for name in PLANTED}
        os.environ.update(PLANTED)
        handler = _Records(self)
        logging.getLogger().addHandler(handler)
        dumps, pickle.dumps = pickle.dumps, self._pickling(pickle.dumps)
        NunatakError.__init__ = self._heard(NunatakError)
        NunatakWarning.__init__ = self._heard(NunatakWarning)
        try:
            yield
        finally:
            del NunatakError.__init__, NunatakWarning.__init__
            pickle.dumps = dumps
            logging.getLogger().removeHandler(handler)
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})

    def _heard(self, kind: type[BaseException]) -> Any:
        def heard(instance: BaseException, *arguments: Any) -> None:
            super(kind, instance).__init__(*arguments)
            self.look(f"{type(instance).__name__}", f"{arguments!r} {instance}")

        return heard

    def _pickling(self, dumps: Any) -> Any:
        def pickled(obj: Any, *arguments: Any, **options: Any) -> bytes:
            made = dumps(obj, *arguments, **options)
            self.look(f"pickle of a {type(obj).__name__}", made)
            return made

        return pickled


class _Records(logging.Handler):
    def __init__(self, watch: SecretsWatch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.look(f"log of {record.name}", record.getMessage())


def _in_base64(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()
