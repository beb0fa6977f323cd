"""Scalars of ice sheets: volumes, masses, areas and fluxes of every run, lazily."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

import xarray as xr

from nunatak._nunatak import Integrals, __version__, fields_of_scalar, scalar_facts
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, GridError
from nunatak.grids.recognition import find_horizontal, gridded_node, is_mapping
from nunatak.integrals.cells import GridCells, KnownCells
from nunatak.integrals.constants import Constants, constants_of
from nunatak.integrals.dask_sums import dask_sums
from nunatak.integrals.fields import FIELDS, Field, fields_of
from nunatak.io.cf import described, history
from nunatak.io.lazy import lazy_variable
from nunatak.time import time_dimension
from nunatak.trees.building import tree_of

__all__ = ["scalars"]

_FACTS = {name: (units, long_name, standard) for name, units, long_name, standard in scalar_facts()}


@checked
def scalars(
    source: xr.DataTree | xr.Dataset,
    names: str | Sequence[str] | None = None,
    *,
    by: xr.DataArray | Mapping[str, xr.DataArray] | None = None,
    ice_density: float | None = None,
    ocean_density: float | None = None,
    convention: Literal["AIS", "GrIS"] | None = None,
    crs: str | None = None,
) -> xr.DataTree | xr.Dataset:
    """Volumes, masses, areas and fluxes of an ice sheet, in all and by basin, as published; lazily.

    Sums over cells of the formulas below, with the true areas of the cells (:func:`nunatak.cell_area`: the
    area factor of the map is in them). Fractions are clipped to 0 and 1; a cell without ice, or with a
    missing value, has nothing; a record of which no cell has all values is NaN.

    ``ivol`` (m3) is the sum of ``lithk * sftgif``, ``lim`` (kg) its mass. ``ivaf`` (m3) is that of ``(lithk +
    min(topg, 0) * ocean_density / ice_density) * sftgif * sftgrf`` in Antarctica (Seroussi et al. 2020, The
    Cryosphere 14, 3033, and the scalars published with it), in Greenland of ``max(..., 0) * sftgif`` (Goelzer
    et al. 2020, The Cryosphere 14, 3071); ``limnsw`` (kg) is its mass. ``iareagr`` and ``iareafl`` (m2) are
    the sums of ``sftgrf`` and ``sftflf``, in Antarctica times ``sftgif``. ``tendacabf`` (kg s-1) is that of
    ``acabf * sftgif``; ``tendlibmassbffl`` (kg s-1, published as ``bmbfl``) of ``libmassbffl * sftflf *
    sftgif``; ``tendlibmassbf`` adds ``libmassbfgr * sftgrf * sftgif``, or is the sum of ``libmassbf *
    sftgif`` of initMIP. ``slc`` (m) is the fall of ``limnsw`` since the first record with values over 1000
    kg m-3 and 3.625e14 m2 of ocean: 362.5 Gt raise the sea by 1 mm.

    Parameters
    ----------
    source
        Runs on any grid: a dataset with the fields ``lithk``, ``topg``, ``sftgif``, ``sftgrf``, ``sftflf``,
        ``acabf``, ``libmassbfgr``, ``libmassbffl`` (or ``libmassbf``) as far as scalars need them, or a tree
        of such. Fields are in m, 1 (or %) and kg m-2 s-1; a missing unit is taken for these.
    names
        The scalars; when None all that the fields of a run allow.
    by
        Zones: labels of the cells (numbers above 0 or names; 0, below, NaN and empty is no zone) on the grid
        of the runs, aligned by coordinates, whatever their order; a mapping gives the names of their
        dimensions: ``by={"basin": basins, "region": regions}``. Of a DataArray alone its name is taken.
    ice_density, ocean_density
        kg m-3. When None those of the run's model as Seroussi et al. and Goelzer et al. list them for ISMIP6
        (the attribute ``nunatak_model``, or institution and model in the node's path), else 917 and 1028.
    convention
        Whose formulas: of Antarctica or of Greenland; when None those of the ice sheet that the grid is on.
    crs
        Coordinate reference system of the runs; it wins over their own.

    Returns
    -------
    DataTree or Dataset
        As the source; of a tree, nodes without fields are empty. A variable (float64) for each scalar, with
        the dimensions of its fields but for those of the grid, and one for each scalar and zones, such as
        ``ivaf_basin``, with the zones along its last dimension. Nothing is read before values are asked for,
        and then record by record; the sums of a record are kept. Fields in Dask arrays give Dask arrays. The
        attribute ``nunatak_scalars`` has densities and convention.

    Raises
    ------
    ArgumentError
        A named scalar lacks fields, which are named; no node has fields for any; a field has another unit;
        labels are on another grid.
    GridError
        A run's grid or its system cannot be found.

    Examples
    --------
    >>> import numpy as np, xarray as xr, nunatak as nk
    >>> grid = nk.grid("EPSG:3031", spacing=500e3, bounds=(-5e5, -5e5, 5e5, 5e5))
    >>> cells = xr.ones_like(nk.cell_area(grid)).assign_attrs(units="m")
    >>> run = grid.assign(lithk=2000.0 * cells, sftgif=1.2 * cells.drop_attrs())
    >>> half = xr.where(cells.x * cells < 0, "west", "rest").rename("half")
    >>> found = nk.scalars(run, ["ivol", "lim"], by=half)
    >>> bool(np.isclose(found.ivol, 2000 * nk.cell_area(grid).sum()))
    True
    >>> found.ivol_half.dims, found.half.values.tolist(), float(found.lim / found.ivol)
    (('half',), ['rest', 'west'], 917.0)
    """
    wanted = None if names is None else [names] if isinstance(names, str) else list(names)
    for name in wanted or ():
        if not isinstance(name, str) or name not in _FACTS:
            raise ArgumentError(f"names: found {name!s:.80}, expected one or more of {', '.join(_FACTS)}")
    if wanted is not None and not wanted:
        raise ArgumentError("names: found none, expected at least one scalar")
    request = _Request(wanted, by, (ice_density, ocean_density), convention, crs)
    if isinstance(source, xr.Dataset):
        return request.of_dataset(source, "")
    return request.of_tree(source)


class _Request:
    """What is asked of every run."""

    def __init__(
        self,
        names: list[str] | None,
        by: xr.DataArray | Mapping[str, xr.DataArray] | None,
        densities: tuple[float | None, float | None],
        convention: str | None,
        crs: str | None,
    ) -> None:
        self.names, self.densities = names, densities
        self.convention, self.crs = convention, crs
        self.cells = KnownCells(by)

    def of_tree(self, tree: xr.DataTree) -> xr.DataTree:
        """The scalars of every node that has fields."""
        found: dict[str, xr.Dataset] = {}
        for path, node in tree.subtree_with_keys:
            if not FIELDS.keys() & set(node.data_vars):
                found[path] = xr.Dataset()
                continue
            dataset = gridded_node(node)
            assert isinstance(dataset, xr.Dataset)
            try:
                found[path] = self.of_dataset(dataset, node.path)
            except (ArgumentError, GridError) as error:
                raise type(error)(f"node {node.path}: {error}") from error
        if not any(dataset.data_vars for dataset in found.values()):
            raise ArgumentError(
                f"source: no node has a field of an ice sheet, expected some of {', '.join(FIELDS)}"
            )
        return tree_of(found, name=tree.name)

    def of_dataset(self, dataset: xr.Dataset, path: str) -> xr.Dataset:
        """The scalars of one run."""
        if not FIELDS.keys() & set(dataset.data_vars):
            there = ", ".join(map(str, dataset.data_vars)) or "nothing"
            raise ArgumentError(f"source: found {there}, expected fields such as {', '.join(FIELDS)}")
        horizontal = find_horizontal(dataset, crs=self.crs)
        fields = fields_of(dataset, horizontal)
        constants = constants_of(dataset, path, horizontal, self.densities, self.convention)
        return _Run(dataset, fields, constants, self.cells.of(horizontal)).result(self.names)


class _Run:
    """One run: its fields, cells and constants."""

    def __init__(
        self, dataset: xr.Dataset, fields: dict[str, Field], constants: Constants, cells: GridCells
    ) -> None:
        self.dataset, self.fields = dataset, fields
        self.constants, self.cells = constants, cells
        for zones in cells.zones:
            if zones.dim in dataset.dims or zones.dim in dataset.coords:
                raise ArgumentError(
                    f"by: {zones.dim!r} is a dimension or coordinate of the data, expected another name"
                )
        times = (time_dimension(dataset[name]) for name in fields)
        self.time = next((time for time in times if time is not None), None)

    def result(self, names: list[str] | None) -> xr.Dataset:
        """The scalars as a dataset."""
        groups = self._groups(self._possible() if names is None else names)
        variables: dict[str, xr.Variable] = {}
        for leading, scalars in groups.items():
            variables |= self._variables(list(leading), scalars)
        order = [
            own for name in _FACTS for own in (name, *(f"{name}_{zones.dim}" for zones in self.cells.zones))
        ]
        kept = {name: variables[name] for name in order if name in variables}
        dims = {dim for variable in kept.values() for dim in variable.dims}
        result = xr.Dataset(kept, self._coordinates(dims))
        return described(result.assign_attrs(self._attributes([name for name in _FACTS if name in kept])))

    def needed(self, name: str) -> list[str]:
        """Names of the fields that a scalar needs."""
        return fields_of_scalar(name, self.constants.convention, list(self.fields))

    def _possible(self) -> list[str]:
        """The scalars for which all fields are there."""
        found = [name for name in _FACTS if set(self.needed(name)) <= self.fields.keys()]
        found = [name for name in found if name != "slc" or self.time in self._leading(name)]
        if not found:
            there = ", ".join(self.fields)
            needs = "; ".join(f"{name} needs {', '.join(self.needed(name))}" for name in _FACTS)
            raise ArgumentError(f"source: no scalar can be made of {there}: {needs}")
        return found

    def _groups(self, names: Sequence[str]) -> dict[tuple[Hashable, ...], list[str]]:
        """Scalars by the dimensions of their records."""
        groups: dict[tuple[Hashable, ...], list[str]] = {}
        for name in dict.fromkeys(names):
            needed = self.needed(name)
            missing = [field for field in needed if field not in self.fields]
            if missing:
                raise ArgumentError(
                    f"names: {name} needs {', '.join(needed)}; {', '.join(missing)} missing, found "
                    f"{', '.join(self.fields)}"
                )
            if name == "slc" and self.time not in self._leading(name):
                raise ArgumentError("names: slc needs records in time, found fields without time")
            groups.setdefault(self._leading(name), []).append(name)
        return groups

    def _leading(self, name: str) -> tuple[Hashable, ...]:
        """The dimensions of a scalar: all of its fields but those of the grid."""
        fields = sorted((self.fields[own] for own in self.needed(name)), key=lambda own: -len(own.leading))
        return tuple(dict.fromkeys(dim for own in fields for dim in own.leading))

    def _variables(self, leading: list[Hashable], names: list[str]) -> dict[str, xr.Variable]:
        used = dict.fromkeys(field for name in names for field in self.needed(name))
        fields = [self.fields[name] for name in used]
        time = self.time if self.time in leading else None
        if any(field.variable.chunks is not None for field in fields):
            sums = dask_sums(fields, names, leading, time, self.cells, self.constants)
            return self._named(
                names,
                lambda name: sums[name][..., 0],
                lambda name, dim, first, end: _with_last(sums[name][..., first:end], dim),
            )
        integrals = Integrals(
            [field.bound(leading) for field in fields],
            [self.dataset.sizes[dim] for dim in leading],
            None if time is None else leading.index(time),
            self.cells.native,
            self.constants.densities,
            self.constants.convention,
        )

        return self._named(
            names,
            lambda name: lazy_variable(leading, integrals.total(name)),
            lambda name, dim, first, end: lazy_variable([*leading, dim], integrals.zones(name, first, end)),
        )

    def _named(
        self,
        names: list[str],
        total: Callable[[str], xr.Variable],
        of_zones: Callable[[str, str, int, int], xr.Variable],
    ) -> dict[str, xr.Variable]:
        """The variables of the whole and of each kind of zones, which follow it one after the other."""
        found: dict[str, xr.Variable] = {}
        for name in names:
            found[name] = _with_attributes(total(name), name)
            first = 1
            for zones in self.cells.zones:
                end = first + zones.labels.size
                own = of_zones(name, zones.dim, first, end)
                found[f"{name}_{zones.dim}"] = _with_attributes(own, name, zones.dim)
                first = end
        return found

    def _coordinates(self, dims: set[Hashable]) -> dict[Hashable, xr.Variable]:
        """Coordinates of the records, and of the zones."""
        found: dict[Hashable, xr.Variable] = {}
        for name, coordinate in self.dataset.coords.items():
            if set(coordinate.dims) <= dims and not is_mapping(coordinate.attrs):
                found[name] = coordinate.variable.copy(deep=False)
        for variable in list(found.values()):
            bounds = variable.attrs.get("bounds")
            if bounds in self.dataset.variables:
                found[bounds] = self.dataset[bounds].variable
            elif bounds is not None:
                del variable.attrs["bounds"]
        for zones in self.cells.zones:
            found |= zones.coordinates
        return found

    def _attributes(self, names: list[str]) -> dict[str, Any]:
        attrs = {key: value for key, value in self.dataset.attrs.items() if str(key).startswith("nunatak_")}
        made_by = {"version": __version__, **asdict(self.constants)}
        attrs = {**attrs, "nunatak_scalars": json.dumps(made_by)}
        cells = self.cells.areas.size
        return history(attrs, f"{', '.join(names)} as sums over {cells} cells with their true areas")


def _with_last(variable: xr.Variable, dim: str) -> xr.Variable:
    """A variable whose last dimension is called otherwise."""
    return xr.Variable((*variable.dims[:-1], dim), variable.data)


def _with_attributes(variable: xr.Variable, name: str, dim: str | None = None) -> xr.Variable:
    units, long_name, standard_name = _FACTS[name]
    variable.attrs = {"long_name": long_name if dim is None else f"{long_name} by {dim}", "units": units}
    if standard_name is not None:
        variable.attrs["standard_name"] = standard_name
    return variable
