"""Where the real files are, and a visible skip when they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("NUNATAK_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real ISMIP6 and ICESat-2 files."""
    if not DATA.is_dir():
        pytest.skip(f"real data are not at {DATA}; set NUNATAK_DATA to where they are")
    return DATA


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Headers that tests read are kept apart from the user's."""
    os.environ["NUNATAK_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
