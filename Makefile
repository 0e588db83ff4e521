# Paydesk. `make run` serves the desk, `make test` proves it, `make bench` measures it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test lint proof soak bench words clean
help:
	@echo "make run    serve the desk (without an i'mport key: with its own sandbox)"
	@echo "make test   style, types, structure and every test"
	@echo "make proof  the fault tests alone, and what they went through in docs/reliability.md"
	@echo "make soak   the same for long: random kills (SECONDS=…), schedules (SCHEDULES=…), every kill on PostgreSQL"
	@echo "make bench  print the measured ratios"
	@echo "make words  extract messages and update the catalogs"

$(VENV)/.run: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.run tests/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

run: $(VENV)/.run
	@$(BIN)/python -m lib db upgrade
	@exec $(BIN)/streamlit run app.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict lib
	$(BIN)/lint-imports --no-cache

# What times out in a browser is tried again: a busy machine. What is wrong fails each time.
test: lint
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/browser --ignore tests/faults
	$(BIN)/python -m pytest -n 3 --dist worksteal tests/faults
	$(BIN)/python -m pytest -n 2 --dist loadfile --reruns 2 --only-rerun '(?i)timeout' tests/browser

proof: $(VENV)/.test
	$(BIN)/python -m pytest -n 3 --dist worksteal tests/faults --proof docs/reliability.md

soak: $(VENV)/.test
	$(BIN)/python -m tests.faults.soak

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

words: $(VENV)/.test
	$(BIN)/python -m tests.words

clean:
	rm -rf $(VENV) data .pytest_cache .mypy_cache .ruff_cache .hypothesis
