"""The class Regridder: weights between two grids, to inspect, to save and to apply again."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid, Weights, __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, GridError
from nunatak.grids.matching import flat_mask
from nunatak.grids.recognition import describe, gridded_node
from nunatak.regridding.conservation import common_areas, integral, shared_areas
from nunatak.regridding.dispatch import Gridded, regrid_by
from nunatak.regridding.options import ApplyOptions, Normalisation, Precision, Quantity, Statistic
from nunatak.regridding.request import RegridRequest
from nunatak.regridding.scrip_weights import write_scrip_weights
from nunatak.regridding.source import RegridSource
from nunatak.regridding.target import RegridTarget
from nunatak.regridding.target_system import source_systems, target_system
from nunatak.regridding.vectors import Vectors
from nunatak.regridding.weight_files import read_weight_file, write_weight_file
from nunatak.regridding.weights_cache import kept_weights
from nunatak.regridding.weights_plan import OF_PLACES, Extrapolation, Method, WeightsPlan
from nunatak.report.notebook import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from scipy.sparse import csr_array

__all__ = ["Regridder"]

GriddedData = TypeVar("GriddedData", xr.DataArray, xr.Dataset)


class Regridder:
    """Weights between two grids, to apply to anything on the first.

    Parameters
    ----------
    source, target
        Grids, or data on them; also a node of a tree.
    method
        As in :func:`regrid`.
    mask
        Source cells to use, as in :func:`regrid`.
    extrapolate
        As in :func:`regrid`.
    cache
        A directory in which weights are saved, by the content of both grids, the method and the mask, and
        found by any process. Files have a checksum: weights of a damaged one are computed anew.
    target_crs
        As in :func:`regrid`.
    """

    @checked
    def __init__(
        self,
        source: xr.Dataset | xr.DataArray | xr.DataTree,
        target: xr.Dataset | xr.DataArray | xr.DataTree,
        method: Method = "conservative",
        *,
        mask: xr.DataArray | np.ndarray | None = None,
        extrapolate: Extrapolation | None = None,
        cache: str | os.PathLike[str] | None = None,
        target_crs: str | None = None,
    ) -> None:
        self._set_grids(source, target, method, mask, extrapolate, target_crs)
        plan = self._request.weights_plan
        if cache is None:
            self._weights = plan.weights(self._horizontal)
        else:
            self._use(kept_weights(Path(cache), plan, self._horizontal))

    def _set_grids(
        self,
        source: xr.Dataset | xr.DataArray | xr.DataTree,
        target: xr.Dataset | xr.DataArray | xr.DataTree,
        method: Method,
        mask: xr.DataArray | np.ndarray | None = None,
        extrapolate: Extrapolation | None = None,
        target_crs: str | None = None,
    ) -> None:
        origin, target = RegridSource.of(source), gridded_node(target)
        system = target_system(target, target_crs, lambda: source_systems(source, origin))
        to = RegridTarget.of(target, system, places=method in OF_PLACES)
        self._request = RegridRequest(to, WeightsPlan(to.grid, method, mask, extrapolate), origin)
        self._horizontal = origin.stated_candidates[0].build(None)

    def _use(self, weights: Weights) -> None:
        self._request.weights_plan.use(self._horizontal, weights)
        self._weights = weights

    @classmethod
    @checked
    def from_netcdf(
        cls,
        path: str | os.PathLike[str],
        source: xr.Dataset | xr.DataArray | xr.DataTree,
        target: xr.Dataset | xr.DataArray | xr.DataTree,
        method: Method = "conservative",
    ) -> Regridder:
        """Weights that ESMF, xESMF, NCO, CDO or Nunatak wrote.

        Parameters
        ----------
        path
            A file with ``row``, ``col`` and ``S`` (ESMF) or ``src_address``, ``dst_address`` and
            ``remap_matrix`` (SCRIP).
        source, target
            The grids of the weights. Sizes, and centres when the file has them, are compared.
        method
            What the weights are: it decides the precision of results and which statistics are possible.
            Conservative ones are brought to fractions of whole target cells as ``normalization``, ``frac_b``
            and ``area_b`` of the file say.

        Raises
        ------
        ArgumentError
            When the file has no weights, they belong to other grids, or their normalization is unknown.
        """
        file = read_weight_file(path)
        regridder = cls.__new__(cls)
        regridder._set_grids(source, target, method)
        grids = regridder._horizontal.grid, regridder._request.target.grid
        for kind, grid in zip(("source", "target"), grids, strict=True):
            file.check(kind, int(np.prod(grid.shape)), grid.centres())
        cells = (file.target_cells.astype(np.uint32), file.source_cells.astype(np.uint32))
        values = file.shares_of_cells(method)
        regridder._use(Weights.external(*grids, method, *cells, values))
        return regridder

    @checked
    def to_netcdf(self, path: str | os.PathLike[str], *, form: Literal["esmf", "scrip"] = "esmf") -> None:
        """The weights as an ESMF map, which ESMF, xESMF and NCO read, or in the form of SCRIP for CDO.

        Cells are numbered from 1, flat in (y, x) order; areas are in steradians of the authalic sphere.
        ``cdo remap,target.nc,weights.nc`` with ``form="scrip"`` gives what the regridder gives with
        ``min_coverage=0``: there the weights of a cell sum to 1.

        Raises
        ------
        ArgumentError
            For another form.
        """
        if form not in ("esmf", "scrip"):
            raise ArgumentError(f"form: found {form!r}, expected 'esmf' or 'scrip'")
        weights = self._weights
        source, target = weights.areas()
        rows, shared = shared_areas(weights, target)
        radius = 4 * np.pi / _whole_area(self._request.target.grid)
        with np.errstate(divide="ignore", invalid="ignore"):
            covered = np.where(source > 0, shared / source, 0.0)
        entries = (rows, weights.cells, weights.values)
        grids = {
            "a": _described(self._horizontal.grid, source * radius, covered),
            "b": _described(self._request.target.grid, target * radius, weights.covered_fraction),
        }
        attrs = {"title": "Nunatak weights", "nunatak_version": __version__}
        method = self._request.weights_plan.method
        if form == "scrip":
            write_scrip_weights(path, entries, grids, method, attrs)
            return
        attrs |= {"conventions": "NCAR-CSM", "normalization": "destarea", "map_method": method}
        write_weight_file(path, entries, grids, attrs)

    @property
    def weights(self) -> csr_array:
        """The sparse matrix (target cells, source cells), both flat in (y, x) order
        (``scipy.sparse.csr_array``).

        A row sums to the fraction of its cell that the source covers. Its weights and source cells are the
        regridder's own memory, which cannot be written to: copy the matrix to change it.
        """
        try:
            from scipy.sparse import csr_array
        except ImportError as error:
            raise ImportError("Regridder.weights needs scipy: pip install 'nunatak[sparse]'") from error
        weights = self._weights
        return csr_array((weights.values, weights.cells, weights.row_starts), shape=weights.shape)

    @property
    def coverage(self) -> xr.DataArray:
        """Fraction of each target cell that the source covers (float64, the target's dimensions)."""
        return self._on_target(self._weights.covered_fraction, "coverage", {"units": "1"})

    @property
    def source_area(self) -> np.ndarray:
        """True areas (m2) of the source cells, flat; as ``target_area`` has them."""
        return self._weights.areas()[0]

    @property
    def target_area(self) -> xr.DataArray:
        """True areas (m2) of the target cells between which the weights conserve.

        Those of :func:`cell_area`, but of HEALPix cells the quadrilaterals of great circles between their
        corners, and of cells of other maps the polygons of great circles. ``"conservative2"`` has polygons
        for all cells, whose edges stay within 1e-4 of their length of these.
        """
        attrs = {"standard_name": "cell_area", "units": "m2"}
        return self._on_target(self._weights.areas()[1], "cell_area", attrs)

    @checked
    def conservation_error(self, field: GriddedData) -> GriddedData:
        """Relative difference of the integrals over target and source.

        Both are over the area that the grids have in common, without source cells that the mask leaves out:
        source values times what the target covers of their cells, and the values they become times what the
        source covers of theirs. These areas (m2) are those of conservative weights in either direction, made
        for this (of second order for ``"conservative2"``, else of first). The regridder's own weights give
        the values on the target and nothing else.

        ``"conservative"`` has an error of round-off, and so has ``"conservative2"`` where the target covers
        source cells whole: of a cell at its boundary it takes what it finds within the covered part, and here
        the cell's mean counts. Missing values count as zero: those of the source before they are regridded,
        and target cells that a method leaves without a value.

        Parameters
        ----------
        field
            Values on the source grid, or a dataset of them; further dimensions ride along.

        Returns
        -------
        DataArray or Dataset
            Without unit, with the further dimensions; not finite where the integral over the source is zero.

        Raises
        ------
        GridError
            When the grids do not overlap.
        """
        if isinstance(field, xr.Dataset):
            on_grid = [name for name in field.data_vars if self._is_on_source(field[name])]
            return xr.Dataset({name: self.conservation_error(field[name]) for name in on_grid})
        own, target = self._horizontal, self._request.target
        dims = self._source_dims(field)
        mask = (
            None
            if self._request.weights_plan.mask is None
            else flat_mask(self._request.weights_plan.mask, own)
        )
        shares, shared = common_areas(own.grid, target.grid, self._request.weights_plan.method, mask)
        before = integral(field.fillna(0), shares, dims)
        after = integral(self(field.fillna(0), min_coverage=0.0).fillna(0), shared, target.dims)
        return (after - before) / before

    def _source_dims(self, field: xr.DataArray) -> tuple[Hashable, ...]:
        """The dimensions of a field that are the source grid's.

        Raises
        ------
        GridError
            When it is on another grid.
        """
        horizontal = self._request.source.horizontal(field)
        grid = horizontal.flat_grid or horizontal.grid
        if grid != self._horizontal.grid or not set(horizontal.dims) <= set(field.dims):
            raise GridError(
                f"{describe(field)} is not on the source grid: found {horizontal.grid.summary} along "
                f"{horizontal.dims}; expected {self._horizontal.grid.summary}"
            )
        return horizontal.dims

    def _is_on_source(self, field: xr.DataArray) -> bool:
        """Whether a variable has numbers on the source grid, and does not describe it."""
        if field.dtype.kind not in "biuf" or self._request.source.describes(field.name):
            return False
        try:
            return bool(self._source_dims(field))
        except GridError:
            return False

    def plot(self) -> Figure:
        """A map of the coverage: which target cells have a value, and of how much of them."""
        from nunatak.regridding.coverage_map import coverage_map

        title = f"{self._request.weights_plan.method}, {self._weights.values.size:,} weights"
        return coverage_map(self.coverage, self._request.target.grid.centres(), title)

    def _on_target(self, values: np.ndarray, name: str, attrs: dict[str, Any]) -> xr.DataArray:
        target = self._request.target
        variable = xr.Variable(target.dims, values.reshape(target.grid.shape), attrs | target.data_attrs)
        return xr.DataArray(variable, target.coords, name=name)

    @checked
    def __call__(
        self,
        obj: Gridded,
        *,
        func: Statistic | None = None,
        weights: xr.DataArray | None = None,
        skipna: bool = True,
        min_coverage: float = 0.5,
        quantity: Quantity | None = None,
        normalisation: Normalisation | None = None,
        limited: bool = False,
        dtype: Precision | None = None,
        vectors: Vectors = None,
    ) -> Gridded:
        """``obj`` on the target grid, as :func:`regrid`; its own grid must be the source.

        Weights that were read from a file cannot be ``limited``: it does not say how fields vary within the
        source cells.
        """
        own = self._request
        options = ApplyOptions(skipna, min_coverage, dtype, func, quantity, normalisation, limited)
        options.check(own.weights_plan.method)
        return regrid_by(
            RegridRequest(own.target, own.weights_plan, own.source, options, weights, vectors), obj
        )

    def __repr__(self) -> str:
        source, target = self._horizontal.grid.summary, self._request.target.grid.summary
        return f"<nunatak.Regridder {self._request.weights_plan.method}: {source} -> {target}>"

    def _repr_html_(self) -> str:
        rows = {
            "from": self._horizontal.grid.summary,
            "to": self._request.target.grid.summary,
            "weights": f"{self._weights.values.size:,}",
        }
        return shown("nunatak.Regridder", self._request.weights_plan.method, rows)


def _whole_area(grid: Grid) -> float:
    """Surface of the ellipsoid under a grid (m2)."""
    return grid.crs.ellipsoid_area


def _described(grid: Grid, areas: np.ndarray, fractions: np.ndarray) -> dict[str, Any]:
    return {"shape": grid.shape, "centres": grid.centres(), "areas": areas, "fractions": fractions}
