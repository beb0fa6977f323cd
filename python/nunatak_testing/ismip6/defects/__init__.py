"""Every fault of the published archives that can be seen in a file, ready to be planted."""

from . import greenland, grid, names, records, time, values
from .record import RECIPES, Change, Extent, Outcome, PlantedDefect, Recipe, sort_recipes

sort_recipes()

__all__ = [
    "RECIPES",
    "Change",
    "Extent",
    "Outcome",
    "PlantedDefect",
    "Recipe",
    "greenland",
    "grid",
    "names",
    "records",
    "time",
    "values",
]
