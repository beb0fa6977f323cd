"""Archives like that of ISMIP6, of any size, with every known fault plantable in named files."""

from .archive import write_ismip6_archive
from .defects import RECIPES, PlantedDefect, Recipe
from .flavour import FileFlavour
from .planted_archive import PlantedArchive, WrittenFile

__all__ = [
    "RECIPES",
    "FileFlavour",
    "PlantedArchive",
    "PlantedDefect",
    "Recipe",
    "WrittenFile",
    "write_ismip6_archive",
]
