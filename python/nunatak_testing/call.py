"""A call of a public function, of which any argument can be replaced."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Call"]


@dataclass
class Call:
    """A call that succeeds, of which one argument is replaced."""

    function: Callable[..., Any]
    arguments: dict[str, Any]

    @property
    def names(self) -> list[str]:
        """Parameters that can be replaced; what ``progress`` raises is the user's own."""
        variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        parameters = inspect.signature(self.function).parameters.values()
        return [own.name for own in parameters if own.kind not in variadic and own.name != "progress"]
