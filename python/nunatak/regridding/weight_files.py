"""Weights in the formats of other regridders: ESMF maps (ESMF, xESMF, NCO) and SCRIP (CDO)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import limit_remedy
from nunatak.errors import ArgumentError, FormatError
from nunatak.io.netcdf import check_netcdf, write_netcdf
from nunatak.io.stores import file_limits
from nunatak.regridding.weights_plan import CONSERVATIVE

__all__ = ["WeightFile", "read_weight_file", "write_weight_file"]

_ESMF = ("row", "col", "S")
_SUMS = 1e-3
"""How far sums of rows may be from what they are in other programs' geometry."""
_CENTRES = 1e-6
"""How far (radians) any centre may be: what single precision of degrees loses."""
_SCRIP = ("src_address", "dst_address", "remap_matrix")
_ESMF_LENGTHS = {
    "n_s": ("S", "row", "col"),
    "n_a": ("xc_a", "yc_a", "mask_a", "area_a", "frac_a"),
    "n_b": ("xc_b", "yc_b", "mask_b", "area_b", "frac_b"),
}
_SCRIP_LENGTHS = {
    "num_links": ("remap_matrix", "src_address", "dst_address"),
    "src_grid_size": tuple(
        f"src_grid_{part}" for part in ("center_lon", "center_lat", "imask", "area", "frac")
    ),
    "dst_grid_size": tuple(
        f"dst_grid_{part}" for part in ("center_lon", "center_lat", "imask", "area", "frac")
    ),
}
"""Variables of one number for each entry or each cell."""


@dataclass(frozen=True)
class WeightFile:
    """Entries of a sparse matrix in a file, and what the file says of the two grids.

    ``target_cells`` and ``source_cells`` count from 0, in the order of the file; ``values`` are float64.
    Sizes and centres (degrees) are None when the file has none.
    """

    path: str
    target_cells: np.ndarray
    source_cells: np.ndarray
    values: np.ndarray
    source_size: int | None = None
    target_size: int | None = None
    source_centres: tuple[np.ndarray, np.ndarray] | None = None
    target_centres: tuple[np.ndarray, np.ndarray] | None = None
    target_fractions: np.ndarray | None = None
    """Covered fraction of each target cell."""
    target_areas: np.ndarray | None = None
    """Areas of the target cells, in the unit of weights that are not normalised."""
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def shares_of_cells(self, method: str) -> np.ndarray:
        """The weights as fractions of whole target cells (``destarea``), whatever they are in the file.

        Weights of methods of points are returned as they are.

        Raises
        ------
        ArgumentError
            For a ``normalization`` that is unknown, or needs what the file does not have.
        """
        map_method = str(self.attrs.get("map_method", "")).lower()
        if method not in CONSERVATIVE or (map_method and "conserv" not in map_method):
            return self.values
        kind = str(self.attrs.get("normalization", "")).strip().lower() or self._likely_normalisation()
        if kind == "destarea":
            return self.values
        if kind == "fracarea" and self.target_fractions is not None:
            return self.values * self.target_fractions[self.target_cells]
        if kind == "none" and self.target_areas is not None:
            return self.values / self.target_areas[self.target_cells]
        lacks = {"fracarea": "frac_b (dst_grid_frac)", "none": "area_b (dst_grid_area)"}.get(kind)
        problem = f"which needs {lacks}" if lacks else "expected destarea, fracarea or none"
        raise ArgumentError(f"{self.path}: its normalization is {kind!r}, {problem}")

    def _likely_normalisation(self) -> str:
        """The normalization of a file that does not say it, from the sums of the rows."""
        fractions = self.target_fractions
        if fractions is None:
            return "destarea"
        sums = np.bincount(self.target_cells, self.values, minlength=fractions.size)
        if np.allclose(sums, fractions, atol=_SUMS):
            return "destarea"
        if np.allclose(sums[sums > 0], 1.0, atol=_SUMS):
            return "fracarea"
        raise ArgumentError(
            f"{self.path}: has no attribute normalization, and its rows sum neither to frac_b nor to 1; "
            "expected one of destarea, fracarea, none"
        )

    def check(self, kind: str, size: int, centres: tuple[np.ndarray, np.ndarray]) -> None:
        """Check that the ``kind`` ("source" or "target") grid of the file is the user's.

        Raises
        ------
        ArgumentError
            For another number of cells, entries beyond it, or centres elsewhere.
        """
        own = self.source_size if kind == "source" else self.target_size
        if own is not None and own != size:
            raise ArgumentError(f"{self.path}: {kind} grid of {own} cells, expected {size}")
        cells = self.source_cells if kind == "source" else self.target_cells
        if cells.size and not 0 <= int(cells.min()) <= int(cells.max()) < size:
            raise ArgumentError(
                f"{self.path}: {kind} cells from {cells.min() + 1} to {cells.max() + 1}, expected 1 to {size}"
            )
        there = self.source_centres if kind == "source" else self.target_centres
        if there is not None and there[0].size == size:
            _check_centres(self.path, kind, there, centres)


