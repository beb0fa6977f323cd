# Every target sets up what it needs: .venv, Python dependencies and the built extension.
# Stamps inside .venv keep a second run from doing it again.

SHELL := /bin/bash
PYTHON := .venv/bin/python
RUNTIME := .venv/.nunatak-runtime
DEVELOPMENT := .venv/.nunatak-development
EXTENSION := .venv/.nunatak-extension
OPTIMISED := .venv/.nunatak-extension-optimised
PEERS := .venv-bench/.nunatak-peers
REGRID_PEERS := .venv-bench-regrid/.nunatak-peers
SCORE_PEERS := .venv-bench-score/.nunatak-peers
RUST := Cargo.toml Cargo.lock $(shell find crates -name '*.rs' -o -name Cargo.toml)

.DEFAULT_GOAL := help
.PHONY: help environment build demo test test-rust test-python bench bench-open bench-regrid bench-regrid-accuracy bench-raster bench-calibration bench-truth bench-altimetry bench-score soak lint docs wheel

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

environment:
	@scripts/environment.sh

# What running needs is a tenth of what testing needs: the demo does not wait for the peers that tests compare with.
$(RUNTIME): pyproject.toml scripts/requirements.py scripts/environment.sh | environment
	@echo "nunatak: installing what running needs"
	@$(PYTHON) scripts/requirements.py plot samples build > .venv/runtime.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement .venv/runtime.txt
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@echo "nunatak: installing what testing needs"
	@$(PYTHON) scripts/requirements.py dev > .venv/development.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement .venv/development.txt
	@touch $@

# The demo and the tests share one profile, so that crates are compiled once; benchmarks and wheels have their own. Both
# extensions lie in the same place: building one takes the other's stamp away.
$(EXTENSION): $(RUST) pyproject.toml $(RUNTIME)
	@echo "nunatak: building the extension"
	@VIRTUAL_ENV="$(CURDIR)/.venv" .venv/bin/maturin develop --quiet --locked >/dev/null
	@rm -f $(OPTIMISED)
	@touch $@

$(OPTIMISED): $(RUST) pyproject.toml $(RUNTIME)
	@echo "nunatak: building the optimised extension"
	@VIRTUAL_ENV="$(CURDIR)/.venv" .venv/bin/maturin develop --quiet --release --locked >/dev/null
	@rm -f $(EXTENSION)
	@touch $@

build: environment $(DEVELOPMENT) $(EXTENSION) ## What tests and checks need: the environment and the extension

demo: environment $(EXTENSION) ## Make sample data, run the whole main job on it, write demo/report.html
	@$(PYTHON) -m nunatak.demo

test: test-rust test-python ## Rust tests and Python tests

test-rust: environment
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace --locked --no-fail-fast; \
	else cargo test --workspace --locked --quiet --lib --bins --tests; fi
	@cargo test --workspace --locked --quiet --doc

test-python: environment $(DEVELOPMENT) $(EXTENSION)
	@$(PYTHON) -m pytest -q --numprocesses 2 --dist loadfile --no-loadscope-reorder

