"""Arguments of public functions: each is held against its annotation before anything is done with it.

Types alone are checked here; which numbers and words a function takes, it says itself.
"""

from __future__ import annotations

import builtins
import inspect
import numbers
import os
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from operator import length_hint
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak.errors import ArgumentError

__all__ = ["check_arguments", "checked", "found", "is_list", "is_text", "within_memory"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Check = Callable[[Any], bool]
_SECRET = ("storage_options", "store")
"""Arguments that may hold credentials, which no message shows."""
_MOST_ITEMS = 10_000_000
"""Most items of a list of names, paths or levels, which is looked at item by item."""
_Expectation = tuple[_Check, list[str]]
"""Whether a value fits, and the words for what does."""


def checked(function: _Function) -> _Function:
    """A function that refuses arguments of other types than its annotations say.

    Numbers may be numpy's and arrive as Python's own, sequences may be any but text, arrays anything that
    numpy takes for an array of numbers and is no dataset. A word among a few is checked as text only.
    Protocols, lists of pairs, and classes that are imported for type checkers alone are left to the function.
    An array of the arguments, or made of them, that numpy finds no memory for is an argument that is too
    large.

    Raises
    ------
    ArgumentError
        It names the argument, what was found and what was expected.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with within_memory(function.__qualname__):
            bound = signature.bind(*args, **kwargs)
            check_arguments(function, bound.arguments)
            bound.arguments.update(_plain_numbers(function, bound.arguments))
            return function(*bound.args, **bound.kwargs)

    return cast(_Function, wrapper)


@contextmanager
def within_memory(name: str) -> Iterator[None]:
    """Report that there is no memory as an error of the arguments of a function, which is named.

    Raises
    ------
    ArgumentError
        In place of ``MemoryError``, of ``RecursionError``, and of what numpy says of lists in lists without
        end.
    """
    try:
        yield
    except MemoryError as error:
        raise ArgumentError(f"{name}: its arguments, or what is made of them, do not fit: {error}") from error
    except RecursionError as error:
        raise ArgumentError(f"{name}: its arguments are nested too deeply: {error}") from error
    except ValueError as error:
        if "maximum number of dimension" not in str(error):
            raise
        raise ArgumentError(f"{name}: its arguments are nested too deeply: {error}") from error


def check_arguments(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """As :func:`checked`, for a function that looks at some of its arguments first.

    Raises
    ------
    ArgumentError
        As there.
    """
    for name, value in arguments.items():
        expectation = _expectations(function).get(name)
        if expectation is not None and not expectation[0](value):
            shown = type(value).__name__ if name in _SECRET else found(value)
            raise ArgumentError(f"{name}: found {shown}, expected {_either(expectation[1])}")


def _plain_numbers(function: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Python's own numbers for those of numpy and for fractions, which JSON and other libraries refuse."""
    plain = {
        name: value.item() if isinstance(value, np.bool_ | np.integer) else float(value)
        for name, value in arguments.items()
        if isinstance(value, np.bool_ | np.integer | np.floating | numbers.Real)
        and not isinstance(value, bool | int | np.timedelta64)
        and _expectations(function).get(name) is not None
    }
    return {name: value for name, value in plain.items() if _expectations(function)[name][0](value)}


def found(value: Any) -> str:
    """A value as messages name it: short, and with its type where that is not plain."""
    if value is None or isinstance(value, bool | int | float):
        return f"{value!r:.80}"
    if isinstance(value, xr.Dataset):
        return f"Dataset of {', '.join(map(str, value.data_vars)) or 'nothing'}"[:80]
    if isinstance(value, str | list | tuple | dict | set | bytes | complex | os.PathLike):
        return f"{type(value).__name__} {value!r:.80}"
    if isinstance(value, np.ndarray | xr.DataArray):
        return f"{type(value).__name__} of {value.dtype} and shape {value.shape}"
    return type(value).__name__


@lru_cache(maxsize=512)
def _expectations(function: Callable[..., Any]) -> dict[str, _Expectation]:
    """What the parameters of a function take, where their annotations say it."""
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    known = (*plain, inspect.Parameter.KEYWORD_ONLY)
    own = {
        name: _expectation(_hint(parameter.annotation, function))
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in known and parameter.annotation is not inspect.Parameter.empty
    }
    return {name: expectation for name, expectation in own.items() if expectation is not None}


class _Unknown(dict[str, Any]):
    """Names that a module imports for type checkers alone: whatever they are, anything is one."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, name: str) -> Any:
        return self.known.get(name, vars(builtins).get(name, Any))


def _hint(annotation: Any, function: Callable[..., Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, {}, _Unknown(getattr(inspect.unwrap(function), "__globals__", {})))
    except (AttributeError, TypeError):
        return Any


def _expectation(hint: Any) -> _Expectation | None:
    """The check of a hint and its words; None where anything fits."""
    if hint is Any or hint is object or hint is ArrayLike:
        return None
    if isinstance(hint, TypeVar):
        return _any_of(hint.__constraints__)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _any_of(get_args(hint))
    if origin is Literal:
        words = [repr(word) for word in get_args(hint)]
        return is_text, words
    if origin is Sequence and get_args(hint)[:1] == (str,):
        return _is_sequence, [f"a sequence of texts (at most {_MOST_ITEMS:,})"]
    if origin is Sequence and any(get_origin(item) is tuple for item in get_args(hint)):
        return None
    return _of_class(origin or hint)


def _any_of(hints: Iterable[Any]) -> _Expectation | None:
    found = [_expectation(hint) for hint in hints]
    alternatives = [each for each in found if each is not None]
    if not alternatives or len(alternatives) < len(found):
        return None
    words = list(dict.fromkeys(word for _, own in alternatives for word in own))
    return (lambda value: any(check(value) for check, _ in alternatives)), words


def _of_class(kind: Any) -> _Expectation | None:
    if kind in _KINDS:
        check, words = _KINDS[kind]
        return check, [words]
    if not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return None
    return (lambda value: isinstance(value, kind)), [kind.__name__]


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, numbers.Real | np.floating | np.integer)
    if not is_number or isinstance(value, bool | np.bool_ | np.timedelta64):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def is_text(value: Any) -> bool:
    """Whether a value is text that files and other libraries can be called by: of Unicode, without NUL."""
    return (
        isinstance(value, str) and "\0" not in value and not any("\ud800" <= own <= "\udfff" for own in value)
    )


def _is_path(value: Any) -> bool:
    return isinstance(value, os.PathLike) and is_text(os.fspath(value))


def _is_whole(value: Any) -> bool:
    is_whole = isinstance(value, numbers.Integral | np.integer)
    return is_whole and not isinstance(value, bool | np.bool_ | np.timedelta64) and abs(int(value)) < 2**63


def _is_array(value: Any) -> bool:
    """Whether a value is an array of numbers, truths or times, or a list of them."""
    if isinstance(value, xr.Dataset | xr.DataTree | str | bytes | Mapping):
        return False
    if not hasattr(value, "__array__") and not isinstance(value, Sequence):
        return False
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    try:
        return (kind or np.asarray(value).dtype.kind) in "biufmM"
    except (OverflowError, RecursionError, TypeError, ValueError):
        return False


def _is_sequence(value: Any) -> bool:
    is_sequence = isinstance(value, Sequence | np.ndarray) and not isinstance(value, str | bytes)
    return is_sequence and getattr(value, "ndim", 1) > 0 and len(value) <= _MOST_ITEMS


def is_list(value: Any) -> bool:
    """Whether a value is a list, or anything else whose items can be had one by one in little time."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return False
    return getattr(value, "ndim", 1) == 1 and length_hint(value) <= _MOST_ITEMS


_KINDS: dict[Any, tuple[_Check, str]] = {
    type(None): (lambda value: value is None, "None"),
    None: (lambda value: value is None, "None"),
    bool: (lambda value: isinstance(value, bool | np.bool_), "True or False"),
    int: (_is_whole, "a whole number of at most 64 bits"),
    float: (_is_number, "a number"),
    str: (is_text, "text"),
    os.PathLike: (_is_path, "a path"),
    np.ndarray: (_is_array, "an array of numbers"),
    Sequence: (_is_sequence, f"a list (of at most {_MOST_ITEMS:,})"),
    tuple: (_is_sequence, "a tuple"),
    Iterable: (is_list, f"a list (of at most {_MOST_ITEMS:,})"),
    Mapping: (lambda value: isinstance(value, Mapping), "a mapping"),
    Callable: (callable, "a function"),
}


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
