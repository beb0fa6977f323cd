"""Small sound files that mutants are made of."""

from __future__ import annotations

from pathlib import Path

import h5py
import netCDF4
import numpy as np

import nunatak as nk
from nunatak_testing.atl06 import beam_columns, write_granule
from nunatak_testing.format_matrix import hdf5 as matrix_hdf5
from nunatak_testing.ismip6 import write_ismip6_archive

GRIDS = (nk.latlon(30.0), nk.latlon(45.0))
"""Of the weights."""
HDF5_CASES = (
    "structured_types-latest",
    "structured_types-earliest",
    "chunk_indexes-latest",
    "text_types-v110",
    "links-latest",
    "filter-lzf",
)


def _crowded(path: Path, libver: str) -> None:
    """Attributes and links enough for heaps and their indices, groups in groups, and lists of texts."""
    with h5py.File(path, "w", libver=libver) as file:
        values = file.create_dataset(
            "v", data=np.arange(60.0).reshape(6, 10), chunks=(2, 5), compression="gzip"
        )
        for number in range(30):
            values.attrs[f"attribute_{number}"] = number
            file[f"link_{number}"] = values
        file["soft"] = h5py.SoftLink("/group/v")
        group = file.create_group("group")
        group["v"] = np.arange(4, dtype=">i2")
        group.attrs["notes"] = ["one", "two", "three"]
        group.create_dataset("names", data=["ice", "sheet", "shelf"], dtype=h5py.string_dtype())


def _classic(path: Path, kind: str) -> None:
    with netCDF4.Dataset(path, "w", format=kind) as file:
        for name, length in (("time", None), ("y", 4), ("x", 3)):
            file.createDimension(name, length)
        file.title = "a sheet of ice"
        for name, dims in (("time", ("time",)), ("lithk", ("time", "y", "x")), ("mask", ("y", "x"))):
            variable = file.createVariable(name, "i2" if name == "mask" else "f8", dims)
            variable.units = "m"
            variable.setncattr("valid_range", np.array([-1e3, 1e4]))
            variable[:] = np.ones([2 if dim == "time" else {"y": 4, "x": 3}[dim] for dim in dims])


def _weights(folder: Path) -> list[Path]:
    esmf, scrip = folder / "weights.nc", folder / "scrip.nc"
    nk.Regridder(*GRIDS).to_netcdf(esmf)
    with netCDF4.Dataset(esmf) as file, netCDF4.Dataset(scrip, "w", format="NETCDF3_CLASSIC") as other:
        sizes = {"num_links": "n_s", "src_grid_size": "n_a", "dst_grid_size": "n_b"}
        for name, dim in sizes.items():
            other.createDimension(name, len(file.dimensions[dim]))
        names = {"src_address": "col", "dst_address": "row", "remap_matrix": "S"}
        names |= {"src_grid_center_lat": "yc_a", "src_grid_center_lon": "xc_a", "dst_grid_frac": "frac_b"}
        for name, source in names.items():
            values = file[source]
            dim = {own: name for name, own in sizes.items()}[values.dimensions[0]]
            copy = other.createVariable(name, values.dtype, (dim,))
            copy.units = "degrees"
            copy[:] = values[:]
    return [esmf, scrip]


def write_seeds(folder: Path) -> dict[str, list[bytes]]:
    """The sound files of every family."""
    hdf5 = []
    known = dict(matrix_hdf5.cases())
    for name in HDF5_CASES:
        known[name].create(folder / name)
        hdf5.append(folder / name)
    for libver in ("earliest", "latest"):
        _crowded(folder / libver, libver)
        hdf5.append(folder / libver)
    kinds = ("NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA")
    for kind in kinds:
        _classic(folder / kind, kind)
    granule = write_granule(
        folder / "granule.h5", {beam: beam_columns(40) for beam in ("gt1l", "gt1r", "gt2l")}
    )
    archive = folder / "archive"
    write_ismip6_archive(archive, models=1, experiments=1, variables=3, steps=2, spacings=(32,), netcdf3=1)
    catalog = nk.open_catalog(archive, cache=False)
    catalog.save(folder / "catalog.parquet")
    return {
        "hdf5": [path.read_bytes() for path in hdf5],
        "netcdf3": [(folder / kind).read_bytes() for kind in kinds],
        "atl06": [granule.read_bytes()],
        "catalog": [(folder / "catalog.parquet").read_bytes()],
        "weights": [path.read_bytes() for path in _weights(folder)],
    }
