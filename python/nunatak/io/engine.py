"""The xarray engine ``nunatak``: HDF5, NetCDF-4 and NetCDF-3 files as lazy datasets and trees."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
import xarray as xr
from xarray import conventions
from xarray.backends import BackendEntrypoint

from nunatak._nunatak import can_open, open_file
from nunatak.errors import ArgumentError, FormatError, UnreadableWarning, caller_stacklevel
from nunatak.io.lazy import lazy_variable, storage_encoding
from nunatak.io.sources import Source, is_file_object, source_of
from nunatak.io.stores import StorageOptions, option_pairs

__all__ = ["NunatakBackendEntrypoint"]


class NunatakBackendEntrypoint(BackendEntrypoint):
    """Opens HDF5/NetCDF-4 and NetCDF-3 files, recognised by content, through Nunatak's own reader.

    Packing and fill values are decoded in Rust, with the values and types of xarray's own decoder; times
    and characters by xarray's coders. Reading a region touches only its chunks, releases the GIL and takes
    no lock.
    """

    description: ClassVar[str] = (
        "Open NetCDF-3, NetCDF-4 and HDF5 files with Nunatak's lazy, lock-free reader"
    )
    url: ClassVar[str] = "https://nunatak.readthedocs.io"
    supports_groups: ClassVar[bool] = True

    def guess_can_open(self, filename_or_obj: Any) -> bool:
        """Whether the content of a local file or of a file object is one of the formats."""
        if isinstance(filename_or_obj, str | os.PathLike):
            path = os.fspath(filename_or_obj)
            return "://" not in path and can_open(path)
        return is_file_object(filename_or_obj) and _can_open_object(filename_or_obj)

    def open_dataset(
        self,
        filename_or_obj: Any,
        *,
        mask_and_scale: bool | Mapping[str, bool] = True,
        decode_times: Any = True,
        concat_characters: bool = True,
        decode_coords: Any = True,
        drop_variables: str | Iterable[str] | None = None,
        use_cftime: bool | None = None,
        decode_timedelta: Any = None,
        group: str | None = None,
        mask_valid_range: bool = False,
        storage_options: StorageOptions | None = None,
        store: Any = None,
    ) -> xr.Dataset:
        """One group of a file as a dataset.

        Parameters
        ----------
        filename_or_obj
            A path, a URL, ``bytes``, or a binary file object such as ``io.BytesIO`` or a file of fsspec. A
            file object must stay open, and nobody else may read from it while the data are read.
        mask_and_scale
            Whether fill values become NaN and packed values are unpacked; or by variable, True for those that
            are not named.
        group
            Path of the group; the root when None.
        mask_valid_range
            Mask values outside ``valid_min``, ``valid_max`` and ``valid_range``. Off by default, as in
            xarray: many archived files carry the range of their first time step only.
        storage_options
            How to reach the store of a URL; as in :func:`nunatak.open_catalog`.
        store
            A store of obstore that holds the file; ``filename_or_obj`` is then its path there.
        """
        source = _source(filename_or_obj, store, storage_options)
        content = _open(source, mask_and_scale, mask_valid_range, storage_options)
        content, path = _find_group(content, group, source.label), source.label
        return _dataset(
            content,
            path,
            mask_and_scale=mask_and_scale,
            decode_times=decode_times,
            concat_characters=concat_characters,
            decode_coords=decode_coords,
            drop_variables=drop_variables,
            use_cftime=use_cftime,
            decode_timedelta=decode_timedelta,
        )

    def open_groups_as_dict(
        self,
        filename_or_obj: Any,
        *,
        group: str | None = None,
        mask_and_scale: bool | Mapping[str, bool] = True,
        mask_valid_range: bool = False,
        storage_options: StorageOptions | None = None,
        store: Any = None,
        **decoders: Any,
    ) -> dict[str, xr.Dataset]:
        """Every group of a file (below ``group``) as a dataset, by path; options as in ``open_dataset``."""
        source = _source(filename_or_obj, store, storage_options)
        content = _open(source, mask_and_scale, mask_valid_range, storage_options)
        content, path = _find_group(content, group, source.label), source.label
        return {
            name: _dataset(child, path, mask_and_scale=mask_and_scale, **decoders)
            for name, child in _walk(content, "/")
        }

    def open_datatree(self, filename_or_obj: Any, **kwargs: Any) -> xr.DataTree:
        """Every group of a file as one tree."""
        return xr.DataTree.from_dict(self.open_groups_as_dict(filename_or_obj, **kwargs))

    open_dataset_parameters: ClassVar[tuple[str, ...]] = (
        "filename_or_obj",
        "mask_and_scale",
        "decode_times",
        "concat_characters",
        "decode_coords",
        "drop_variables",
        "use_cftime",
        "decode_timedelta",
        "group",
        "mask_valid_range",
        "storage_options",
        "store",
    )


def _source(filename_or_obj: Any, store: Any, options: StorageOptions | None) -> Source:
    """What to open. xarray makes relative paths absolute, which paths in a store must not be."""
    if store is not None and isinstance(filename_or_obj, str | os.PathLike):
        path = os.fspath(filename_or_obj)
        below = os.path.join(os.getcwd(), "")
        filename_or_obj = path.removeprefix(below).replace(os.sep, "/")
    return source_of(filename_or_obj, store, options)


def _can_open_object(file: Any) -> bool:
    """Whether the content of a file object is one of the formats; its position stays."""
    try:
        position = file.tell() if hasattr(file, "tell") else None
        source = source_of(file)
        found = can_open(source.location)
        if position is not None:
            file.seek(position)
    except (OSError, ValueError):
        return False
    return found


def _open(
    source: Source,
    mask_and_scale: bool | Mapping[str, bool],
    mask_valid_range: bool,
    options: StorageOptions | None,
) -> dict[str, Any]:
    by_name = isinstance(mask_and_scale, Mapping)
    packed = [str(name) for name, decode in mask_and_scale.items() if not decode] if by_name else []
    return open_file(
        source.location,
        decode=by_name or bool(mask_and_scale),
        packed=packed,
        mask_valid_range=mask_valid_range,
        options=option_pairs(options),
    )


class _MissingGroup(ArgumentError, KeyError):
    """A group that a file does not have: xarray's engines raise KeyErrors for it."""

    __str__ = Exception.__str__


