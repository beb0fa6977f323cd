"""Cold open of a directory to a tree with repaired, decoded coordinates."""

from __future__ import annotations

from pathlib import Path

from ..measure import Result
from ..setting import Setting
from ..table import CaseReport, ratio_check, result_table

_WORDS = """\
A directory becomes one lazy tree: every file's header read, time and places repaired and decoded. Peers
build a node for each file (intake-esm: for each experiment), VirtualiZarr only scans. Files are in the
page cache, imports are not counted, every contender has all cores."""


def run(setting: Setting) -> CaseReport:
    """Nunatak against loops, intake-esm and VirtualiZarr's scan."""
    top = str(setting.archive)
    ours = setting.bench.ours("Nunatak", "open_cold", runs=1 if setting.quick else 3, options={"source": top})
    peers: list[tuple[Result, float]] = []
    for engine, wanted in (("netcdf4", 10.0), ("h5netcdf", 30.0)):
        peers.append((_loop(setting, top, engine), wanted))
    peers.append((_intake(setting, top), 50.0))
    peers.append((_scan(setting, top), 15.0))
    results = [ours, *(peer for peer, _ in peers)]
    report = CaseReport("Cold open, local disk", _WORDS, [result_table(results, ours)], results=results)
    report.checks = [ratio_check(peer, ours, wanted) for peer, wanted in peers]
    return report


def _loop(setting: Setting, top: str, engine: str) -> Result:
    files = setting.sampled()
    options = {"top": top, "files": files, "engine": engine}
    result = setting.bench.peer(f"xarray loop, {engine}", "loops:open_local", options=options)
    return result.scaled(len(setting.files), len(files))


def _intake(setting: Setting, top: str) -> Result:
    files = setting.sampled()
    if len(files) < len(setting.files):
        files = _whole_experiments(setting.files, len(files))
    setting.cache.mkdir(parents=True, exist_ok=True)
    options = {"top": top, "files": files, "folder": str(setting.cache)}
    result = setting.bench.peer("intake-esm to_datatree, h5netcdf", "catalogues:open_tree", options=options)
    return result.scaled(len(setting.files), len(files))


def _scan(setting: Setting, top: str) -> Result:
    files = setting.sampled()
    options = {"top": top, "files": files}
    result = setting.bench.peer("VirtualiZarr scan", "virtual:scan", options=options)
    return result.scaled(len(setting.files), len(files))


def _whole_experiments(files: list[str], wanted: int) -> list[str]:
    """About as many files, of whole experiments, evenly spread: what is joined must be complete."""
    folders = sorted({str(Path(file).parent) for file in files})
    count = max(1, round(wanted * len(folders) / len(files)))
    chosen = {folders[number * len(folders) // count] for number in range(count)}
    return [file for file in files if str(Path(file).parent) in chosen]
