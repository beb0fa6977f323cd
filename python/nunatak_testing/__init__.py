"""Support of tests, benchmarks and fuzzing, which the wheel leaves out.

Archives with planted defects (:mod:`nunatak_testing.ismip6`), an object store that can misbehave
(:mod:`nunatak_testing.object_store`), files in every storage format, and small archives, grids and granules.
"""
