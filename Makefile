# Two commands do everything: `make demo` and `make test`. Both make their own .venv; PYTHON= names another interpreter.
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8321
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports check bench schemathesis lock clean

help:
	@echo "make demo [SERVE=0] [PORT=8321]   set up, run the main job on the sample city, print the matches, serve the pages"
	@echo "make test                         set up and run every test"
	@echo "make check                        ruff, mypy --strict and the direction of imports"
	@echo "make bench                        the benchmarks, with ratios to peers in the same run"
	@echo "make schemathesis                 120 seconds of generated requests against the running service"
	@echo "Each takes PYTHON=/path/to/python3.11"

# The stamps make second runs start at once: they are renewed only when a lock or pyproject.toml changes.
$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 13) else "mianshen needs Python 3.11 or 3.12; this is " + sys.version.split()[0] + ". Name one with PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25"
	touch $@

$(VENV)/.runtime: $(VENV)/.made requirements/runtime.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	touch $@

demo: $(VENV)/.runtime
	$(BIN)/python -m data_samples.demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,)

test: $(VENV)/.dev check
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

check: lint types imports

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

# The peers (one of them AGPL) are installed for this alone; nothing of ours imports them.
bench: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks.run_all

schemathesis: $(VENV)/.dev
	MIANSHEN_SCHEMATHESIS_SECONDS=120 $(BIN)/python -m pytest tests/journeys/test_openapi.py -k schemathesis

# Versions and hashes, no addresses. Needs uv (pip install uv); only maintainers run this.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev --extra bench pyproject.toml -o requirements/bench.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev pyproject.toml -c requirements/bench.txt -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt

clean:
	rm -rf $(VENV) var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
