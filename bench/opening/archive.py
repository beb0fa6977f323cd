"""The archive that is opened: made once and kept, and what lies in it."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

ISMIP6_FILES = 10_034
"""Files of the published archive."""


@dataclass(frozen=True)
class Layout:
    """How the data variable of a file lies on disk."""

    kind: str
    shape: tuple[int, ...]
    chunks: tuple[int, ...] | None
    deflate: bool
    latest: bool

    def __str__(self) -> str:
        place = str(self.chunks).replace(" ", "") if self.chunks else self.kind
        return place + (" latest" if self.latest and self.chunks else "")


def default_folder() -> Path:
    """Where generated archives are kept: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nunatak-bench"


def files_of(top: Path) -> list[str]:
    """Paths of the NetCDF files, relative, sorted."""
    return sorted(str(path.relative_to(top)) for path in top.rglob("*.nc"))


def variable_of(file: str) -> str:
    """The variable that a file is named after."""
    return Path(file).name.partition("_")[0]


def sound_fields(cache: Path, models: int = 10, experiments: int = 12) -> Path:
    """One sound file of a field for each model and experiment, sized and stored as in the large archive."""
    from nunatak_testing.ismip6 import write_ismip6_archive

    target = cache / f"sound-{models}x{experiments}"
    marker = target / ".complete"
    if not marker.is_file():
        shutil.rmtree(target, ignore_errors=True)
        workers = os.cpu_count() or 1
        written = write_ismip6_archive(
            target, models=models, experiments=experiments, variables=1, netcdf3=0, workers=workers
        )
        if written.defects:
            raise ValueError(f"{target}: expected sound files, found {len(written.defects)} faults")
        marker.touch()
    return target


def enlarged(top: Path, target: Path, files: int = ISMIP6_FILES) -> Path:
    """As many files as wanted: the archive under further models' names, by hard links."""
    marker = target / f".{files}-files"
    if marker.is_file():
        return target
    shutil.rmtree(target, ignore_errors=True)
    names = files_of(top)
    for number, name in islice(enumerate(cycle(names)), files):
        copy = number // len(names)
        institution, model, experiment, file = Path(name).parts[-4:]
        if copy:
            file = file.replace(f"_{institution}_{model}_", f"_{institution}_{model}v{copy}_")
            model = f"{model}v{copy}"
        link = target / institution / model / experiment / file
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(top / name, link)
    marker.touch()
    return target


def layouts(top: Path, files: Sequence[str]) -> dict[Layout, list[str]]:
    """Files by the layout of their data variable, those with fields (time, y, x) only."""
    found: dict[Layout, list[str]] = defaultdict(list)
    for file in files:
        layout = _layout(top / file, variable_of(file))
        if layout is not None and len(layout.shape) == 3:
            found[layout].append(file)
    return dict(found)


def _layout(path: Path, variable: str) -> Layout | None:
    """Layout of one file, None when it has no such variable or cannot be opened."""
    import h5py
    import netCDF4

    try:
        if h5py.is_hdf5(path):
            with h5py.File(path, "r") as file:
                data = file[variable]
                assert isinstance(data, h5py.Dataset)
                kind = "chunked" if data.chunks else "contiguous"
                latest = _superblock(path) >= 3
                return Layout(kind, data.shape, data.chunks, data.compression == "gzip", latest)
        with netCDF4.Dataset(path) as file:
            return Layout("NetCDF-3", file[variable].shape, None, False, False)
    except (OSError, KeyError, IndexError, AssertionError):
        return None


def _superblock(path: Path) -> int:
    with path.open("rb") as file:
        return file.read(9)[8]
