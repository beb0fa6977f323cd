"""What `make` says when a tool is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts/environment.sh"
SHELL_TOOLS = ("bash", "dirname", "grep", "rm")


def rust_version() -> str:
    """The least version of Rust, which is said in Cargo.toml alone."""
    manifest = tomllib.loads((SCRIPT.parents[1] / "Cargo.toml").read_text())
    return manifest["workspace"]["package"]["rust-version"]


def run(tmp_path: Path, tools: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script with nothing on PATH but a shell and these commands (name to content)."""
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in SHELL_TOOLS:
        found = shutil.which(name)
        assert found is not None
        (commands / name).symlink_to(found)
    for name, content in tools.items():
        (commands / name).write_text(f"#!{commands / 'bash'}\n{content}\n")
        (commands / name).chmod(0o755)
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(SCRIPT, tmp_path / "scripts")
    shutil.copy(SCRIPT.parents[1] / "Cargo.toml", tmp_path)
    bash = str(commands / "bash")
    environment = {"PATH": str(commands), "HOME": str(tmp_path)}
    return subprocess.run([bash, script], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("tools", "message"),
    [
        ({}, "no cargo on PATH"),
        ({"cargo": "true"}, "no C compiler (cc, gcc or clang) on PATH"),
        ({"cargo": "true", "cc": "true"}, "no Python 3.11, 3.12 or 3.13 found (python3 on PATH: none)"),
        (
            {"cargo": "true", "cc": "true", "python3": "echo 3.10"},
            "no Python 3.11, 3.12 or 3.13 found (python3 on PATH: 3.10)",
        ),
    ],
)
def test_a_missing_tool_is_named_with_what_to_do(tmp_path: Path, tools: dict[str, str], message: str) -> None:
    result = run(tmp_path, tools)
    assert result.returncode == 1
    assert message in result.stderr
    assert "nstall" in result.stderr.splitlines()[-1]


def test_the_newest_python_in_range_is_taken(tmp_path: Path) -> None:
    python = 'case "$1" in -c) echo {};; --version) echo Python {};; -m) echo made by {};; esac'
    versions = {f"python{version}": python.replace("{}", version) for version in ("3.14", "3.12", "3.11")}
    result = run(
        tmp_path, {"cargo": "true", "cc": "true", "python3": python.replace("{}", "3.14"), **versions}
    )
    assert result.returncode == 0, result.stderr
    assert "made by 3.12" in result.stdout


def test_an_environment_that_fits_is_kept(tmp_path: Path) -> None:
    binaries = tmp_path / ".venv/bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    result = run(tmp_path, {"cargo": "true", "cc": "true"})
    assert (result.returncode, result.stdout) == (0, "")
    assert (binaries / "python").exists()