def _find_group(content: dict[str, Any], group: str | None, path: str) -> dict[str, Any]:
    for name in (group or "").strip("/").split("/"):
        if not name:
            continue
        if name not in content["groups"]:
            for unread, reason in content["unreadable"]:
                if unread.rpartition("/")[2] == name:
                    raise FormatError(f"{path}: {unread}: not supported: {reason}")
            known = ", ".join(content["groups"]) or "none"
            raise _MissingGroup(f"{path}: group: no group {name!r} in {group!r}; groups there: {known}")
        content = content["groups"][name]
    return content


def _walk(content: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, content
    for name, child in content["groups"].items():
        yield from _walk(child, f"{path.rstrip('/')}/{name}")


def _names(given: str | Iterable[str] | None) -> set[str]:
    return {given} if isinstance(given, str) else set(given or ())


def _warn_unreadable(content: dict[str, Any], path: str, dropped: set[str]) -> None:
    for name, reason in content["unreadable"]:
        if name in dropped:
            continue
        warnings.warn(f"{path}: {name} is left out: {reason}", UnreadableWarning, stacklevel=2)


def _dataset(
    content: dict[str, Any], path: str, *, mask_and_scale: bool | Mapping[str, bool], **decoders: Any
) -> xr.Dataset:
    dropped = _names(decoders.pop("drop_variables", None))
    named = {_name(own): own for own in content["variables"] if own["name"] not in dropped}
    _warn_unreadable(content, path, dropped)
    raw = {name: _variable(variable, path) for name, variable in named.items()}
    undecoded: dict[Any, bool] = {
        name: _is_wanted(mask_and_scale, name) and not variable["decoded"] for name, variable in named.items()
    }
    for name in [name for name, is_left in undecoded.items() if is_left and _is_packed_text(raw[name])]:
        text = f"{path}: {name} is left as the file has it: its values are no numbers that could be scaled"
        warnings.warn(text, UnreadableWarning, stacklevel=caller_stacklevel())
        undecoded[name] = False
    variables, attrs, coordinate_names = _decoded(raw, content["attributes"], undecoded, path, decoders)
    coordinates = {
        name: variable
        for name, variable in variables.items()
        if name in coordinate_names or variable.dims == (name,)
    }
    dataset = xr.Dataset(
        {name: variable for name, variable in variables.items() if name not in coordinates},
        xr.Coordinates(coordinates, indexes={}),
        attrs,
    )
    dataset.encoding = {"source": path, "unlimited_dims": set(content["unlimited"])}
    return dataset


def _is_wanted(choice: bool | Mapping[str, bool], name: Any) -> bool:
    return choice.get(name, True) if isinstance(choice, Mapping) else bool(choice)


def _is_packed_text(variable: xr.Variable) -> bool:
    """Whether values that are no numbers are said to be packed: reading them fails in xarray's coders."""
    return variable.dtype.kind not in "iufcb" and not {"scale_factor", "add_offset"}.isdisjoint(
        variable.attrs
    )


_REFUSALS = (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError)
"""What xarray's coders raise for attributes of values or types that they do not expect."""


def _decoded(
    raw: dict[Any, xr.Variable],
    attrs: dict[Any, Any],
    mask_and_scale: dict[Any, bool],
    path: str,
    decoders: dict[str, Any],
) -> tuple[Any, Any, Any]:
    """Variables decoded by xarray's coders. One that they refuse stays as the file has it, with a warning: a
    bad attribute costs its variable, not its file."""
    try:
        return conventions.decode_cf_variables(raw, attrs, mask_and_scale=mask_and_scale, **decoders)
    except _REFUSALS as error:
        bad = {name: problem for name in raw if (problem := _problem(name, raw, mask_and_scale, decoders))}
        if not bad and decoders.get("decode_coords", True):
            text = f"{path}: what it says of coordinates is not used: {error}"
            warnings.warn(text, UnreadableWarning, stacklevel=caller_stacklevel())
            return _decoded(raw, attrs, mask_and_scale, path, decoders | {"decode_coords": False})
        if not bad:
            raise FormatError(f"{path}: cannot be decoded: {error}") from error
    for name, problem in bad.items():
        text = f"{path}: {name} is left as the file has it: {problem}"
        warnings.warn(text, UnreadableWarning, stacklevel=caller_stacklevel())
    sound = {name: variable for name, variable in raw.items() if name not in bad}
    variables, kept_attrs, names = _decoded(sound, attrs, mask_and_scale, path, decoders)
    kept = {name: raw[name] for name in bad}
    return {**variables, **kept}, kept_attrs, names


def _problem(
    name: Any, raw: dict[Any, xr.Variable], mask_and_scale: dict[Any, bool], decoders: dict[str, Any]
) -> str | None:
    """Why xarray's coders refuse a variable."""
    options: dict[str, Any] = decoders | {"decode_coords": False}
    try:
        conventions.decode_cf_variables({name: raw[name]}, {}, mask_and_scale=mask_and_scale, **options)
    except _REFUSALS as error:
        return (str(error) or type(error).__name__).splitlines()[0]
    return None


def _name(variable: Mapping[str, Any]) -> Any:
    """The name that xarray wrote: it keeps a variable named None as ``__values__``."""
    return None if variable["name"] == "__values__" else variable["name"]


def _structured(description: Any, name: str, path: str) -> np.dtype:
    try:
        return np.dtype(description)
    except (TypeError, ValueError) as error:
        raise FormatError(f"{path}: {name}: a type that NumPy does not support: {error}") from error


def _variable(variable: Mapping[str, Any], path: str) -> xr.Variable:
    array, chunk_shape = variable["array"], variable["storage"]["chunk_shape"]
    seen_as = variable["storage"]["element_type"]
    dtype = None if seen_as is None else _structured(seen_as, variable["name"], path)
    encoding = {
        **variable["encoding"],
        **storage_encoding(variable["storage"], path),
        # Text without a length is `str` to xarray's coders, which give it the length it needs.
        "dtype": str if array.dtype == "object" else dtype or np.dtype(variable["stored_dtype"]),
        "original_shape": array.shape,
    }
    if chunk_shape is not None:
        encoding["preferred_chunks"] = dict(zip(variable["dimensions"], chunk_shape, strict=True))
    attributes = dict(variable["attributes"])
    if dtype is None and array.dtype.startswith("S") and "_FillValue" in attributes:
        attributes["_FillValue"] = np.bytes_(attributes["_FillValue"])
    if "least_significant_digit" in attributes:
        encoding["least_significant_digit"] = attributes.pop("least_significant_digit")
    return lazy_variable(variable["dimensions"], array, attributes, encoding, dtype)
