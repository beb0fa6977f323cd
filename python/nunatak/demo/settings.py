"""Settings of the demo: the reference model, the spacing of the grid, the discrepancy."""

REFERENCE_MODEL = "JPL1/ISSM/exp05"
"""The model that is held against the granules."""

SPACING = 32e3
"""Spacing of the common grid (m)."""

DISCREPANCY = 20.0
"""Structural error granted to the model where it is scored (m, one standard deviation)."""
