"""The ten lines of the README: an archive of models and granules in, a score out. Run `make demo` first."""

import nunatak as nk

tree = nk.open_catalog("demo/archive").to_datatree()  # six models, repaired, lazy: nothing is read yet
grid = nk.grid("EPSG:3031", spacing=32e3)
models = nk.regrid(tree, grid, method="bilinear")  # every variable, year and model on one grid, still lazy
ensemble = nk.ensemble(models, "orog", stats=("mean", "std", "count"), match="*/exp05")
points = nk.open_atl06("demo/granules/*.h5")
observed = nk.aggregate(points.above_geoid(), grid)  # height with random, correlated and sampling uncertainty
score = nk.compare(tree["JPL1/ISSM/exp05"]["orog"], points)
print(ensemble, observed, score.summary(), sep="\n\n")
