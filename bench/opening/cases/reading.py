"""Decoding throughput of whole variables, by the layout on disk."""

from __future__ import annotations

from typing import Any

from ..archive import Layout, variable_of
from ..measure import Result
from ..setting import Setting, spread
from ..table import CaseReport, Check, markdown_table

_FILES = 12
_MOST_BYTES = 600e6

_WORDS = """\
Decoded MB a second, up to {files} open files of each layout, page cache warm, the best of 3 reads, files
opened anew for each. netCDF4 and h5netcdf give raw values, the others decoded ones through xarray. Columns
with "2" have two cores, the others one."""

_PEERS = {"netCDF4": "netcdf4", "h5netcdf": "h5netcdf"}
Rate = tuple[float, float, float]
"""Bytes, wall seconds and processor seconds."""

Rates = dict[str, dict[str, Rate]]


def run(setting: Setting) -> CaseReport:
    """Every reader on every layout."""
    report = CaseReport("Read throughput", _WORDS.format(files=_FILES))
    setting.built_repository()
    rates: Rates = {}
    compressed: list[str] = []
    least = 2 if setting.quick else _FILES
    rates_wanted = 1 if setting.quick else len(setting.layouts)
    for layout, every in sorted(setting.layouts.items(), key=lambda item: str(item[0])):
        files = [file for file in every if file not in setting.faulty]
        if len(files) < least or len(rates) == rates_wanted:
            continue
        most = max(1, int(_MOST_BYTES // (4 * _product(layout.shape))))
        chosen = spread(files, min(_FILES if not setting.quick else 2, most))
        name = f"{layout} of {'x'.join(map(str, layout.shape))}"
        rates[name] = _rates(setting, report, layout, chosen, name)
        compressed += [name] if layout.deflate else []
    report.tables = [_table(rates, compressed, "MB/s", 1), _table(rates, compressed, "MB per CPU s", 2)]
    report.checks = _checks(rates, compressed)
    return report


def _rates(
    setting: Setting, report: CaseReport, layout: Layout, files: list[str], name: str
) -> dict[str, Rate]:
    """Bytes and seconds of every reader."""
    paths = [setting.path(file) for file in files]
    options = {"files": paths, "variables": [variable_of(file) for file in files]}
    found: dict[str, Result] = {}

    def settings(cores: int, **more: Any) -> dict[str, Any]:
        return {"options": {**options, **more}, "cores": cores, "repeats": 3}

    bench = setting.bench
    found["Nunatak"] = bench.ours(f"Nunatak, {name}", "read", **settings(1))
    found["Nunatak 2"] = bench.ours(f"Nunatak 2, {name}", "read", **settings(2))
    found["netCDF4"] = bench.peer(f"netCDF4, {name}", "readers:netcdf4", **settings(1))
    if layout.kind != "NetCDF-3":
        found["h5netcdf"] = bench.peer(f"h5netcdf, {name}", "readers:h5netcdf", **settings(1))
        for column, cores in (("hidefix", 1), ("hidefix 2", 2)):
            label = f"{column}, {name}"
            more = settings(cores, engine="hidefix")
            found[column] = bench.peer(label, "readers:through_xarray", **more)
    if setting.repository.is_dir():
        more = {"top": str(setting.archive), "repository": str(setting.repository), "files": files}
        found["icechunk"] = bench.peer(
            f"icechunk, {name}", "readers:icechunk", options=more, cores=1, repeats=3
        )
    report.results += found.values()
    return {
        column: (result.facts["bytes"], result.wall, result.processor)
        for column, result in found.items()
        if result.outcome == "ok" and result.wall and result.processor
    }


def _table(rates: Rates, compressed: list[str], title: str, clock: int) -> str:
    """Rates by the wall's clock (1) or the processor's (2), which is steadier on a busy machine."""
    columns = list(dict.fromkeys(column for row in rates.values() for column in row))
    rows = [[name, *(_cell(row.get(column), clock) for column in columns)] for name, row in rates.items()]
    totals = [_total(rates, compressed, column, clock) for column in columns]
    rows.append(["**all compressed**", *(f"{rate:,.0f}" if rate else "" for rate in totals)])
    return markdown_table([title, *columns], rows)


def _checks(rates: Rates, compressed: list[str]) -> list[Check]:
    wanted = (("Nunatak", "netCDF4", 2.5), ("Nunatak", "hidefix", 1.0), ("Nunatak 2", "netCDF4", 4.0))
    checks = []
    for ours, peer, least in wanted:
        shared = [name for name in compressed if peer in rates[name] and ours in rates[name]]
        own, theirs = _total(rates, shared, ours), _total(rates, shared, peer)
        ratio = own / theirs if own and theirs else None
        target = f"{ours} reads compressed variables {least:g}x as fast as {peer}"
        checks.append(
            Check(target, f"{ratio:.2f}x" if ratio else "", None if ratio is None else ratio >= least)
        )
    return checks


def _total(rates: Rates, names: list[str], column: str, clock: int = 1) -> float | None:
    """Rate over layouts together; None when one of them is missing."""
    if not names or any(column not in rates[name] for name in names):
        return None
    pairs = [rates[name][column] for name in names]
    return sum(pair[0] for pair in pairs) / sum(pair[clock] for pair in pairs) / 1e6


def _cell(rate: Rate | None, clock: int) -> str:
    return "" if rate is None else f"{rate[0] / rate[clock] / 1e6:,.0f}"


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for length in shape:
        product *= length
    return product
