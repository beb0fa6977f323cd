"""Hostile files: mutants of sound ones that know the structure of their format, and what opening them may do.

``python -m nunatak_testing.hostile --count 20000`` opens as many in processes of limited memory and time; the
tests open a tenth of them. A mutant is known by its family and number, and is the same on every machine.
"""
