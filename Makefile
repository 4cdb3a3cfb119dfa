# Tradewake: two commands for readers (run, test), the others for maintainers. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501

.DEFAULT_GOAL := help
.PHONY: help run test check documents recorded bench mutants lock shots clean browser-note

help: ## what each command does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

# The environment is made anew whenever the lock changes. Every package is checked against its hash.
$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: $(VENV)/.run ## install, build the store from the shipped figures, serve the dashboard on this machine
	$(BIN)/tradewake serve --port $(PORT)

test: $(VENV)/.test ## install with the test extra and run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.test ## format, lint, types, layers, then all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

documents: $(VENV)/.test ## write what the documents tell of the data: tables, licences, every count
	$(BIN)/python -m scripts.write_documents

recorded: $(VENV)/.test ## read replies recorded at the sources: RECORDED=folder, with one folder per source
	@test -n "$(RECORDED)" || { echo "Say where the recorded replies are: make recorded RECORDED=folder"; exit 2; }
	TRADEWAKE_RECORDED="$(RECORDED)" $(BIN)/python -m pytest tests/pipelines/sources/recorded

bench: $(VENV)/.test ## measure speed, as ratios side by side; prints a table, tests nothing
	$(BIN)/python -m benchmarks

$(VENV)/.mutants: $(VENV)/.test requirements-mutants.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	@touch $@

mutants: $(VENV)/.mutants ## plant 200 small faults in a copy and see whether the tests notice: SEED=number for the same ones again
	$(BIN)/python -m mutants $(if $(SEED),--seed $(SEED))

shots: $(VENV)/.test ## take the pictures of the README from a served dashboard
	$(BIN)/python scripts/take_pictures.py

lock: ## renew the locks (needs uv); they hold names, versions and hashes only
	uv pip compile pyproject.toml requirements-build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml requirements-build.in --extra test --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-test.lock
	uv pip compile pyproject.toml requirements-build.in --extra test --extra mutants --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements-test.lock -o requirements-mutants.lock

clean: ## remove the environment and everything that was built, not the figures
	rm -rf $(VENV) dist build data/store data/raw .mypy_cache .ruff_cache .pytest_cache .hypothesis
