"""Sphinx configuration: Markdown pages through MyST, the Python reference from the docstrings."""

project = "Nunatak"
author = copyright = "Nunatak developers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Nunatak"
myst_heading_anchors = 3
napoleon_google_docstring = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
default_role = "code"
# Pages of the repository link to files outside of docs/, which the site does not hold.
suppress_warnings = ["myst.xref_missing"]
