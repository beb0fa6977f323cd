"""Object stores: traffic, memory, listings."""

from collections.abc import Sequence

def store_traffic() -> tuple[int, int]:
    """Requests made to remote stores by this process, and bytes received."""

def has_room(bytes: int) -> bool:
    """Whether a result of so many bytes can be held."""

def file_limits(given: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sets the limits of one file that are given, by name; returns all of them."""

def limit_remedy(name: str) -> str:
    """What an error adds about a limit."""

def memory_limit(limit: int | None = None) -> int:
    """Sets the memory budget in bytes when one is given; returns the budget."""

def public_options(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Options without secrets, to be pickled."""

def without_secrets(text: str) -> str:
    """Text of others for a message, without secrets."""

def list_objects(prefix: str, options: Sequence[tuple[str, str]]) -> list[str]:
    """URLs of all objects below a prefix of a remote store, sorted."""
