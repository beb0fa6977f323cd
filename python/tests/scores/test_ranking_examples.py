"""The examples of rankings run, on samples and on real granules."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from nunatak import samples

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_sixteen_models_are_ranked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = samples.write_archive(tmp_path / "demo" / "archive")
    samples.write_granules(tmp_path / "demo" / "granules", archive.truth, n=4)
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(EXAMPLES / "rank_models.py"))
    ranking, weights = names["ranking"], names["weights"]
    assert len(ranking.comparisons) == 16 and "16 models at the" in capsys.readouterr().out
    # A member whose offset makes up for its parent's bias is ahead of the parent; the closest of all by RMSE
    # is not told from the first.
    table = ranking.table
    assert table.index[0].startswith("ULB/member") and table["delta"].iloc[0] == 0.0
    members = table[table.index.str.startswith("ULB")]
    assert members["delta"][members["rmse"].idxmin()] > -np.log(3.0) > members["delta"]["ULB/member10"]
    # The members of one model share one prior weight of six.
    prior = weights.prior.to_pandas()
    assert prior[[name for name in prior.index if name.startswith("ULB")]].sum() == pytest.approx(1 / 6)


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_greenland_is_compared_with_real_granules(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(EXAMPLES / "greenland.py"))["main"]
    grids = real_data / "ismip6" / "grid16km_gris"
    ranking = main(
        str(real_data / "atl06" / "processed_ATL06_2019*_11[66]*_002_01.h5"),
        str(grids / "GRL-16KM_TOPO-M17.nc"),
        str(grids / "GRL-16KM_BASINS-nasa.nc"),
    )
    assert (
        ranking.verdict.startswith("The data do not distinguish")
        and "far is less probable" in ranking.verdict
    )
    assert ranking.groups is not None and set(ranking.groups["model"]) == {"observed", "raised", "far"}
    assert "do not distinguish" in capsys.readouterr().out
