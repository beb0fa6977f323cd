"""Which file of a Rust crate uses which, and the circles among them.

Names are followed to the file that defines them: through `use` and `pub use`, `crate::`, `super::`, `self::`,
globs and exported macros. Tests (`#[cfg(test)]`) do not count, nor do methods, which no path names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ITEM = re.compile(
    r"\b(?:struct|enum|union|trait|fn|type|const|static|macro_rules!)\s+(?:mut\s+)?([A-Za-z_]\w*)"
)
PATH = re.compile(r"(?<![\w:$.])((?:[A-Za-z_]\w*)(?:\s*::\s*[A-Za-z_]\w*)+)")
TEST_ITEM = re.compile(r"#\[cfg\((?:all\()?test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*")

USE = re.compile(r"(?:pub(?:\([^)]*\))?\s+)?use\b")
Names = tuple[str, ...]
"""A module path from the root of its crate."""


@dataclass
class Module:
    """One file of a crate."""

    file: Path
    path: Names
    text: str
    aliases: dict[str, Names] = field(default_factory=dict)
    globs: list[Names] = field(default_factory=list)
    items: set[str] = field(default_factory=set)


def circles_of_files(source: Path) -> list[str]:
    """Each circle of files below a `src` folder, as `a.rs -> b.rs (Name) -> a.rs (Other)`."""
    crate = Crate(source)
    uses = {path: crate.uses(module) for path, module in crate.modules.items()}
    found = []
    for group in strong_components({path: set(targets) for path, targets in uses.items()}):
        circle = shortest_circle(group, uses)
        steps = [_name(crate, circle[0], source)]
        for one, other in zip(circle, circle[1:] + circle[:1], strict=True):
            steps.append(f"{_name(crate, other, source)} ({', '.join(sorted(uses[one][other])[:3])})")
        rest = f" [{len(group)} files in all]" if len(group) > len(circle) else ""
        found.append(" -> ".join(steps) + rest)
    return found


def _name(crate: Crate, path: Names, source: Path) -> str:
    return crate.modules[path].file.relative_to(source).as_posix()


class Crate:
    """The modules of a crate by path."""

    def __init__(self, source: Path) -> None:
        self.modules: dict[Names, Module] = {}
        self.macros: dict[str, Names] = {}
        for root in ("lib.rs", "main.rs"):
            if (source / root).is_file():
                self._add(source / root, (), source)
                break

    def _add(self, file: Path, path: Names, folder: Path) -> None:
        text = without_tests(without_comments(file.read_text(encoding="utf-8")))
        module = Module(file, path, text, items=set(ITEM.findall(text)))
        self.modules[path] = module
        for name in re.findall(r"#\[macro_export[^\]]*\]\s*macro_rules!\s*(\w+)", text):
            self.macros[name] = path
        for tree in re.findall(r"\buse\s+([^;]+);", text):
            for target, alias in expand(tree):
                if alias == "*":
                    module.globs.append(target)
                else:
                    module.aliases[alias] = target
        for name in re.findall(r"\bmod\s+(\w+)\s*;", text):
            for candidate in (folder / f"{name}.rs", folder / name / "mod.rs"):
                if candidate.is_file():
                    self._add(candidate, (*path, name), folder / name)

    def uses(self, module: Module) -> dict[Names, set[str]]:
        """The other modules of which one names something, and what it names."""
        found: dict[Names, set[str]] = {}
        for path in self._paths_in(module):
            target = self.resolve(module, path)
            if target is not None and target != module.path:
                found.setdefault(target, set()).add(path[-1])
        return found

    def _paths_in(self, module: Module) -> Iterator[Names]:
        yield from (target for target in module.aliases.values() if not self._is_module(module, target))
        body = re.sub(r"\buse\s+[^;]+;", "", module.text)
        for text in PATH.findall(body):
            yield tuple(part.strip() for part in text.split("::"))
        words = set(re.findall(r"\b[A-Za-z_]\w*\b", body))
        for glob in module.globs:
            for word in words - module.items - set(module.aliases):
                if self.resolve(module, (*glob, word), strict=True) is not None:
                    yield (*glob, word)

    def _is_module(self, module: Module, path: Names) -> bool:
        place = self._absolute(module, path)
        return place in self.modules

    def _absolute(self, module: Module, path: Names) -> Names | None:
        """A path from the root of the crate; None when it leads out of the crate."""
        first, rest = path[0], path[1:]
        if first == "crate":
            return rest
        if first == "self":
            return (*module.path, *rest)
        if first == "super":
            place = module.path[:-1]
            while rest and rest[0] == "super":
                place, rest = place[:-1], rest[1:]
            return (*place, *rest)
        if (*module.path, first) in self.modules:
            return (*module.path, *path)
        return None

    def resolve(self, module: Module, path: Names, depth: int = 0, strict: bool = False) -> Names | None:
        """The module that defines what a path names; None when it is not of this crate.

        A name that is not found is taken for one of the module that should have it, unless `strict`.
        """
        if depth > 20 or not path:
            return None
        absolute = self._absolute(module, path)
        if absolute is None:
            alias = module.aliases.get(path[0])
            if alias is None or len(path) == 1 or alias[0] == path[0]:
                return None
            return self.resolve(module, (*alias, *path[1:]), depth + 1, strict)
        here: Names = ()
        for at, name in enumerate(absolute):
            if (*here, name) in self.modules:
                here = (*here, name)
                continue
            return self._named(self.modules[here], name, absolute[at + 1 :], depth, strict)
        return None if strict else here

    def _named(self, owner: Module, name: str, rest: Names, depth: int, strict: bool) -> Names | None:
        if name in owner.items:
            return owner.path
        if name in owner.aliases and owner.aliases[name] != (name,):
            target = self.resolve(owner, (*owner.aliases[name], *rest), depth + 1, strict)
            return target if target is not None or not self._own(owner, owner.aliases[name]) else owner.path
        for glob in owner.globs:
            target = self.resolve(owner, (*glob, name, *rest), depth + 1, strict=True)
            if target is not None:
                return target
        if not owner.path and name in self.macros:
            return self.macros[name]
        return None if strict else owner.path

    def _own(self, owner: Module, path: Names) -> bool:
        return self._absolute(owner, path) is not None


def without_comments(text: str) -> str:
    """Rust source without comments and the contents of strings."""
    pattern = re.compile(
        r"//[^\n]*|/\*.*?\*/|b?r(#*)\".*?\"\1|b?\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", re.DOTALL
    )
    return pattern.sub(lambda match: " " if match.group().startswith("/") else '""', text)


def without_tests(text: str) -> str:
    """Source without the items that only tests compile."""
    kept, at = [], 0
    while match := TEST_ITEM.search(text, at):
        kept.append(text[at : match.start()])
        at = _end_of_item(text, match.end())
    return "".join(kept) + text[at:]


def _end_of_item(text: str, start: int) -> int:
    """Where the item that starts here ends: at its semicolon, or the brace that closes its body."""
    depth = 0
    for at in range(start, len(text)):
        character = text[at]
        if character in "{([":
            depth += 1
        elif character in "})]":
            depth -= 1
            if depth == 0 and character == "}" and not USE.match(text[start:at].lstrip()):
                return at + 1
        elif character == ";" and depth == 0:
            return at + 1
    return len(text)


def expand(tree: str) -> list[tuple[Names, str]]:
    """The paths of a use tree with the name that each gets: `a::{b, c as d, e::*}`."""
    tree = tree.strip()
    head, brace, rest = tree.partition("{")
    if brace:
        prefix = tuple(part.strip() for part in head.split("::") if part.strip())
        inner = rest.rpartition("}")[0]
        return [((*prefix, *path), alias) for part in _parts(inner) for path, alias in _member(prefix, part)]
    path, _, alias = (part.strip() for part in re.sub(r"\s+as\s+", "\0", tree).partition("\0"))
    names = tuple(part.strip() for part in path.split("::") if part.strip())
    if names and names[-1] == "*":
        return [(names[:-1], "*")]
    return [(names, alias or names[-1])] if names else []


def _member(prefix: Names, part: str) -> list[tuple[Names, str]]:
    """The paths of one member of a group; `self` is the group's own module."""
    if re.fullmatch(r"self(\s+as\s+\w+)?", part.strip()):
        alias = part.split()[-1] if " as " in part else prefix[-1]
        return [((), alias)]
    return expand(part)


