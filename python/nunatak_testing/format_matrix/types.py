"""Types of the format matrix, in datasets and attributes, written by h5py."""

from __future__ import annotations

import h5py
import numpy as np

from nunatak_testing.format_matrix.storage import numbers

NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]


def number_types(file: h5py.File) -> None:
    for kind in NUMBERS:
        for order in "<>":
            values = numbers(f"{order}{kind}")
            file[f"{order}{kind}"] = values
            file.attrs[f"scalar_{order}{kind}"] = values[3, 4]
            file.attrs[f"list_{order}{kind}"] = values[3]
            file.attrs[f"one_{order}{kind}"] = values[3, :1]
            file.attrs[f"table_{order}{kind}"] = values[:2, :3]
    file["halves"] = np.array([0, -0.0, np.inf, -np.inf, 6e-8, 6.1e-5, 65504, 1 / 3], "f2")
    file["truth"] = np.array([True, False, True])
    file["truth"].attrs["is_true"] = True


TEXTS = ["ice", "", "Schirmacher Oase", "Mýrdalsjökull"]


def text_types(file: h5py.File) -> None:
    for name, charset in [("ascii", "ascii"), ("utf8", "utf-8")]:
        texts = TEXTS if charset == "utf-8" else TEXTS[:3]
        variable = h5py.string_dtype(charset)
        fixed = h5py.string_dtype(charset, 20)
        encoded = np.array([text.encode() for text in texts], "S20").astype(fixed)
        file.create_dataset(f"{name}_variable", data=np.array(texts, object), dtype=variable)
        file.create_dataset(
            f"{name}_variable_chunked",
            data=np.array(texts * 5, object),
            dtype=variable,
            chunks=(3,),
            compression="gzip",
            shuffle=True,
        )
        file.create_dataset(f"{name}_fixed", data=encoded, dtype=fixed)
        file.create_dataset(f"{name}_fixed_lzf", data=encoded, dtype=fixed, chunks=(2,), compression="lzf")
        file.attrs.create(f"{name}_variable", texts[2], dtype=variable)
        file.attrs.create(f"{name}_list", np.array(texts, object), dtype=variable)
        file.attrs.create(f"{name}_fixed", encoded[2], dtype=fixed)
        file.attrs.create(f"{name}_fixed_list", encoded, dtype=fixed)
    file.create_dataset("unwritten", (3,), h5py.string_dtype())
    file["letters"] = np.array([[b"a", b"b"], [b"", b"d"]], "S1")
    file.attrs["empty"] = ""
    file.attrs["table"] = np.array([["a", "b"], ["c", "dé"]], object)
    for padding in ["SPACEPAD", "NULLPAD", "NULLTERM"]:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(8)
        kind.set_strpad(getattr(h5py.h5t, f"STR_{padding}"))
        space = h5py.h5s.create_simple((2,))
        dataset = h5py.h5d.create(file.id, padding.encode(), kind, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"firn", b"neve"], "S8"))
        attribute = h5py.h5a.create(file.id, padding.encode(), kind, h5py.h5s.create(h5py.h5s.SCALAR))
        attribute.write(np.array(b"firn", "S8"))


RECORD = np.dtype([("height", "<f4"), ("count", ">i2"), ("name", "S5"), ("position", "<f8", (2,))])


def structured_types(file: h5py.File) -> None:
    records = np.zeros(6, RECORD)
    records["height"] = np.arange(6) / 4
    records["count"] = np.arange(6)
    records["name"] = [b"a", b"bc", b"", b"def", b"ghijk", b"l"]
    records["position"] = np.arange(12).reshape(6, 2)
    aligned = np.zeros(
        4, np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8], "itemsize": 24})
    )
    aligned["b"] = [1, 2, 3, 4]
    nested = np.zeros(2, np.dtype([("outer", RECORD), ("flag", "?")]))
    nested["outer"], nested["flag"] = records[:2], [True, False]
    for name, values in {"records": records, "aligned": aligned, "nested": nested}.items():
        file[name] = values
        file.attrs[f"{name}_one"] = values[1]
        file.attrs[f"{name}_list"] = values
    file.create_dataset("chunked", data=records, chunks=(4,), compression="gzip", shuffle=True)
    file["opaque"] = np.arange(12, dtype="u1").view("V3")
    colours = h5py.enum_dtype({"ocean": 0, "land": 1, "ice": 2}, basetype="u1")
    file.create_dataset("enumerated", data=np.array([0, 2, 1], "u1"), dtype=colours)
    file.attrs.create("enumerated", 2, dtype=colours)
    sequence = np.empty((), object)
    sequence[()] = np.array([1.5, 2.5])
    file.attrs.create("sequence", sequence, dtype=h5py.vlen_dtype("f8"))
    file["committed"] = np.dtype("f4")
    file.create_dataset("of_committed", data=numbers(), dtype=file["committed"])
    file.attrs.create("of_committed", np.float32(2.5), dtype=file["committed"])
    file["committed_record"] = RECORD
    scalar = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(file.id, b"of_committed_record", file["committed_record"].id, scalar)
    attribute.write(np.array(records[2]))


def unrepresentable_types(file: h5py.File) -> None:
    file["plain"] = numbers()
    file["plain"].attrs["units"] = "m"
    file["plain"].attrs["reference"] = file["plain"].ref
    file["plain"].attrs["regions"] = np.array([file["plain"].regionref[:2]], h5py.regionref_dtype)
    file.create_dataset("references", data=np.array([file["plain"].ref], object), dtype=h5py.ref_dtype)
    file.create_dataset("regions", (1,), h5py.regionref_dtype)[0] = file["plain"].regionref[:3]
    file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))[0] = np.array([1, 2, 3])
    file.create_dataset("arrays", (2,), np.dtype(("f4", (3,))))
    file.create_dataset("without_values", data=h5py.Empty("f4"))
    file.attrs["empty_number"] = h5py.Empty("f4")
