"""The request that one call of ``regrid`` makes: target, source, weights, and how these are applied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import xarray as xr

from nunatak._nunatak import Grid, StreamPlan
from nunatak.grids.matching import on_cells_of, with_labels_of
from nunatak.grids.recognition import HorizontalGrid
from nunatak.regridding.options import ApplyOptions
from nunatak.regridding.provenance import regrid_record
from nunatak.regridding.source import RegridSource
from nunatak.regridding.target import RegridTarget
from nunatak.regridding.vectors import Component, Vectors
from nunatak.regridding.weights_plan import WeightsPlan

__all__ = ["RegridRequest"]


@dataclass(frozen=True, eq=False)
class RegridRequest:
    """The user's request. Everything that changes while data are regridded is in the plan of the weights."""

    target: RegridTarget
    weights_plan: WeightsPlan
    source: RegridSource
    options: ApplyOptions = field(default_factory=ApplyOptions)
    weights_field: xr.DataArray | None = None
    """Values on the source grid by which a mean is weighted besides the area."""
    vectors: Vectors = None
    """Pairs of names of vector components; recognised by name when None."""
    _records: dict[tuple[Grid, Component | None], str] = field(default_factory=dict, repr=False)

    def of_variable(self, variable: xr.Variable) -> RegridRequest:
        """The same with the options of a variable, which says what its values mean."""
        options = self.options.of_variable(variable.attrs)
        return self if options is self.options else replace(self, options=options, _records={})

    def beside(self, obj: xr.Dataset | xr.DataArray, source: HorizontalGrid) -> RegridRequest:
        """The same with the field that weighs means in the order of the data, by names and coordinates.

        Raises
        ------
        ArgumentError
            When its coordinates are not those of the data.
        """
        field = self.weights_field
        if field is None or not set(source.dims) <= set(field.dims):
            return self
        aligned = on_cells_of(source, with_labels_of(obj, field, source.dims, "weights"), "weights")
        return self if aligned is field else replace(self, weights_field=aligned)

    def stream(self, source: HorizontalGrid) -> StreamPlan | None:
        """The stream from a raster that is too large for its weights, when plain means are requested."""
        if self.weights_field is not None or not self.options.is_mean:
            return None
        return self.weights_plan.stream(source)

    def record(self, source: HorizontalGrid, component: Component | None = None) -> str:
        """The attribute ``nunatak_regrid`` of a variable from this grid."""
        key = (source.grid, component)
        record = self._records.get(key)
        if record is None:
            name = None if self.weights_field is None else self.weights_field.name
            record = regrid_record(source.grid, self.weights_plan, self.options, name, component)
            self._records[key] = record
        return record
