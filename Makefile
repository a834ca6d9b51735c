# SkillPass: `make demo` and `make test` are all a newcomer needs; each does its own set-up in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install demo test lint format lock bench torture
help: ## Show these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch .venv/installed

install: .venv/installed ## Set up .venv from the hash-checked lock

demo: install ## Serve the phone page, the staff console and the bot with seeded data
	$(BIN)/skillpass demo

test: install ## Run all tests, one process a core
	$(BIN)/pytest -n auto --dist worksteal

lint: install ## Check style, types and the rooms' imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## Put the code in its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Renew requirements.lock from pyproject.toml (needs pip-tools)
	$(PYTHON) -m piptools compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --no-annotate --output-file requirements.lock pyproject.toml lock.in

bench: install ## Measure understanding and load, each beside its baseline
	$(BIN)/python -m tests.bench.decision
	$(BIN)/python -m tests.bench.understanding
	$(BIN)/python -m tests.bench.lists
	$(BIN)/python -m tests.bench.noise
	$(BIN)/python -m tests.bench.cost
	$(BIN)/python -m tests.bench.registry

torture: install ## Let random people do thousands of random things to claims, also at once on PostgreSQL
	SKILLPASS_TORTURE=1 $(BIN)/pytest -s tests/records/test_claim_machine.py
