"""The page of the studies, on published data."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from nunatak.studies import studies_page
from nunatak.studies.mass_change import read_rate


@pytest.mark.filterwarnings("ignore:the points have no geolocation error:nunatak.NunatakWarning")
def test_published_data_make_one_page(real_data: Path, tmp_path: Path):
    page = studies_page(real_data).write(tmp_path / "studies.html").read_text()
    texts = re.findall(r'alt="([^"]*)"', page)
    assert len(texts) == len(set(texts)) == page.count("<img") >= 17
    for words in ("20,419 segments", "16 models", "prior", "Otosaka", "Zwally", "Seroussi"):
        assert words in page, words
    assert "http" not in page


def test_rates_lie_where_the_file_has_them(real_data: Path):
    rate = read_rate(real_data / "ismip6/obs_from_cmct/ais_dmdt_grounded_filt.tif")
    spacing = np.diff(rate["x"].values)
    assert np.all(spacing == spacing[0]) and np.all(np.diff(rate["y"].values) == -spacing[0])
    # Pine Island Glacier thins, Kamb Ice Stream thickens (Smith et al. 2020, Fig. 2).
    assert float(rate.sel(x=-1.6e6, y=-0.25e6, method="nearest")) < -0.3
    assert float(rate.sel(x=slice(-7e5, -3e5), y=slice(-3e5, -7e5)).max()) > 0.4
