# Everything that is done to this project, by name. `make run` and `make test` need Python 3.11 or newer, make, and a package index.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help run test check lint format site faults drill soak evaluate bench bench-scale bench-idle constraints clean

help:
	@echo "make run        install into $(VENV) and run one cycle on config/ (offline, with the sample feeds)"
	@echo "make test       install into $(VENV) and run the tests"
	@echo "make check      everything that CI runs: format, lint, types, import contracts, tests"
	@echo "make faults     the fault battery alone (what of it runs with each commit), and its table in docs/reliability.md"
	@echo "make drill      the long tests: kills, hostile texts and bodies by the thousand, real deadlines; and their lines of that table"
	@echo "make soak       weeks of simulated days with faults, edits, restarts and kills, in minutes"
	@echo "make evaluate   precision and recall of the criteria on labelled listings, beside a keyword filter"
	@echo "make bench      what a cycle and a backtest cost, beside a naive script (minutes)"
	@echo "make bench-scale  how costs grow with feeds, listings, phrases and alerts (long)"
	@echo "make bench-idle   what serve uses while nothing new comes, with and without Prefect (one hour; MINUTES=10 for less)"
	@echo "make site       the docs as a site, in site/"
	@echo "make format     let ruff rewrite the code"
	@echo "make constraints  lock the newest versions that pyproject.toml allows"

run: $(VENV)/installed
	@echo "One cycle on config/, with the sample feeds: nothing is asked of the network."
	@$(BIN)/goldmine run --all

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m "not drill" -n 4 --dist loadfile --no-loadscope-reorder

check: lint test

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

site: $(VENV)/installed-dev
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=. $(BIN)/python -m mkdocs build --strict

drill: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m drill -n 2 --dist worksteal --fault-table=docs/reliability.md

faults: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m "fault and not drill" -n 4 --dist loadfile --no-loadscope-reorder --fault-table=docs/reliability.md

soak: $(VENV)/installed-dev
	$(BIN)/python -m tools.soak

evaluate: $(VENV)/installed-dev
	$(BIN)/python -m tools.evaluation

bench: $(VENV)/installed-dev
	$(BIN)/python -m tools.bench.cycle
	$(BIN)/python -m tools.bench.backtest
	$(BIN)/python -m tools.bench.judging
	$(BIN)/python -m pytest tools/bench/inner.py --benchmark-timer=time.process_time

bench-scale: $(VENV)/installed-dev
	$(BIN)/python -m tools.bench.scale

bench-idle: MINUTES ?= 60
bench-idle: $(VENV)/installed-dev
	$(BIN)/python -m tools.bench.idle --minutes $(MINUTES)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make run PYTHON=python3.12"; exit 1; }
	@echo "1 of 3: an environment of its own in $(VENV)/ (some 10 seconds)"
	@$(PYTHON) -m venv --upgrade-deps $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "2 of 3: the packages, some 120 MB to fetch (one to three minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@echo "3 of 3: compiling (some 10 seconds)"
	@$(BIN)/python -m compileall -q goldmine_ingest
	@touch $@

$(VENV)/installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q goldmine_ingest
	@touch $@ $(VENV)/installed

constraints:
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet '.[dev]'
	$(VENV)-lock/bin/python -m pip freeze --exclude goldmine-ingest > constraints.txt
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
