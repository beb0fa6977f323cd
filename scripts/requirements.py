"""Prints the requirements of the project and of the extras named on the command line, one a line.

pip can install extras only together with the project, which would build it a second time without need.
"""

import re
import sys
import tomllib
from pathlib import Path


def requirements(project: dict, extras: list[str]) -> list[str]:
    """Requirements of a `[project]` table, with extras that name other extras of it followed."""
    found = list(project["dependencies"]) if not extras else []
    for extra in extras:
        for line in project["optional-dependencies"][extra]:
            inner = re.fullmatch(rf"{project['name']}\[(.+)\]", line)
            found += requirements(project, inner[1].split(",")) if inner else [line]
    return found


if __name__ == "__main__":
    table = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    wanted = requirements(table, []) + (requirements(table, sys.argv[1:]) if sys.argv[1:] else [])
    print("\n".join(dict.fromkeys(wanted)))
