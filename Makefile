# Two commands on a fresh machine with Python >= 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := .ci/install $(VENV)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
# Slow sweeps use every example; a test that draws examples asks for this profile by name.
SLOW := HYPOTHESIS_PROFILE=slow

# The tests start Python hundreds of times: without bytecode each start compiles everything again.
export PYTHONDONTWRITEBYTECODE :=

# What `make bench` measures: `make bench SIZES=3k,100k,1m BENCH='--only period,trend'`.
SIZES := 3k,100k
BENCH :=

.DEFAULT_GOAL := help
.PHONY: help bench coverage demo pictures test tests test-slow test-warehouse lint types style security warm sbom format lock clean

help:  ## Show what can be run
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(VENV)/ready  ## A sample company: an answer, a digest, an alert that fires
	@$(BIN)/nrrbot demo

pictures: $(VENV)/ready-to-develop  ## Makes the pictures and messages in docs/ anew from the demo
	$(BIN)/python -m tests.gallery

test: $(VENV)/ready-to-develop  ## Everything that CI runs
	@$(MAKE) --jobs=2 --no-print-directory tests lint security

# Beside them the checks, one at a time: no core waits for the last of either.
tests: warm
	$(BIN)/pytest --numprocesses=3

coverage: $(VENV)/ready-to-develop  ## The tests again, slower, with the gate on what they cover
	$(BIN)/pytest --numprocesses=3 --cov --cov-branch --cov-report=term

test-slow: $(VENV)/ready-to-develop  ## The long sweeps, not part of `make test`
	$(SLOW) $(BIN)/pytest --numprocesses=2 --timeout=1800

bench: $(VENV)/ready-to-develop  ## Speed next to the alternatives: a quarter of an hour, SIZES=3k,100k
	$(BIN)/python -m benchmarks --sizes $(SIZES) $(BENCH)

test-warehouse: $(VENV)/ready-for-spark  ## The bot beside a real Spark: Java 17, 450 MB to download
	$(BIN)/pytest tests/warehouse -m warehouse

lint: types style  ## Style, types, layers, dependencies

types: $(VENV)/ready-to-develop
	$(BIN)/mypy

style: $(VENV)/ready-to-develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .

# Ruff has bandit's small findings, and names the one that a line is let off; of "nosec B608" bandit
# warns wherever a part of that line is clean. A secret that is none goes into the baseline's own
# exclusions.
security: $(VENV)/ready-to-develop  ## Known weaknesses in the code, secrets in the tree
	$(BIN)/bandit --quiet --recursive --severity-level medium bot metrics storage
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --baseline .ci/secrets.baseline

# The tests' bytecode, once: their workers start at the same time, and each would make it all.
warm: $(VENV)/ready-to-develop
	@$(BIN)/pytest --collect-only --quiet > $(VENV)/collected || { cat $(VENV)/collected; exit 1; }

sbom: $(VENV)/ready-to-develop  ## What the product is made of, from the lock file: sbom.json
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file sbom.json

format: $(VENV)/ready-to-develop  ## Put the code into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/ready-to-develop  ## Write all lock files anew from pyproject.toml
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --extra warehouse --group dev --output-file requirements-dev.lock
	$(LOCK) pyproject.toml --extra warehouse --group dev --group warehouse \
		--output-file requirements-warehouse.lock

clean:  ## Remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage sbom.json

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'nrrbot needs Python 3.11 or newer: make PYTHON=python3.12 demo'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Setting up, once ...'
	@$(INSTALL) requirements.lock
	@touch $@

$(VENV)/ready-to-develop: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Setting up, once ...'
	@$(INSTALL) requirements-dev.lock
	@touch $@

$(VENV)/ready-for-spark: requirements-warehouse.lock | $(VENV)/ready-to-develop
	@echo 'Setting up Spark: some minutes, once ...'
	@$(INSTALL) requirements-warehouse.lock
	@touch $@
