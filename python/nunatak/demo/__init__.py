"""The whole main job on sample data: ``python -m nunatak.demo`` writes ``demo/report.html``.

Makes an archive of models and a set of granules with a planted truth, runs the README's lines on them step by
step, and reports what came out, whether the truth was recovered included.
"""

from nunatak.demo.job import Results, floating_mask, run

__all__ = ["Results", "floating_mask", "run"]