def _check_centres(
    path: str,
    kind: str,
    there: tuple[np.ndarray, np.ndarray],
    given: tuple[np.ndarray, np.ndarray],
) -> None:
    """Check that centres agree: to a hundredth of a typical distance between neighbours, and every one to a
    tenth of its own distance from the cells before and after it."""
    vectors = [_unit_vectors(*centres) for centres in (there, given)]
    apart = np.linalg.norm(vectors[0] - vectors[1], axis=1)
    steps = np.linalg.norm(np.diff(vectors[1], axis=0), axis=1) if apart.size > 1 else np.ones(1)
    own = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))[: apart.size]
    is_far = apart > np.maximum(0.1 * own, _CENTRES)
    if np.nanmedian(apart) > 0.01 * np.nanmedian(steps) or is_far.any():
        at = int(np.nanargmax(apart))
        raise ArgumentError(
            f"{path}: {kind} cell {at} at longitude {there[0][at]:g}, latitude {there[1][at]:g}; the grid "
            f"given has it at {given[0][at]:g}, {given[1][at]:g}: the weights belong to other cells, "
            "or to another order of them"
        )


def _unit_vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=1)


def read_weight_file(path: str | os.PathLike[str]) -> WeightFile:
    """The weights of a file that ESMF, xESMF, NCO, CDO or Nunatak wrote.

    Raises
    ------
    ArgumentError
        When the file has neither ``row``, ``col`` and ``S`` nor ``src_address``, ``dst_address`` and
        ``remap_matrix``, or lists of different lengths.
    FormatError
        When it cannot be read, has more entries than :func:`nunatak.file_limits` allows, or has a checksum,
        as those of Nunatak, and its bytes another.
    """
    name = os.fspath(path)
    check_netcdf(name)
    with xr.open_dataset(name, engine="nunatak", decode_times=False, mask_and_scale=False) as file:
        if all(variable in file.variables for variable in _ESMF):
            _check_lengths(name, file, _ESMF_LENGTHS)
            return _from_esmf(name, file)
        if all(variable in file.variables for variable in _SCRIP):
            _check_lengths(name, file, _SCRIP_LENGTHS)
            return _from_scrip(name, file)
        found = ", ".join(str(variable) for variable in file.variables) or "none"
    raise ArgumentError(
        f"{name}: no weights; expected {', '.join(_ESMF)} (ESMF) or {', '.join(_SCRIP)} (SCRIP), "
        f"found {found}"
    )


def _check_lengths(path: str, file: xr.Dataset, lengths: Mapping[str, tuple[str, ...]]) -> None:
    """Check that variables along one dimension are numbers of one length, and not too many, before a read."""
    limit = file_limits()["weights"]
    count = max(file[name].size for name in next(iter(lengths.values())))
    if count > limit:
        raise FormatError(
            f"{path}: expected at most {limit} weights, found {count}; {limit_remedy('weights')}"
        )
    for dim, names in lengths.items():
        there = [name for name in names if name in file.variables]
        for name in there:
            # The links of CDO have a weight for each term of the remapping.
            if file[name].ndim != 1 and not (name == "remap_matrix" and file[name].ndim == 2):
                raise ArgumentError(
                    f"{path}: {name} has the shape {file[name].shape}, expected one value for each of {dim}"
                )
        found = {name: len(file[name]) for name in there}
        expected = file.sizes.get(dim, next(iter(found.values()), 0))
        for name, length in found.items():
            if file[name].dtype.kind not in "fiub":
                raise ArgumentError(f"{path}: {name} holds {file[name].dtype}, expected numbers")
            if length != expected:
                raise ArgumentError(
                    f"{path}: {name} has {length} values, expected {expected}, one for each of {dim}: "
                    "the file is damaged, or put together from two"
                )


