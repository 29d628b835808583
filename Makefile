.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# One more than the two cores: a test of the browser waits about as much as it works.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder
PYTEST := $(BIN)/pytest $(PARALLEL) --durations=15
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --no-header --python-version 3.11

.PHONY: help install run run-tjenester test test-all test-full test-clock manual lint bench mutate lock bundle

help:
	@echo "make run        start SmerteReg on http://localhost:8501 (lager et demoregister første gang)"
	@echo "make run-tjenester   det samme, mot etterligninger av de nasjonale tjenestene"
	@echo "make test       testene, uten dem som tar lengst    make test-all   alle, som i CI"
	@echo "make test-full   alle, i full størrelse"
	@echo "make test-clock  testene ved ti andre klokkeslett og i tilfeldig rekkefølge"
	@echo "make manual     lager docs/veiledning-og-tester.md: hver setning i veiledningen og testene som viser den"
	@echo "make lint       ruff, pyright, sqlfluff, import-linter    make bench  målinger"
	@echo "make bundle     pakken som installeres på en maskin uten internett, i build/"
	@echo "make mutate     endrer koden litt om gangen og ser om en test blir rød (en time)"

install: .venv/installed
test test-all lint bench test-full test-clock manual mutate: .venv/installed-dev

.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

run: install
	$(BIN)/smertereg run

run-tjenester: .venv/installed-dev
	$(BIN)/python -m tests.mocks

test:
	$(BIN)/python -m tests.requirements
	$(PYTEST) -m "not long"

test-all:
	$(BIN)/python -m tests.requirements
	$(PYTEST)

test-full:
	$(BIN)/python -m tests.requirements
	SMERTEREG_TEST_FULL=1 $(PYTEST)

test-clock:
	$(BIN)/python -m tests.at_hours $(PARALLEL)

manual:
	$(BIN)/python -m tests.manual

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/sqlfluff lint models --processes 2
	$(BIN)/lint-imports
	$(BIN)/pip check

bench:
	$(BIN)/python -m benchmarks

mutate:
	POLARS_MAX_THREADS=1 $(BIN)/python -m benchmarks.mutants

lock:
	$(COMPILE) --extra build --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra build --extra dev --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml

bundle: install
	$(BIN)/python -m deploy.bundle
