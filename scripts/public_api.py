"""Compares the public API of the Python package and of every crate with the lists in docs/public_api.

    python scripts/public_api.py            # prints what differs; exits with 1 when anything does
    python scripts/public_api.py --write    # keeps the API as it is now

The Rust lists are read from the pages of `cargo doc` in target/doc, which must have been built before.
"""

from __future__ import annotations

import difflib
import html
import importlib
import inspect
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "public_api"
PYTHON_MODULES = ("nunatak", "nunatak.scores", "nunatak.samples", "nunatak.exports")


def python_api() -> list[str]:
    """One line for each public function, class, method and property of the package."""
    lines = []
    for module_name in PYTHON_MODULES:
        module = importlib.import_module(module_name)
        for name in sorted(module.__all__):
            lines += _described(f"{module_name}.{name}", getattr(module, name))
    return lines


def _described(path: str, item: object) -> list[str]:
    if inspect.isclass(item):
        bases = ", ".join(base.__name__ for base in item.__bases__ if base is not object)
        lines = [f"class {path}({bases})" if bases else f"class {path}"]
        for name, member in sorted(vars(item).items()):
            if not name.startswith("_") or name in ("__init__", "__call__"):
                lines += _member(f"{path}.{name}", member)
        return lines
    if callable(item):
        return [f"{path}{_signature(item)}"]
    return [f"{path}: {type(item).__name__}"]


def _member(path: str, member: object) -> list[str]:
    if isinstance(member, classmethod | staticmethod):
        return [f"{path}{_signature(member.__func__)}"]
    if inspect.isfunction(member):
        return [f"{path}{_signature(member)}"]
    return [f"{path}: {'property' if isinstance(member, property) else 'attribute'}"]


def _signature(function: object) -> str:
    try:
        return str(inspect.signature(function))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(…)"


def crate_api(pages: Path) -> list[str]:
    """One line for each public item of a crate and each of its methods, from the pages of rustdoc."""
    index = (pages / "index.html").read_text()
    lines = [_text(found) for found in re.findall(r"<code>(pub use .*?;)</code>", index, re.DOTALL)]
    listing = re.sub(
        r".*?<ul class=\"all-items\">", "", (pages / "all.html").read_text(), count=1, flags=re.DOTALL
    )
    for link in sorted(set(re.findall(r'<a href="([^"#]+\.html)">', listing))):
        page = (pages / link).read_text().split('<h2 id="trait-implementations"')[0]
        path = link.removesuffix(".html").replace("/", "::")
        declared = re.search(r'<pre class="rust item-decl"><code>(.*?)</code></pre>', page, re.DOTALL)
        lines.append(f"{path}: {_text(declared[1])}" if declared else path)
        own = page.split('<h2 id="deref-methods')[0]
        methods = re.findall(
            r'<section id="(?:ty)?method\.[^"]*".*?<h4 class="code-header">(.*?)</h4>', own, re.DOTALL
        )
        lines += [f"{path}: {_text(method)}" for method in methods]
    return lines


def _text(fragment: str) -> str:
    """A fragment of a page without its tags, on one line."""
    plain = html.unescape(re.sub(r"<[^>]+>", "", fragment))
    return " ".join(plain.split())


def found_now() -> dict[str, list[str]]:
    """The API as it is: a list for the Python package and one for each crate that has pages."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    crates = sorted(path.parent.name for path in (ROOT / "crates").glob("*/Cargo.toml"))
    libraries = [name for name in crates if (ROOT / "crates" / name / "src" / "lib.rs").exists()]
    now = {"python": python_api()}
    for name in libraries:
        pages = target / "doc" / name.replace("-", "_")
        if name == "nunatak-python":
            continue
        if not (pages / "all.html").exists():
            sys.exit(f"{pages}: no pages; run cargo doc --workspace --lib --no-deps first")
        now[name] = crate_api(pages)
    return now


def main() -> int:
    """Compares, or keeps with ``--write``."""
    now = found_now()
    if "--write" in sys.argv[1:]:
        KEPT.mkdir(parents=True, exist_ok=True)
        for path in KEPT.glob("*.txt"):
            path.unlink()
        for name, lines in now.items():
            (KEPT / f"{name}.txt").write_text("\n".join(lines) + "\n")
        return 0
    kept = {path.stem: path.read_text().splitlines() for path in sorted(KEPT.glob("*.txt"))}
    differs = False
    for name in sorted(kept | now):
        difference = list(
            difflib.unified_diff(
                kept.get(name, []), now.get(name, []), f"kept/{name}", f"now/{name}", n=0, lineterm=""
            )
        )
        differs |= bool(difference)
        print("\n".join(difference), end="\n" if difference else "")
    if differs:
        print(
            "the public API is not the one in docs/public_api; "
            "if that is meant: python scripts/public_api.py --write"
        )
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
