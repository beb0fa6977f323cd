"""The class Catalog: the files of an archive, their problems, and one lazy tree of all of them."""

from __future__ import annotations

import html
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import pandas as pd
import xarray as xr

from nunatak._nunatak import ArchiveCatalog
from nunatak.arguments import checked
from nunatak.catalog.check_report import CheckReport
from nunatak.catalog.exports import ExportReport, write_esm, write_icechunk, write_kerchunk
from nunatak.catalog.levels import DEFAULT_LEVELS, dataset_paths
from nunatak.catalog.nodes import Preprocess, chunked, decoded, node_dataset, preprocessed
from nunatak.catalog.origin import Origin, no_match, reopened, wanted_texts
from nunatak.catalog.repair_report import CatalogReport
from nunatak.catalog.repair_rules import Rules
from nunatak.catalog.shared_indexes import SharedIndexes
from nunatak.errors import CatalogError, NunatakWarning, caller_stacklevel
from nunatak.trees.building import tree_of

__all__ = ["Catalog", "ProgressCallback"]

Join = Literal["nominal_year", "outer", "inner"]
OnError = Literal["warn", "raise", "skip"]
ProgressCallback = Callable[[int, int], object]


class Catalog:
    """The files of an archive, one row each. Made by :func:`open_catalog`."""

    def __init__(
        self,
        archive: ArchiveCatalog,
        progress: ProgressCallback | None = None,
        origin: Origin | None = None,
    ) -> None:
        self._archive = archive
        self._progress = progress
        self._origin = origin
        self._df: pd.DataFrame | None = None
        self._report = CatalogReport(archive.report(), known=Rules(archive.rules))

    @property
    def root(self) -> str:
        """The archive's directory."""
        return self._archive.root

    @property
    def df(self) -> pd.DataFrame:
        """The rows: variable, token, prefix, ice_sheet, institution, model, experiment, experiment_alias,
        kind (``state``, ``flux`` or ``unknown``), path and size (bytes); for ISMIP7 also member, esm,
        forcing, set and years."""
        if self._df is None:
            self._df = pd.DataFrame(self._archive.columns())
        return self._df

    @property
    def report(self) -> CatalogReport:
        """Problems found while listing, and repairs of the last :meth:`to_datatree`."""
        return self._report

    def search(self, **columns: str | Iterable[str]) -> Catalog:
        """Keep the rows that fit in every named column.

        Parameters
        ----------
        **columns
            A value, a glob pattern (``*``, ``?``, ``[…]``), or a list of them, for ``variable``, ``token``,
            ``prefix``, ``ice_sheet``, ``institution``, ``model``, ``experiment`` (under its own name or its
            alias), ``kind`` or ``path``. A text that is a value of the column is that value, whatever
            characters it has.

        Returns
        -------
        Catalog
            A catalog without files comes with a warning that says which columns have no such value.

        Raises
        ------
        CatalogError
            There is no such column.

        Examples
        --------
        >>> catalog.search(variable=["lithk", "orog"], experiment="exp0[1-8]")  # doctest: +SKIP
        """
        criteria = [(column, wanted_texts(column, wanted)) for column, wanted in columns.items()]
        found = self._archive.search(criteria)
        if not len(found) and len(self):
            text = no_match(self._archive, criteria)
            warnings.warn(text, NunatakWarning, stacklevel=caller_stacklevel())
        origin = None if self._origin is None else self._origin.searched(criteria)
        return Catalog(found, self._progress, origin)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process lists the archive again and repeats the searches."""
        if self._origin is None:
            raise CatalogError(
                f"this catalog of {self.root} is read through an object of this process and cannot be sent "
                "to another: open it there, or save it (Catalog.save) and open what was saved"
            )
        return (reopened, (Catalog, self._origin))

    @checked
    def to_datatree(
        self,
        *,
        levels: Sequence[str] = DEFAULT_LEVELS,
        join: Join = "nominal_year",
        preprocess: Preprocess | None = None,
        on_error: OnError = "warn",
        chunks: Any = None,
    ) -> xr.DataTree:
        """Open the files and join each experiment's variables at ``institution/model/experiment``.

        Headers and coordinates are read, in parallel; data stay on disk until they are used.

        Parameters
        ----------
        levels
            The path of each dataset, from the columns of :attr:`df`. A column's name means its value;
            text with braces makes a composed name (``"{institution}_{model}"``). Every entry is a level of
            groups, and so is what a slash within an entry divides: ``"institution/model"`` is the group of
            the model inside that of the institution, as ``"institution", "model"`` would be. Levels divide
            no dataset, so a column must be the same in all files of an experiment. Runs of ISMIP7 are one
            level deeper than the last, unless a level names ``member``, ``esm``, ``forcing`` or ``set``.
        join
            How the variables of an experiment share ``time``. ``"nominal_year"``: records of one year are put
            together, a state stamped 1 January N+1 beside the mean of year N; the stamps are those of the
            first state variable, and a variable whose own stamps differ keeps them in its attribute
            ``time_stamps``. ``"outer"`` and ``"inner"``: records of one stamp are put together, those of any
            file or those of all. Missing records are NaN; integers become float64 where records are missing.
        preprocess
            Called with each dataset, repaired, joined and lazy, before it is put into the tree; returns the
            dataset to put there. Its attributes ``nunatak_model`` and ``nunatak_experiment`` say which it is.
        on_error
            What to do with a file that cannot be opened, and with a dataset that ``preprocess`` raised an
            exception for: ``"warn"``, ``"raise"`` (FormatError or StoreError; CatalogError for a dataset),
            or ``"skip"``. In any case it is left out and an ``error`` in ``report.problems``.
        chunks
            As in ``xarray.open_dataset``: None for lazy variables without Dask, ``{}`` for Dask arrays in the
            file's own chunks, ``"auto"`` or chunk sizes by dimension.

        Returns
        -------
        xarray.DataTree
            Variables carry what was repaired in ``nunatak_repairs``, a JSON list of rule, before and after.

        Raises
        ------
        ArgumentError
            ``levels`` names an unknown column, one that is empty or differs within a dataset, or puts two
            datasets at one path; ``preprocess`` returns no Dataset; another argument is another text.

        Examples
        --------
        >>> tree = catalog.to_datatree(levels=("experiment", "{institution}_{model}"))  # doctest: +SKIP
        >>> tree["exp05/JPL1_ISSM"]  # doctest: +SKIP
        """
        wanted = tuple(levels)
        is_default = [str(level) for level in wanted] == list(DEFAULT_LEVELS)
        paths = {} if is_default else dataset_paths(self.df, wanted)
        nodes, report = self._archive.to_datatree(join, on_error, self._progress)
        indexes = SharedIndexes(decoded)
        datasets: dict[str, xr.Dataset] = {}
        for own, content in nodes:
            path, dataset = paths.get(own, own), chunked(node_dataset(content, indexes), chunks)
            try:
                datasets[path] = preprocessed(dataset, path, preprocess)
            except CatalogError as error:
                if on_error == "raise":
                    raise
                report["problems"].append(("error", None, path, str(error)))
        self._report = CatalogReport(self._archive.report(), report, known=Rules(self._archive.rules))
        if on_error == "warn":
            self._report._warn("dataset or file" if preprocess else "file")
        return tree_of(datasets)

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Save rows, headers, the places of all chunks, and repairs in one parquet file.

        :func:`open_catalog` opens it without a listing and without reading a header, so a tree comes from it
        without a request to the archive. What was at ``path`` stays whole until the new file is. It holds no
        credentials; data that changed since are an error when they are read.

        Raises
        ------
        CatalogError
            The file cannot be written.
        """
        self._archive.save(os.path.expanduser(os.fspath(path)), self._progress)

    def refresh(self) -> Catalog:
        """List the archive again; headers of files that did not change are kept, the others are read anew."""
        origin = None if self._origin is None else self._origin.refreshed()
        return Catalog(self._archive.refresh(), self._progress, origin)

    @checked
    def to_esm(self, path: str | os.PathLike[str]) -> str:
        """Write the table as a collection for intake-esm: a JSON file, and a CSV file beside it.

        ``intake.open_esm_datastore(path).to_datatree()`` has the same nodes as :meth:`to_datatree`; it opens
        the files as they are, without repairs.

        Returns
        -------
        str
            The JSON file.

        Raises
        ------
        ArgumentError
            ``path`` is that of a CSV file.
        """
        return str(write_esm(self.df, self.root, path))

    @checked
    def to_kerchunk(
        self, path: str | os.PathLike[str], *, join: Join = "nominal_year", on_error: OnError = "warn"
    ) -> ExportReport:
        """Write the tree of :meth:`to_datatree` as references into the original files, for Zarr clients.

        Parameters
        ----------
        path
            A JSON file, or a directory of parquet files when it ends in ``.parquet`` or ``.parq``.
        join, on_error
            As in :meth:`to_datatree`.

        Returns
        -------
        ExportReport
            What is virtual, what was copied, what was left out and why, and how to open the file.
        """
        return write_kerchunk(self.to_datatree(join=join, on_error=on_error), path)

    @checked
    def to_icechunk(
        self,
        store: Any,
        *,
        join: Join = "nominal_year",
        on_error: OnError = "warn",
        message: str = "Written by Nunatak",
    ) -> ExportReport:
        """Write the tree of :meth:`to_datatree` as one commit of an Icechunk repository.

        Parameters
        ----------
        store
            A directory, an ``icechunk.Storage``, or an ``icechunk.Repository`` that has a virtual chunk
            container for the archive. In a repository that exists the tree replaces what was there; what was
            there stays in its history.
        join, on_error
            As in :meth:`to_datatree`.
        message
            Of the commit.

        Returns
        -------
        ExportReport
            What is virtual, what was copied, what was left out and why, and how to open the repository.

        Raises
        ------
        ImportError
            The package icechunk is not installed (``pip install "nunatak[icechunk]"``).
        """
        return write_icechunk(self.to_datatree(join=join, on_error=on_error), self.root, store, message)

    @checked
    def to_chunk_map(self, path: str | os.PathLike[str]) -> int:
        """Write where every chunk lies to a parquet file, a row each, for readers of other projects.

        The columns are those that ICESat-2 chunk maps have: ``dataset``, ``chunk_idx``, ``elem_start`` and
        ``elem_end`` (along the first axis), ``byte_offset``, ``nbytes``, ``filter_mask``, ``chunk_offset``,
        ``dtype``, ``shape``, ``chunk_shape`` (lists as JSON), ``gzip``, ``shuffle``; and ``path``, the file.

        Returns
        -------
        int
            Number of rows.
        """
        return self._archive.write_chunk_map(os.path.expanduser(os.fspath(path)), self._progress)

    @checked
    def check(
        self, *, protocol: Literal["ismip6", "ismip7"] | None = None, values: bool = False
    ) -> CheckReport:
        """Open every file, and say what is repaired in it and where it departs from its protocol.

        Files of ISMIP6 are looked at as the rules leave them, files of ISMIP7 as they are. Beside headers and
        coordinates this reads the corners of each field's first record (at most four chunks), which show what
        the file writes outside the ice, and the whole first record where a rule looks at values (masks).

        Parameters
        ----------
        protocol
            What all files are held against; each its own, by its name, when None.
        values
            Read all numbers, in parts of bounded size: plausible ranges, missing values, and identities
            between the files of a run.

        Returns
        -------
        CheckReport

        Raises
        ------
        ArgumentError
            ``protocol`` is another text.

        Examples
        --------
        >>> report = nk.open_catalog("ismip7").check(values=True)  # doctest: +SKIP
        >>> report.findings.query("severity == 'error'")  # doctest: +SKIP
        >>> report.to_html("report.html")  # doctest: +SKIP
        """
        return CheckReport(self._archive.check(protocol, values, self._progress))

    def __len__(self) -> int:
        return len(self._archive)

    def _summary(self) -> str:
        frame = self.df
        models = frame[["institution", "model"]].drop_duplicates()
        counts = {"models": len(models)}
        counts |= {f"{column}s": frame[column].nunique() for column in ("experiment", "variable")}
        return f"{len(self)} files, " + ", ".join(f"{count} {name}" for name, count in counts.items())

    def __repr__(self) -> str:
        head = self.df.head(10).drop(columns=["path", "prefix", "experiment_alias"])
        table = f"\n{head.to_string(index=False)}" if len(head) else ""
        more = "\n…" if len(self) > 10 else ""
        return f"<nunatak.Catalog {self.root}: {self._summary()}>{table}{more}"

    def _repr_html_(self) -> str:
        title = f"<p><b>nunatak.Catalog</b> {html.escape(self.root)}: {self._summary()}</p>"
        return title + self.df.head(10).to_html(index=False)
