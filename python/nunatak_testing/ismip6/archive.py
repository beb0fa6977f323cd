"""Writer of archives like that of ISMIP6, of any size, with any of its faults."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from .chunk_bytes import prepared_chunks
from .content import Chunks, FileContent
from .defects import RECIPES, Change, PlantedDefect, Recipe
from .fields import FILL_VALUE
from .hdf5_writer import write_hdf5
from .layout import ArchiveLayout, FilePlan, archive_layout
from .netcdf_writer import write_netcdf
from .planted_archive import PlantedArchive, WrittenFile
from .planting import Defects, planned_defects
from .sound_file import sound_content

Progress = Callable[[int, int], None]
Series = list[tuple[int, FilePlan]]
"""The files of one variable of one model, with their places in the plan."""

Written = tuple[int, WrittenFile, list[PlantedDefect]]


def write_ismip6_archive(
    root: str | Path,
    *,
    models: int = 10,
    greenland_models: int | None = None,
    experiments: int = 12,
    variables: int = 15,
    steps: int = 20,
    spacings: Iterable[int] = (8, 16),
    files: int | None = None,
    contiguous: int | None = None,
    netcdf3: int | None = None,
    defects: Defects = None,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> PlantedArchive:
    """Write INSTITUTION/MODEL/EXPERIMENT/variable_AIS_INSTITUTION_MODEL_EXPERIMENT.nc, and ``planted.json``.

    By default 1,800 files: one model on the 8 km grid and nine on the 16 km grid, 12 experiments, 12 fields
    and 3 scalars, 20 years, deflated about eightfold, in the chunk shapes and file flavours of the published
    archives, 24 of them contiguous and 24 NetCDF-3.

    The experiments of a model share their numbers but for the first record: chunks are compressed once for
    each variable of a model and written as they are into every experiment's file. Files with a fault that
    changes their values are compressed anew.

    Parameters
    ----------
    root
        Directory to write below; made when missing.
    models, experiments, variables, steps
        Sizes. One variable in five is a scalar.
    greenland_models
        How many of the models are of Greenland (``GIS``): by default one when faults of Greenland (``G1`` and
        so on) or all faults are requested.
    spacings
        Grid spacings (km), model by model; the last goes on.
    files
        Stop after so many files.
    contiguous, netcdf3
        Files that are contiguous HDF5, and files that are NetCDF-3 and thus have fault A8; by default as many
        in proportion as in the archive of 1,800.
    defects
        ``"all"``: every fault in one file. ``{"C12": 3}``: so many files of each.
        ``{("DOE", "MALI"): ["C13"]}``: every file of a model that can have them. See `RECIPES`.
    seed
        The same seed and sizes give the same files.
    workers
        Processes. More than one need an importable main module, as `multiprocessing` does everywhere.
    progress
        Called with the number of files written and of all.

    Returns
    -------
    PlantedArchive
        The files, the faults, and the true values and axes.

    Raises
    ------
    ValueError
        When a size, a spacing or a fault is not available.
    """
    if greenland_models is None:
        greenland_models = int(_asks_for_greenland(defects))
    layout = archive_layout(
        models=models,
        greenland_models=greenland_models,
        experiments=experiments,
        variables=variables,
        steps=steps,
        spacings=tuple(spacings),
        seed=seed,
        contiguous=contiguous,
        netcdf3=netcdf3,
        files=files,
    )
    top = Path(root)
    top.mkdir(parents=True, exist_ok=True)
    plans = planned_defects(layout.plans(), defects, seed)
    written = list(_write_all(top, layout, plans, workers, progress))
    written.sort(key=lambda row: row[0])
    planted = tuple(defect for _, _, found in written for defect in found)
    archive = PlantedArchive(top, layout, tuple(file for _, file, _ in written), planted)
    archive.save()
    return archive


def _asks_for_greenland(defects: Defects) -> bool:
    if not defects or defects == "all":
        return defects == "all"
    return any(isinstance(key, str) and key.startswith("G") for key in defects)


def _write_all(
    top: Path, layout: ArchiveLayout, plans: list[FilePlan], workers: int, progress: Progress | None
) -> Iterator[Written]:
    all_series = _series(plans)
    done = 0
    for rows in _finished(top, layout, all_series, workers):
        done += len(rows)
        if progress is not None:
            progress(done, len(plans))
        yield from rows


def _finished(
    top: Path, layout: ArchiveLayout, all_series: list[Series], workers: int
) -> Iterator[list[Written]]:
    if workers <= 1:
        yield from (write_series(top, layout, series) for series in all_series)
        return
    context = multiprocessing.get_context("spawn")  # HDF5 and threads do not survive a fork
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        futures = [pool.submit(write_series, top, layout, series) for series in all_series]
        yield from (future.result() for future in as_completed(futures))


def _series(plans: list[FilePlan]) -> list[Series]:
    grouped: dict[tuple[str, str], Series] = {}
    for at, plan in enumerate(plans):
        grouped.setdefault((plan.model.key, plan.variable.name), []).append((at, plan))
    return list(grouped.values())


def write_series(top: Path, layout: ArchiveLayout, series: Series) -> list[Written]:
    """Write the files of one variable of one model; its chunks are compressed once."""
    model, variable = series[0][1].model, series[0][1].variable
    fields = layout.fields(model)
    base = None if variable.is_scalar else fields.base_values(variable)
    shared: dict[tuple[int, ...], bytes] = {}
    rows: list[Written] = []
    for at, plan in series:
        chunks: Chunks | None = None
        shape = (
            None
            if base is None or not plan.flavour.takes_prepared_chunks
            else plan.flavour.chunk_shape(base.shape)
        )
        if base is not None and shape is not None:
            deflate = plan.flavour.deflate
            if not shared:
                shared = prepared_chunks(base, shape, deflate, FILL_VALUE)
            first = base[: shape[0]].copy()
            first[0] = fields.first_record(variable, base, plan.experiment_number)
            chunks = shared | prepared_chunks(first, shape, deflate, FILL_VALUE)
        content = sound_content(plan, layout.years(plan.experiment), fields, chunks)
        rows.append((at, *_write(top, plan, content)))
    return rows


def _write(top: Path, plan: FilePlan, content: FileContent) -> tuple[WrittenFile, list[PlantedDefect]]:
    changes = [(RECIPES[id], RECIPES[id].plant(content)) for id in plan.defects]
    if not plan.flavour.is_hdf5:
        changes.append((RECIPES["A8"], ("HDF5", plan.flavour.container)))
    planted = [_planted(plan, content, recipe, change) for recipe, change in changes]
    if not content.absent:
        write_content(top / content.path, content)
    return WrittenFile(content.path, plan.model.key, plan.experiment, plan.variable.name), planted


def _planted(plan: FilePlan, content: FileContent, recipe: Recipe, change: Change) -> PlantedDefect:
    sound, found = change
    return PlantedDefect(
        path=content.path,
        defect=recipe.id,
        rule=recipe.rule,
        outcome=recipe.outcome,
        exact=recipe.exact,
        sound=sound,
        found=found,
        node=content.node,
        variable=plan.variable.name,
        years=tuple(int(year) for year in content.years),
    )


def write_content(path: Path, content: FileContent) -> None:
    """Write one file in its flavour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if content.verbatim is not None:
        path.write_bytes(content.verbatim)
        return
    (write_hdf5 if content.flavour.writer == "h5py" else write_netcdf)(path, content)
    if content.truncated:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
