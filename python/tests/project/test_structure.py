"""Circles of files: the checker of the source tree finds them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
from rust_modules import circles_of_files, expand

ROOT = "mod a; mod b; mod c; pub use a::A; pub use b::helper as aid;"


def circles(folder: Path, **files: str) -> list[str]:
    texts = {"lib": ROOT, "a": "pub struct A;", "b": "pub fn helper() {}", "c": "", **files}
    for name, text in texts.items():
        (folder / f"{name}.rs").write_text(text)
    return circles_of_files(folder)


@pytest.mark.parametrize(
    "back",
    [
        "use crate::a::A; pub fn helper() {}",
        "use crate::A; pub fn helper() {}",
        "use super::{A as Other}; pub fn helper() {}",
        "pub fn helper() { let _ = crate::a::A; }",
        "use crate::a; pub fn helper() { let _ = a::A; }",
        "use super::*; pub fn helper() { let _ = A; }",
        "#[cfg(test)] use crate::c::C; use crate::A; pub fn helper() {}",
    ],
)
@pytest.mark.parametrize("there", ["use crate::b::helper;", "use crate::aid;", "fn f() { super::aid() }"])
def test_two_files_that_use_each_other_are_a_circle(tmp_path: Path, there: str, back: str) -> None:
    (found,) = circles(tmp_path, a=f"{there} pub struct A;", b=back)
    assert "a.rs -> b.rs (" in found or "b.rs -> a.rs (" in found


@pytest.mark.parametrize(
    "back",
    [
        "// crate::a::A\npub fn helper() {}",
        'pub fn helper() { let _ = "crate::a::A"; }',
        "#[cfg(test)] mod tests { use crate::a::A; }\npub fn helper() {}",
        "#[cfg(test)] pub(crate) fn t() { crate::A; }\npub fn helper() {}",
        "use std::any::A; pub fn helper() {}",
    ],
)
def test_comments_texts_and_tests_use_nothing(tmp_path: Path, back: str) -> None:
    assert circles(tmp_path, a="use crate::b::helper; pub struct A;", b=back) == []


def test_the_shortest_circle_is_told_with_the_size_of_its_group(tmp_path: Path) -> None:
    (found,) = circles(
        tmp_path,
        a="use crate::b::helper; pub struct A;",
        b="use crate::c::C; use crate::c::D; pub fn helper() {}",
        c="use crate::A; use crate::aid; pub struct C; pub struct D;",
    )
    assert found == "b.rs -> c.rs (C, D) -> b.rs (aid) [3 files in all]"


def test_a_parent_that_only_exports_its_children_is_no_circle(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mod.rs").write_text("mod one; mod two; pub use one::One;")
    (tmp_path / "a" / "one.rs").write_text("use super::two::Two; pub struct One(Two);")
    (tmp_path / "a" / "two.rs").write_text("pub struct Two;")
    (tmp_path / "lib.rs").write_text("mod a; pub use a::One;")
    assert circles_of_files(tmp_path) == []
    (tmp_path / "a" / "mod.rs").write_text("mod one; mod two; pub use one::One; pub const N: u8 = 1;")
    (tmp_path / "a" / "two.rs").write_text("pub struct Two([u8; super::N]);")
    (found,) = circles_of_files(tmp_path)
    assert "a/mod.rs" in found and "a/two.rs" in found


def test_use_trees_are_expanded() -> None:
    assert expand("crate::{a::{self, A as B}, c::*, d}") == [
        (("crate", "a"), "a"),
        (("crate", "a", "A"), "B"),
        (("crate", "c"), "*"),
        (("crate", "d"), "d"),
    ]
