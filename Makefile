# Two commands matter: `make demo` shows gongkai at work, `make test` runs everything that CI runs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test lint types imports unit bench catalogs docs docs-serve pictures clean

demo: $(STAMP)
	@$(BIN)/gongkai due --month 2017-08

test: lint types imports unit

# The stamp is what makes the second run need no network.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gongkai needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Setting up $(VENV) (the first time only) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term

bench: $(STAMP)
	@kept=0; for each in run large_logs peers; do $(BIN)/python benchmarks/$$each.py || kept=1; echo; done; exit $$kept

# After changing a sentence: collects all sentences, keeps the translations there are, compiles them.
catalogs: $(STAMP)
	@mkdir -p build
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k text -o build/gongkai.pot src
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120 -l zh -D gongkai -i build/gongkai.pot -o src/gongkai_cli/messages/zh.po
	$(BIN)/pybabel -q compile -l zh -i src/gongkai_cli/messages/zh.po -o src/gongkai_cli/messages/zh.mo

# The documentation as a site, in build/site/html; docs-serve shows it at http://localhost:8000.
docs: $(STAMP)
	@$(BIN)/python docs/site/build.py

docs-serve: $(STAMP)
	@$(BIN)/python docs/site/build.py --serve

# The pictures in docs/pictures, from what the program says now; needs Chromium. Look at them afterwards.
pictures: $(STAMP)
	@$(BIN)/python docs/site/pictures.py

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build
