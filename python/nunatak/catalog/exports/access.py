"""Access of exported references to the store of the original files, from the options of the archive."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["is_anonymous"]


def is_anonymous(options: Mapping[str, str]) -> bool:
    """Whether requests go without a signature."""
    return str(options.get("anon", "")).lower() in ("true", "1", "yes") or options.get("token") == "anon"
