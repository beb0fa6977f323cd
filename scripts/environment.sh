#!/usr/bin/env bash
# Checks the tools a build needs and makes .venv with the newest Python from 3.11 to 3.13. Says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
    printf 'nunatak: %s\n' "$@" >&2
    exit 1
}

version_of() { # prints "3.13" for a Python that runs; nothing else
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

find_python() { # prints the path of the newest Python from 3.11 to 3.13
    local wanted candidate pyenv_versions="${PYENV_ROOT:-$HOME/.pyenv}/versions"
    for wanted in 3.13 3.12 3.11; do
        for candidate in "python$wanted" "$pyenv_versions/$wanted".*/bin/python3 python3; do
            if [ "$(version_of "$candidate")" = "$wanted" ]; then
                echo "$candidate"
                return
            fi
        done
    done
}

if ! command -v cargo >/dev/null; then
    # Built in, since a machine without cargo may lack more.
    while IFS='"' read -r key value _; do [ "$key" = "rust-version = " ] && rust="$value"; done <Cargo.toml
    missing "no cargo on PATH. Nunatak is built with Rust $rust or newer." \
        "Install it from https://rustup.rs, then open a new shell or run: . \"\$HOME/.cargo/env\""
fi
if ! command -v cc >/dev/null && ! command -v gcc >/dev/null && ! command -v clang >/dev/null; then
    missing "no C compiler (cc, gcc or clang) on PATH. Rust links with it, and libdeflate is compiled by it." \
        "Install one: apt install build-essential, dnf install gcc, or xcode-select --install"
fi

case "$(version_of .venv/bin/python)" in
3.11 | 3.12 | 3.13) exit 0 ;;
esac
python="$(find_python)"
if [ -z "$python" ]; then
    missing "no Python 3.11, 3.12 or 3.13 found (python3 on PATH: $(version_of python3 | grep . || echo none))." \
        "Install one: apt install python3 python3-venv, pyenv install 3.13, or https://www.python.org/downloads"
fi
echo "nunatak: making .venv with $("$python" --version)"
rm -rf .venv
"$python" -m venv .venv || missing "$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
