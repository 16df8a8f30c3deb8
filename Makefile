# Everything from a fresh clone with nothing but Python and make.
PYTHON ?= python3
PORT ?= 8000
SCALE ?= small
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A module is compiled once, not by each of the processes that a run starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench quality clean install messages browser compare-databases

install: $(STAMP)

$(STAMP): pyproject.toml tools/install.py
	@$(PYTHON) tools/install.py --venv $(VENV)
	@touch $(STAMP)

demo: $(STAMP)  ## the running site with demo data, worker included
	@$(BIN)/python tools/messages.py compile
	@$(BIN)/python -m skillnet.demo.serve --port $(PORT)

test: $(STAMP)  ## the whole suite
	@$(BIN)/python tools/messages.py compile
	@SKILLNET_EMBEDDED_FAST=1 $(BIN)/python -m pytest -n 2 --dist loadgroup -q

check: $(STAMP)  ## what may not be wrong: style, types, imports, templates, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python tools/template_lint.py
	$(BIN)/python tools/messages.py check
	@$(BIN)/python tools/messages.py compile
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(STAMP)  ## figures as JSON in .local/bench.json; SCALE=full takes about half an hour
	@$(BIN)/python -m tests.load.bench --scale $(SCALE)

quality: $(STAMP)  ## quality of matching in .local/quality.json
	@$(BIN)/python tests/quality/run.py

compare-databases: $(STAMP)  ## after a new migration: a database made at once against one migrated step by step
	@SKILLNET_EMBEDDED_FAST=1 SKILLNET_KEEP_COMPARED=1 $(BIN)/python -m pytest -q tests/site/test_new_database.py

messages: $(STAMP)  ## collect new texts into the catalogues
	@$(BIN)/python tools/messages.py extract

clean:
	-@$(BIN)/python -m skillnet.embedded clean --force
	rm -rf .local staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
