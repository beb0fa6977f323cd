"""Content of one file of the archive before it is written; planted faults change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flavour import FileFlavour
from .variables import Ismip6Variable

Chunks = Mapping[tuple[int, ...], bytes]


@dataclass
class StoredVariable:
    """A variable as it will be in the file.

    Attributes
    ----------
    dimensions, dtype, attributes
        As in the file; the fill value is apart, for it is set when a variable is made.
    values
        Raw values, None for the data of an untouched file, which come from `FileContent.chunks`.
    fill_value
        Declared fill value, None for none.
    """

    dimensions: tuple[str, ...]
    values: NDArray[Any] | None
    attributes: dict[str, Any] = field(default_factory=dict)
    dtype: str = "f8"
    fill_value: Any = None


@dataclass
class FileContent:
    """One file: where it lies, what is in it, how it is stored.

    Attributes
    ----------
    ice_sheet, institution, model, experiment, variable
        What the file truly is.
    directories, name
        Where it is written.
    dimensions
        Lengths by name.
    variables
        By name; the data variable is `data_name`.
    years
        Nominal year of each record.
    true_values
        Makes the raw values of the data, fill values included.
    chunks
        Prepared chunks of the data, None where the values are to be written.
    verbatim
        Bytes to write in the place of a file.
    truncated
        Only the first half of the file is kept.
    absent
        The file is not written at all.
    """

    ice_sheet: str
    institution: str
    model: str
    experiment: str
    variable: Ismip6Variable
    flavour: FileFlavour
    directories: list[str]
    name: str
    dimensions: dict[str, int]
    variables: dict[str, StoredVariable]
    attributes: dict[str, Any]
    years: NDArray[np.int64]
    true_values: Callable[[], NDArray[np.float32]]
    data_name: str
    chunks: Chunks | None = None
    verbatim: bytes | None = None
    truncated: bool = False
    absent: bool = False

    @property
    def path(self) -> str:
        """Path relative to the archive."""
        return "/".join([*self.directories, self.name])

    @property
    def data(self) -> StoredVariable:
        """The data variable."""
        return self.variables[self.data_name]

    @property
    def time(self) -> StoredVariable:
        """The time variable."""
        return self.variables["time"]

    def values(self) -> NDArray[Any]:
        """Raw values of the data as they will be written."""
        if self.data.values is None:
            self.data.values = self.true_values()
        return self.data.values

    def replace_values(self, values: NDArray[Any]) -> None:
        """Write other values in the place of the true ones."""
        self.data.values, self.chunks = values, None

    @property
    def node(self) -> str:
        """Institution, model and experiment."""
        return f"{self.institution}/{self.model}/{self.experiment}"

    def rename(self, **parts: str) -> None:
        """Change institution, model or experiment in the directories and in the file's name."""
        for part, new in parts.items():
            old = getattr(self, part)
            self.directories = [new if name == old else name for name in self.directories]
            self.name = self.name.replace(f"_{old}", f"_{new}")
            setattr(self, part, new)