def _from_esmf(path: str, file: xr.Dataset) -> WeightFile:
    return WeightFile(
        path,
        *_entries(path, file["row"].values, file["col"].values, file["S"].values),
        source_size=file.sizes.get("n_a"),
        target_size=file.sizes.get("n_b"),
        source_centres=_centres(file, "xc_a", "yc_a"),
        target_centres=_centres(file, "xc_b", "yc_b"),
        target_fractions=_numbers(file, "frac_b", "n_b"),
        target_areas=_numbers(file, "area_b", "n_b"),
        attrs=dict(file.attrs),
    )


def _from_scrip(path: str, file: xr.Dataset) -> WeightFile:
    weights = file["remap_matrix"].values
    if weights.ndim == 2 and weights.shape[1] != 1 and np.any(weights[:, 1:]):
        raise ArgumentError(
            f"{path}: remap_matrix has {weights.shape[1]} weights for each link, expected 1: those of "
            "gradients cannot be applied to values alone"
        )
    first = weights[:, 0] if weights.ndim == 2 else weights
    return WeightFile(
        path,
        *_entries(path, file["dst_address"].values, file["src_address"].values, first),
        source_size=file.sizes.get("src_grid_size"),
        target_size=file.sizes.get("dst_grid_size"),
        source_centres=_centres(file, "src_grid_center_lon", "src_grid_center_lat"),
        target_centres=_centres(file, "dst_grid_center_lon", "dst_grid_center_lat"),
        target_fractions=_numbers(file, "dst_grid_frac", "dst_grid_size"),
        target_areas=_numbers(file, "dst_grid_area", "dst_grid_size"),
        attrs=dict(file.attrs),
    )


def _entries(
    path: str, rows: np.ndarray, columns: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not rows.size == columns.size == values.size:
        raise ArgumentError(
            f"{path}: {rows.size} target cells, {columns.size} source cells and {values.size} weights, "
            "expected as many of each"
        )
    return rows.astype(np.int64) - 1, columns.astype(np.int64) - 1, values.astype(np.float64)


def _numbers(file: xr.Dataset, name: str, dim: str) -> np.ndarray | None:
    """A number for each cell; None when the file has none."""
    if name not in file.variables or file[name].sizes.get(dim) != file[name].size:
        return None
    return file[name].values.astype(np.float64).ravel()


def _centres(file: xr.Dataset, longitude: str, latitude: str) -> tuple[np.ndarray, np.ndarray] | None:
    if longitude not in file.variables or latitude not in file.variables:
        return None
    degrees = []
    for name in (longitude, latitude):
        values = file[name].values.astype(np.float64).ravel()
        is_radians = str(file[name].attrs.get("units", "degrees")).lower().startswith("rad")
        degrees.append(np.degrees(values) if is_radians else values)
    return degrees[0], degrees[1]


def write_weight_file(
    path: str | os.PathLike[str],
    entries: tuple[np.ndarray, np.ndarray, np.ndarray],
    grids: Mapping[str, Mapping[str, Any]],
    attrs: Mapping[str, Any],
) -> None:
    """Write weights as an ESMF map, atomically: a file that was there stays until the new one is complete.

    Parameters
    ----------
    path
        The file.
    entries
        Target cells, source cells (from 0) and weights.
    grids
        Of "a" (source) and "b" (target): ``shape``, ``centres`` (longitudes and latitudes, degrees),
        ``areas`` (steradians) and ``fractions``.
    attrs
        Attributes of the file.
    """
    rows, columns, values = entries
    variables: dict[str, Any] = {
        "row": ("n_s", rows.astype(np.int32) + 1, {"long_name": "target cell, from 1"}),
        "col": ("n_s", columns.astype(np.int32) + 1, {"long_name": "source cell, from 1"}),
        "S": ("n_s", values.astype(np.float64), {"long_name": "weight"}),
    }
    for end, side in (("a", "src"), ("b", "dst")):
        grid = grids[end]
        longitude, latitude = grid["centres"]
        shape = np.asarray(grid["shape"][::-1], np.int32)
        variables[f"{side}_grid_dims"] = (f"{side}_grid_rank", shape)
        variables[f"xc_{end}"] = (f"n_{end}", longitude, {"units": "degrees"})
        variables[f"yc_{end}"] = (f"n_{end}", latitude, {"units": "degrees"})
        variables[f"mask_{end}"] = (f"n_{end}", np.ones(longitude.size, np.int32), {"units": "unitless"})
        variables[f"area_{end}"] = (f"n_{end}", grid["areas"], {"units": "square radians"})
        variables[f"frac_{end}"] = (f"n_{end}", grid["fractions"], {"units": "unitless"})
    write_netcdf(xr.Dataset(variables, attrs=dict(attrs)), Path(path))
