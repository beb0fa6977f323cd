"""The generator of ISMIP6-like archives: what it says it planted is in the files, by netCDF4 and h5py."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import pyproj
import pytest

from nunatak.catalog import open_catalog
from nunatak_testing.__main__ import main
from nunatak_testing.ismip6 import RECIPES, FileFlavour, PlantedArchive, write_ismip6_archive
from nunatak_testing.ismip6.archive import write_content
from nunatak_testing.ismip6.grids import GREENLAND
from nunatak_testing.ismip6.layout import FilePlan, archive_layout
from nunatak_testing.ismip6.sound_file import sound_content
from nunatak_testing.planted_evidence import EVIDENCE, NO_FILE, Suspect, as_if_planted, shows

SMALL = {"experiments": 8, "variables": 15, "steps": 5, "spacings": (32,)}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> PlantedArchive:
    root = tmp_path_factory.mktemp("sound")
    return write_ismip6_archive(root, models=10, **(SMALL | {"experiments": 2}), netcdf3=0, contiguous=6)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> PlantedArchive:
    return write_ismip6_archive(tmp_path_factory.mktemp("faulty"), models=6, **SMALL, defects="all")


def test_every_sound_file_holds_the_true_values_and_axes(sound: PlantedArchive) -> None:
    assert len(sound.untouched) == len(sound.files) == 10 * 2 * 15
    for path in sound.untouched:
        name = sound.plan(path).variable.name
        with netCDF4.Dataset(sound.root / path) as file:
            values = np.ma.filled(file[name][:], np.nan)
            assert values.dtype == np.float32
            np.testing.assert_array_equal(values, sound.true_values(path))
            for axis in file[name].dimensions[1:]:
                np.testing.assert_array_equal(file[axis][:], sound.true_axes(path)[axis])
            shift = 1 if sound.plan(path).variable.kind == "state" else 0
            dates = netCDF4.num2date(file["time"][:], file["time"].units, file["time"].calendar)
            assert [date.year - shift for date in dates] == list(sound.true_years(path))
            assert {(date.month, date.day) for date in dates} == {(1, 1) if shift else (7, 1)}
        with h5py.File(sound.root / path) as file:
            dimensions = [file[name].dims[axis][0].name for axis in range(file[name].ndim)]
            assert dimensions == ["/time", "/y", "/x"][: file[name].ndim]


def test_no_rule_touches_a_sound_file(sound: PlantedArchive) -> None:
    catalog = open_catalog(sound.root)
    catalog.to_datatree()
    assert catalog.report.files == len(sound.files)
    assert not len(catalog.report.applications)
    assert set(catalog.report.problems["severity"]) <= {"info"}


def test_values_obey_the_identities_and_compress_well(sound: PlantedArchive) -> None:
    node = sound.root / "AWI/PISM1/hist_std"
    fields = {}
    for path in node.iterdir():
        with netCDF4.Dataset(path) as file:
            fields[path.name.split("_")[0]] = np.ma.filled(file[path.name.split("_")[0]][:], np.nan)
    ice = fields["sftgif"] > 0
    assert 0.4 < ice.mean() < 0.6
    np.testing.assert_array_equal((fields["base"] + fields["lithk"])[ice], fields["orog"][ice])
    np.testing.assert_array_equal(fields["sftgrf"] + fields["sftflf"], fields["sftgif"])
    np.testing.assert_array_equal(fields["lithk"] > 0, ice)
    np.testing.assert_array_equal((fields["base"] > fields["topg"])[ice], (fields["sftflf"] > 0)[ice])


def test_chunks_compress_about_eightfold(tmp_path: Path) -> None:
    sizes = {"models": 1, "experiments": 1, "variables": 14, "steps": 2, "spacings": (16,)}
    archive = write_ismip6_archive(tmp_path, **sizes, contiguous=0, netcdf3=0)
    decoded, stored = 0, 0
    for path in archive.untouched:
        with h5py.File(archive.root / path) as file:
            data = file[archive.plan(path).variable.name]
            if data.ndim == 3:
                decoded, stored = decoded + data.nbytes, stored + data.id.get_storage_size()
    assert 5 < decoded / stored < 9


def test_no_two_experiments_hold_the_same_field(sound: PlantedArchive) -> None:
    names = [name for name in sound.untouched if "/lithk_" in name or "/acabf_" in name]
    firsts = {sound.true_values(name).tobytes() for name in names}
    assert len(firsts) == len(names) == 40


def test_files_come_in_every_flavour(sound: PlantedArchive) -> None:
    chunks, superblocks, contiguous, last = set(), set(), 0, 0
    for path in sound.untouched:
        name, content = sound.plan(path).variable.name, (sound.root / path).read_bytes()
        with h5py.File(sound.root / path) as file:
            data = file[name]
            superblocks.add(content[8])
            if data.ndim < 3:
                continue
            chunks.add(data.chunks)
            contiguous += data.chunks is None
            deflated = (data.compression, data.compression_opts, data.shuffle)
            assert deflated == (("gzip", 4, True) if data.chunks else (None, None, False))
        last += content.find(b"ISMIP6 Projections") > len(content) // 2
    assert contiguous == 6
    assert superblocks == {0, 2, 3}
    wanted = {(1, 191, 191), (5, 191, 191), (5, 64, 64), (1, 128, 128), (5, 127, 127), (4, 191, 191), None}
    assert chunks == wanted
    assert last >= 3 * 2 * 11, "attributes of three models lie at the end of their files"


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    sizes = {"models": 4, "experiments": 3, "variables": 5, "steps": 4, "spacings": (32,), "netcdf3": 2}
    faults = {"C12": 2, "B2": 1, "D1": 1, "C6": 0, "A4.truncated": 1}
    one, two, other = (
        write_ismip6_archive(tmp_path / name, **sizes, defects=faults, seed=seed, workers=workers)
        for name, seed, workers in (("one", 3, 1), ("two", 3, 2), ("other", 4, 1))
    )
    assert one.defects == two.defects and one.files == two.files
    assert one.counts == {"A4.truncated": 1, "A8": 2, "B2": 1, "C12": 2, "D1": 1}
    for file in one.files:
        assert (one.root / file.path).read_bytes() == (two.root / file.path).read_bytes(), file.path
    both = [path for path in one.untouched if path in other.untouched]
    assert all((one.root / path).read_bytes() != (other.root / path).read_bytes() for path in both)


def test_every_fault_is_planted(faulty: PlantedArchive) -> None:
    assert set(faulty.counts) == set(RECIPES) == set(EVIDENCE) | NO_FILE
    planted = json.loads((faulty.root / "planted.json").read_text())
    assert len(planted["defects"]) == len(faulty.defects)
    assert planted["untouched"] == len(faulty.untouched)
    assert planted["defects"][0]["path"] == faulty.defects[0].path
    assert len({defect.path for defect in faulty.defects}) == len(faulty.files) - len(faulty.untouched)


@pytest.mark.parametrize("id", sorted(EVIDENCE))
def test_the_fault_is_in_the_file(faulty: PlantedArchive, id: str) -> None:
    for defect in faulty.defects:
        if defect.defect == id:
            with netCDF4.Dataset(faulty.root / defect.path) as file:
                file.set_auto_maskandscale(False)
                assert EVIDENCE[id](Suspect(file, defect, faulty)), defect
            assert defect.sound != defect.found


def test_a_sound_file_has_none_of_the_faults(faulty: PlantedArchive) -> None:
    by_path = {defect.path: defect for defect in faulty.defects}
    untouched = [path for path in faulty.untouched if "/orog_" in path or "/acabf_" in path][::3]
    assert len(untouched) > 15 and not set(untouched) & set(by_path)
    checked = 0
    for path in untouched:
        plan = faulty.plan(path)
        with netCDF4.Dataset(faulty.root / path) as file:
            file.set_auto_maskandscale(False)
            suspect = Suspect(file, as_if_planted(path, plan.variable.name, faulty.true_years(path)), faulty)
            possible = [id for id in EVIDENCE if RECIPES[id].fits(plan)]
            assert not [id for id in possible if shows(id, suspect)], path
            checked += len(possible)
    assert checked > 400


def test_files_that_cannot_be_opened_are_as_stated(faulty: PlantedArchive) -> None:
    of = {defect.defect: faulty.root / defect.path for defect in faulty.defects}
    assert of["A4"].stat().st_size == 0
    assert of["A4.corrupt"].read_bytes().startswith(b"<html>")
    assert not any(of[id].exists() for id in ("D5", "D7", "G8"))
    for id in ("A4", "A4.corrupt", "A4.truncated"):
        with pytest.raises(OSError):
            netCDF4.Dataset(of[id])


@pytest.mark.parametrize(
    "flavour",
    [
        FileFlavour("h5py", layout="compact"),
        FileFlavour("h5py", latest=True, layout="contiguous"),
        FileFlavour("h5py", chunks=(2, 10, 10), fletcher32=True, big_endian=True),
        FileFlavour("h5py", latest=True, chunks=(2, 10, 10), packing=(0.125, 1000.0)),
        FileFlavour(big_endian=True, shuffle=False),
        FileFlavour(deflate=0, chunks=(3, 40, 40), attributes_last=True),
        FileFlavour(fletcher32=True, packing=(0.125, 1000.0)),
        FileFlavour(layout="contiguous", big_endian=True),
        FileFlavour(container="NETCDF4_CLASSIC"),
        FileFlavour(container="NETCDF3_CLASSIC", packing=(0.125, 1000.0)),
        FileFlavour(container="NETCDF3_64BIT_DATA"),
    ],
)
def test_a_flavour_holds_what_was_written(tmp_path: Path, flavour: FileFlavour) -> None:
    steps = 1 if flavour.layout == "compact" else 5
    sizes = {"models": 1, "greenland_models": 1, "experiments": 1, "variables": 1, "steps": steps}
    layout = archive_layout(**sizes, spacings=(20,), seed=1, contiguous=0, netcdf3=0, files=None)
    plan = layout.plans()[0]
    plan = FilePlan(plan.model, plan.experiment, 0, plan.variable, flavour)
    fields = layout.fields(plan.model)
    write_content(tmp_path / "lithk.nc", sound_content(plan, layout.years("exp05"), fields))
    with netCDF4.Dataset(tmp_path / "lithk.nc") as file:
        np.testing.assert_array_equal(file["lithk"][:].filled(), fields.values(plan.variable, 0))
        assert file.data_model == flavour.container
        assert file.title == "ISMIP6 Projections Greenland model output"
        assert ("scale_factor" in file["lithk"].ncattrs()) == (flavour.packing is not None)
        if flavour.is_hdf5:
            assert file["lithk"].endian() == ("big" if flavour.big_endian else "little")
    if flavour.is_hdf5:
        with h5py.File(tmp_path / "lithk.nc") as file:
            layouts = {h5py.h5d.COMPACT: "compact", h5py.h5d.CONTIGUOUS: "contiguous"}
            stored = file["lithk"].id.get_create_plist().get_layout()
            assert layouts.get(stored, "chunked") == flavour.layout
            assert file["lithk"].fletcher32 == flavour.fletcher32


def test_places_in_greenland_equal_pyproj() -> None:
    x, y = np.random.default_rng(0).uniform(-7e5, 7e5, (2, 200))
    expected = pyproj.Transformer.from_crs("EPSG:3413", "EPSG:4326", always_xy=True).transform(x, y - 2e6)
    np.testing.assert_allclose(GREENLAND.unproject(x, y - 2e6), expected, atol=1e-9)


def test_a_models_faults_are_in_all_files_that_can_have_them(tmp_path: Path) -> None:
    sizes = {"models": 3, "experiments": 3, "variables": 5, "steps": 3, "spacings": (32,), "netcdf3": 0}
    archive = write_ismip6_archive(tmp_path, **sizes, defects={("DOE", "MALI"): ["C13", "B1"]})
    assert archive.counts == {"B1": 3 * 4, "C13": 2 * 2}, "4 fields; 2 of them change with time; 1 hindcast"
    assert {defect.node.rsplit("/", 1)[0] for defect in archive.defects} == {"DOE/MALI"}


def test_bad_arguments_say_what_to_pass(tmp_path: Path) -> None:
    small = {"models": 1, "experiments": 1, "variables": 2, "steps": 2, "spacings": (32,)}
    for wrong, message in [
        ({"defects": {"Z9": 1}}, "no such fault: Z9; known are A1"),
        ({"defects": {"C12": 9}}, "is wanted 9 times, 2 can be planted: write a larger archive"),
        ({"models": 99}, "pass 1 to 17"),
        ({"spacings": (7,)}, "no ISMIP6 grid of 7 km"),
        ({"files": 3}, "1 models x 1 experiments x 2 variables are 2 files; pass 1 to 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            write_ismip6_archive(tmp_path, **(small | wrong))
    with pytest.raises(ValueError, match="writer='netCDF4'"):
        FileFlavour("h5py", container="NETCDF3_CLASSIC")


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = {"models": 2, "experiments": 2, "variables": 5, "steps": 3, "spacings": 32, "workers": 1}
    sizes = [f"--{name}={number}" for name, number in numbers.items()]
    assert main([str(tmp_path / "archive"), *sizes, "--defects", "B1=2,C8", "--files", "18"]) == 0
    assert "18 files" in capsys.readouterr().out
    assert len(list((tmp_path / "archive").rglob("*.nc"))) == 18
    assert main([str(tmp_path / "archive"), *sizes, "--defects", "B1=x"]) == 2
    assert "expected a fault and a number" in capsys.readouterr().err
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.count("\n") == len(RECIPES)


def test_the_documentation_lists_every_fault() -> None:
    page = (Path(__file__).parents[3] / "docs" / "samples.md").read_text()
    for recipe in RECIPES.values():
        assert f"| **{recipe.id}** | {recipe.description} | {recipe.outcome} |" in page
