# `make serve` and `make test` set up everything that they need; nothing has to be installed before
# but Python 3.11 or newer, with its venv module, and make.

PYTHON ?= python3
VENV := .venv
CLIENTS := .venv-clients
BIN := $(VENV)/bin
DATA ?= data
PORT ?= 8470

# Packages come from the index that the user configured for pip; the hashes say which they are, and the
# lists are whole, so that nothing is resolved (older pips stumble over extras of what is pinned).
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install install-dev serve test coverage lint types docs check-new benchmark drills clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make .venv with the command .venv/bin/airlock

install-dev: $(VENV)/.installed-dev ## The same, with the tools of the developers

serve: install ## Start the gate on http://127.0.0.1:8470, with its data in ./data
	@$(BIN)/airlock serve --port $(PORT) --data $(DATA)

test: ## Run every check and test of the project
	@$(MAKE) --no-print-directory --jobs=2 install-dev $(CLIENTS)/.installed
	@scripts/test

coverage: install-dev ## The tests once more, with the branches that they take; half as long again
	@scripts/test --cov --cov-report=term

lint: install-dev ## Style, format and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: install-dev ## Type checks
	@$(BIN)/mypy

docs: install-dev ## Write the generated reference anew
	@$(BIN)/python scripts/checks_docs.py
	@$(BIN)/python scripts/commands_docs.py
	@$(BIN)/python scripts/evasions_docs.py

check-new: install-dev ## Begin a new check: make check-new NAME=family-name
	@$(BIN)/python scripts/check_new.py $(NAME)

benchmark: install-dev ## Measure the hot paths
	@$(BIN)/python -m benchmarks

drills: install-dev ## Attack the signed metadata in every way that PEP 458 and 480 name, and recover
	@$(BIN)/python -m pytest tests/drills tests/functional/test_trust.py tests/functional/test_guard_verified.py --quiet

clean: ## Remove what was made, but no data
	rm -rf $(VENV) $(CLIENTS) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Airlock needs Python 3.11 or newer; say which with PYTHON=…"; exit 2; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 2; }

$(VENV)/.installed: requirements/runtime.txt requirements/build.txt pyproject.toml $(VENV)/bin/python
	@echo "Installing what Airlock needs, pinned by hash …"
	@$(PIP) install --require-hashes --no-deps -r requirements/runtime.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m compileall -q src/airlock
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	@echo "Installing the tools of the developers, pinned by hash …"
	@$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

# Other installers and tools of authors, unmodified, for the tests that run them against a gate. They
# have an environment of their own: what they need must not disturb what Airlock needs.
$(CLIENTS)/.installed: requirements/clients.txt | $(VENV)/bin/python
	@echo "Installing the clients that tests run, pinned by hash …"
	@test -x $(CLIENTS)/bin/python || $(PYTHON) -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip --disable-pip-version-check --quiet install --no-compile --require-hashes --no-deps \
	  -r requirements/clients.txt
	@touch $@