def _parts(text: str) -> list[str]:
    """What commas outside braces separate."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part for part in [*parts, current] if part.strip()]


def strong_components(uses: dict[Names, set[Names]]) -> list[set[Names]]:
    """Groups of more than one node that all reach one another."""
    reach = {node: _reachable(node, uses) for node in uses}
    groups, seen = [], set()
    for node in uses:
        group = {other for other in reach[node] if node in reach.get(other, set())}
        if len(group) > 1 and node not in seen:
            groups.append(group)
            seen |= group
    return groups


def _reachable(start: Names, uses: dict[Names, set[Names]]) -> set[Names]:
    found, todo = set(), [start]
    while todo:
        for other in uses.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def shortest_circle(group: set[Names], uses: dict[Names, dict[Names, set[str]]]) -> list[Names]:
    """The shortest circle among nodes that all reach one another."""
    best: list[Names] = []
    for start in sorted(group):
        paths = [[start]]
        seen = {start}
        while paths and not (best and len(paths[0]) >= len(best)):
            longer = []
            for path in paths:
                for other in sorted(set(uses[path[-1]]) & group):
                    if other == start:
                        if not best or len(path) < len(best):
                            best = path
                    elif other not in seen:
                        seen.add(other)
                        longer.append([*path, other])
            paths = longer
    return best
