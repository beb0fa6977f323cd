"""Settings of the demo: the reference model, the spacing of the grid."""

REFERENCE_MODEL = "JPL1/ISSM/exp05"
"""The model that is held against the granules."""

SPACING = 32e3
"""Spacing of the common grid (m)."""
