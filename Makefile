# socialpub. `make help` lists what there is. Everything is installed into .venv; nothing else is touched.
.DEFAULT_GOAL := help
SHELL  := /bin/bash
PY     := .venv/bin/python
STAMP  := .venv/.installed
DEV    := .venv/.installed-dev
REAL   := .venv/real/.installed
UV     := .venv/uv/bin/uv
PIP    := $(PY) -m pip install --quiet --disable-pip-version-check
ARGS   ?=
# The suite runs in this many processes: twice the cores, for many tests wait for a daemon.
JOBS   ?= $(shell expr 2 \* $$(nproc 2>/dev/null || echo 2))

.PHONY: help setup demo run test test-real check lint format bench crash lock clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP)  ## Install what runs into .venv (tests and checks fetch their own tools when they are first asked for)

# stdout belongs to what is run: set-up talk goes to stderr.
$(STAMP): requirements.txt pyproject.toml
	@{ command -v python3 >/dev/null || { echo "python3 is missing: apt-get install python3 python3-venv"; exit 3; }; \
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 -V)"; exit 3; }; \
	python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "the Python package venv is missing: apt-get install python3-venv"; exit 3; }; \
	test -x $(PY) || python3 -m venv .venv; \
	echo "installing into .venv ..."; \
	$(PIP) --require-hashes -r requirements.txt && \
	$(PIP) --no-deps --no-build-isolation -e . && \
	touch $(STAMP); } >&2

# The test bench: never needed on the server.
$(DEV): requirements-dev.txt $(STAMP)
	@{ echo "installing the tools of tests and checks into .venv ..."; \
	$(PIP) --require-hashes -r requirements-dev.txt && touch $(DEV); } >&2

demo: $(STAMP)  ## Start everything with sample stories and sandbox networks; ARGS="--once --json" without pages
	@$(PY) -m socialpub demo $(ARGS)

run: $(STAMP)  ## Be the daemon, with settings.toml
	@$(PY) -m socialpub run $(ARGS)

test: $(DEV)  ## The whole suite
	$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-real: $(REAL)  ## Against a real Bluesky PDS on this machine; needs Node 20 or newer with npm, and installs it first
	SOCIALPUB_REAL=.venv/real $(PY) -m pytest -n 0 tests/real $(ARGS)

# Servers that nobody here wrote. Some of it is compiled: gcc and python3 are needed.
$(REAL): tests/real/package.json $(DEV)
	@{ command -v npm >/dev/null && node -e 'process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0' || { echo "Node 20 or newer with npm is needed"; exit 3; }; \
	echo "installing servers to test against into .venv/real ..."; \
	mkdir -p .venv/real && cp tests/real/package.json .venv/real/ && \
	cd .venv/real && npm install --no-audit --no-fund --no-package-lock --loglevel=error && touch .installed; } >&2

check: lint test  ## What CI runs: format, lint, types, import contracts, policy examples, docs, tests

lint: $(DEV)  ## Everything of check but the tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m socialpub policy check

format: $(DEV)  ## Put the code into shape
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(DEV)  ## Measure: JSON lines of name, value, unit, versus, ratio
	@$(PY) -m tests.bench $(ARGS)

crash: $(DEV)  ## kill -9 at every point of every network, on both databases
	$(PY) -m pytest -n $(JOBS) tests/flow/test_kills.py $(ARGS)

lock: $(UV)  ## Pin all packages again, with hashes and without addresses: what runs, and what tests and checks need
	$(LOCK) --upgrade --extra postgresql --extra video --extra install pyproject.toml -o requirements.txt
	$(LOCK) --upgrade --all-extras --constraint requirements.txt pyproject.toml -o requirements-dev.txt

LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

$(UV): | $(STAMP)
	@{ python3 -m venv .venv/uv && .venv/uv/bin/pip install --quiet --disable-pip-version-check uv; } >&2

clean:  ## Remove what was built, never a spool
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
