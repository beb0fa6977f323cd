"""Structure of the source tree: no circles of files, short files, plain names (standard library only).

Run it as it is for every check, or with the names of some of them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from rust_modules import circles_of_files

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 350
"""Lines of the longest file."""
EXEMPT = ("CHANGELOG.md", "scripts/old_names.txt")
"""Files that may say an old name: what changed, and the list itself."""


def tracked(*patterns: str) -> list[str]:
    """Files that git has, of these pathspecs."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def circles() -> list[str]:
    """Circles of files inside a crate."""
    problems = []
    for manifest in tracked("crates/*/Cargo.toml"):
        crate = (ROOT / manifest).parent
        for circle in circles_of_files(crate / "src"):
            problems.append(f"{crate.name}: a circle of files: {circle}")
    return problems


def length() -> list[str]:
    """Files that are too long."""
    problems = []
    for name in tracked("*.rs", "*.py"):
        lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            problems.append(f"{name}: {lines} lines, expected at most {LONGEST}: split it by concept")
    return problems


def names() -> list[str]:
    """Folders and modules whose name says nothing, or that tools take for artefacts."""
    forbidden = {"build", "utils", "helpers", "common", "manager"}
    found = set()
    for name in tracked():
        parts = Path(name).with_suffix("").parts
        found |= {f"{name}: `{part}` is no name for a room" for part in parts if part in forbidden}
    return sorted(found)


def old_names() -> list[str]:
    """Names that were given up."""
    problems = []
    for line in (ROOT / "scripts/old_names.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("@once "):
            problems += _more_than_once(line.removeprefix("@once "))
            continue
        pattern, instead, *where = line.split("\t")
        expression = re.compile(pattern)
        for name in tracked(*(where[0].split() if where else [])):
            if name in EXEMPT:
                continue
            for number, text in enumerate(_text(name).splitlines(), 1):
                if found := expression.search(text):
                    problems.append(f"{name}:{number}: `{found.group()}`, say {instead}")
    return problems


def _more_than_once(name: str) -> list[str]:
    expression = re.compile(rf"^\s*(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|type) {name}\b", re.MULTILINE)
    places = [file for file in tracked("crates/*.rs") for _ in expression.findall(_text(file))]
    return (
        [f"{len(places)} types are called {name}, expected one: {', '.join(places)}"]
        if len(places) > 1
        else []
    )


def _text(name: str) -> str:
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def first_lines() -> list[str]:
    """Modules without a first line that says what they are."""
    problems = []
    for name in tracked("*.rs", "*.py"):
        lines = [
            line for line in _text(name).splitlines() if line.strip() and not line.startswith(("#!", "# "))
        ]
        first = lines[0] if lines else ""
        begins = "//! " if name.endswith(".rs") else ('"""', 'r"""')
        if not first.startswith(begins):
            problems.append(f"{name}: the first line is no doc line that names its subject")
    return problems


def rust_version() -> list[str]:
    """Places that name another minimum Rust version than Cargo.toml."""
    with open(ROOT / "Cargo.toml", "rb") as file:
        stated = tomllib.load(file)["workspace"]["package"]["rust-version"]
    problems = []
    for name in tracked("*.md", "scripts/*", ".ci/*", ".github/*", "*.toml", "docs/conf.py", "Makefile"):
        if name in EXEMPT:
            continue
        for number, text in enumerate(_text(name).splitlines(), 1):
            for found in re.findall(r"(?i)\brust(?:c|-version)?\b[^0-9\n|]{0,12}(1\.\d\d)\b", text):
                if found != stated:
                    problems.append(f"{name}:{number}: Rust {found}, but Cargo.toml says {stated}")
    return problems


def examples() -> list[str]:
    """Public types of the crates whose documentation has no example that runs."""
    problems = []
    for name in tracked("crates/*/src/*.rs"):
        if name.startswith("crates/nunatak-python/") or "tests" in Path(name).with_suffix("").parts:
            continue
        documented: list[str] = []
        for line in _text(name).splitlines():
            if line.startswith("///"):
                documented.append(line)
            elif found := re.match(r"pub (?:struct|enum|trait|union) (\w+)", line):
                if not any(line.rstrip() == "/// ```" for line in documented):
                    problems.append(f"{name}: {found[1]} has no example that runs")
                documented = []
            elif not line.startswith(("#[", " ", ")")):
                documented = []
    return problems


CHECKS = {
    "circles": circles,
    "length": length,
    "names": names,
    "old-names": old_names,
    "first-lines": first_lines,
    "rust-version": rust_version,
    "examples": examples,
}


def main(arguments: list[str]) -> int:
    """Runs the checks of these names, all when there are none, and prints what they find."""
    if unknown := [name for name in arguments if name not in CHECKS]:
        print(f"no check {', '.join(unknown)}; known: {', '.join(CHECKS)}")
        return 2
    problems = [problem for name in arguments or CHECKS for problem in CHECKS[name]()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
