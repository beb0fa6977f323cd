"""Python objects that bytes are read from."""

from typing import Any

class Reader:
    """A file object (``kind`` is ``"file"``) or a store (``"store"``) that bytes are read from.

    Locations below it can be opened while it, or anything that was opened through it, is held. Pickles with
    its object.
    """

    def __new__(cls, object: Any, kind: str) -> Reader: ...
    def join(self, key: str) -> str:
        """The location of a file below it."""