bench: environment $(DEVELOPMENT) $(OPTIMISED) ## Time Nunatak against its peers
	@for script in $(filter-out bench/open.py bench/regrid.py bench/regrid_accuracy.py bench/raster_to_mesh.py bench/altimetry.py bench/calibration.py bench/calibration_real.py bench/truth_recovery.py bench/score.py,$(wildcard bench/*.py)); do echo "== $$script"; $(PYTHON) $$script || exit 1; done

$(PEERS): bench/peers.txt | environment
	@echo "nunatak: installing the peers of bench/open.py into .venv-bench"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/peers.txt
	@touch $@

bench-open: environment $(DEVELOPMENT) $(OPTIMISED) $(PEERS) ## Time opening an archive against every peer (BENCH_OPEN=--quick)
	@$(PYTHON) bench/open.py --write $(BENCH_OPEN)

$(REGRID_PEERS): bench/peers-regrid.txt | environment
	@echo "nunatak: installing the peers of bench/regrid.py into .venv-bench-regrid"
	@command -v cdo >/dev/null || echo "nunatak: cdo is not on the PATH: its rows are skipped (Debian: apt-get install cdo)"
	@command -v mpirun >/dev/null || echo "nunatak: YAC needs MPI: its rows will say so (Debian: apt-get install openmpi-bin)"
	@$(PYTHON) -m venv --clear .venv-bench-regrid
	@.venv-bench-regrid/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/peers-regrid.txt
	@touch $@

bench-regrid: environment $(DEVELOPMENT) $(OPTIMISED) $(REGRID_PEERS) ## Time regridding against every peer (BENCH_REGRID=--quick)
	@$(PYTHON) bench/regrid.py --write $(BENCH_REGRID)

bench-regrid-accuracy: environment $(DEVELOPMENT) $(OPTIMISED) $(REGRID_PEERS) ## Errors of regridding beside every peer's
	@$(PYTHON) bench/regrid_accuracy.py --write $(BENCH_REGRID_ACCURACY)

bench-raster: environment $(DEVELOPMENT) $(OPTIMISED) ## A raster of 180 million pixels on a mesh of two million cells, out of core
	@$(PYTHON) bench/raster_to_mesh.py --write

bench-calibration: environment $(DEVELOPMENT) $(OPTIMISED) ## Stated against true uncertainty of cells: simulated campaigns, real data below NUNATAK_DATA (BENCH_CALIBRATION=--quick)
	@$(PYTHON) bench/calibration.py --write $(BENCH_CALIBRATION)
	@$(PYTHON) bench/calibration_real.py --write

bench-truth: environment $(DEVELOPMENT) $(OPTIMISED) ## Intervals of the bias of models that are right, over simulated campaigns (BENCH_TRUTH="--seeds 50")
	@$(PYTHON) bench/truth_recovery.py --write $(BENCH_TRUTH)

bench-altimetry: environment $(DEVELOPMENT) $(OPTIMISED) ## Time points to statistics of cells against pyproj with NumPy and pandas (BENCH_ALTIMETRY="--points 1000000 --stream 0")
	@$(PYTHON) bench/altimetry.py $(BENCH_ALTIMETRY)

$(SCORE_PEERS): bench/peers-score.txt | environment
	@echo "nunatak: installing the peers of bench/score.py into .venv-bench-score"
	@$(PYTHON) -m venv --clear .venv-bench-score
	@.venv-bench-score/bin/python -m pip install --quiet --disable-pip-version-check --requirement bench/peers-score.txt
	@touch $@

bench-score: environment $(DEVELOPMENT) $(OPTIMISED) $(SCORE_PEERS) ## Time scores against scoringrules, properscoring and others (BENCH_SCORE=--quick)
	@$(PYTHON) bench/score.py --write $(BENCH_SCORE)

soak: environment $(DEVELOPMENT) $(EXTENSION) ## Mixed work by many threads against a store that fails, worker processes killed at random (SOAK="--minutes 60")
	@$(PYTHON) scripts/soak.py $(SOAK)

lint: environment $(DEVELOPMENT) $(EXTENSION) ## Format, clippy, ruff, pyright, the layers of the Python package and the structure of the source tree
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@.venv/bin/ruff check python bench examples scripts docs/conf.py
	@.venv/bin/ruff format --check python bench examples scripts docs/conf.py
	@.venv/bin/pyright
	@.venv/bin/lint-imports
	@$(PYTHON) scripts/check_structure.py

docs: environment $(DEVELOPMENT) $(EXTENSION) ## Build the site into docs/_build/html and the Rust reference, and compare the public API with docs/public_api
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement docs/requirements.txt
	@$(PYTHON) -m sphinx -q -W -b html docs docs/_build/html
	@RUSTDOCFLAGS="-D warnings" cargo doc --workspace --lib --no-deps --locked --quiet
	@$(PYTHON) scripts/public_api.py
	@echo "docs/_build/html/index.html"

wheel: environment $(RUNTIME) ## Build a wheel into dist/
	@.venv/bin/maturin build --quiet --release --locked --out dist
	@ls dist/*.whl
