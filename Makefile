# Two commands matter: `make demo` shows gongkai at work, `make test` runs everything that CI runs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
TOOLS  := $(VENV)/.tools

.PHONY: demo test lint types imports unit test-lowest test-newest dist test-dist bench bench-scale faults hostile fuzz mutants catalogs docs docs-serve pictures clean

demo: $(STAMP)
	@$(BIN)/gongkai due --month 2017-08

test: lint types imports unit

# The stamps are what makes the second run need no network: what running needs, and the tools for all else.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gongkai needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Setting up $(VENV) (the first time only) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TOOLS): $(STAMP)
	@echo "Fetching the tools for tests and documentation (the first time only; a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(TOOLS)
	$(BIN)/mypy

imports: $(TOOLS)
	$(BIN)/lint-imports

unit: $(TOOLS)
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term

# The tests with the lowest versions that pyproject.toml allows, and with the newest there are: what we test with may allow
# neither. Old libraries use what is deprecated by now.
test-lowest: $(TOOLS)
	$(PYTHON) -m venv --clear build/lowest
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	build/lowest/bin/python tests/lowest_versions.py > build/lowest/versions.txt
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check --requirement build/lowest/versions.txt
	GONGKAI_LOWEST=1 build/lowest/bin/python -m pytest -n auto --dist worksteal -W ignore::DeprecationWarning

test-newest: $(TOOLS)
	$(PYTHON) -m venv --clear build/newest
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager --editable ".[source]"
	build/newest/bin/python -m pytest -n auto --dist worksteal

# The files of a release, in dist/: from what git keeps of the last commit, with its time.
dist: $(TOOLS)
	rm -rf dist build/release
	git clone --quiet . build/release
	cd build/release && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) "$(CURDIR)/$(BIN)/python" -m hatchling build -d "$(CURDIR)/dist"
	cd dist && sha256sum gongkai_cli-*

# What CI runs, from the source distribution in dist/, in a folder of its own.
test-dist:
	rm -rf build/sdist
	mkdir -p build/sdist
	tar -xzf dist/gongkai_cli-*.tar.gz -C build/sdist --strip-components 1
	bash build/sdist/.ci/run

bench: $(TOOLS)
	@kept=0; for each in run large_logs least many_plans peers; do $(BIN)/python benchmarks/$$each.py || kept=1; echo; done; exit $$kept

# Logs of up to 10^8 records, which take 20 GB while they are read; goes on where it was stopped. SCALE="--records 10000000"
bench-scale: $(STAMP)
	$(BIN)/python benchmarks/scale.py --write $(SCALE)

# Kills, interrupts, full disks, logs that are written to while they are read, and every command again and again: takes a
# quarter of an hour, and prints the figures of docs/reliability.md.
faults: $(TOOLS)
	@$(BIN)/python tests/faults.py

# After changing a sentence: collects all sentences, keeps the translations there are, compiles them.
catalogs: $(TOOLS)
	@mkdir -p build
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k text -o build/gongkai.pot src
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120 -l zh -D gongkai -i build/gongkai.pot -o src/gongkai_cli/messages/zh.po
	$(BIN)/pybabel -q compile -l zh -i src/gongkai_cli/messages/zh.po -o src/gongkai_cli/messages/zh.mo

# The documentation as a site, in build/site/html; docs-serve shows it at http://localhost:8000.
docs: $(TOOLS)
	@$(BIN)/python docs/site/build.py

docs-serve: $(TOOLS)
	@$(BIN)/python docs/site/build.py --serve

# The pictures in docs/pictures, from what the program says now; needs Chromium. Look at them afterwards.
pictures: $(TOOLS)
	@$(BIN)/python docs/site/pictures.py

# Hostile inputs at full size, which CI has smaller: a million of what it has twenty thousand of, and lines of 200 MB.
hostile: $(TOOLS)
	GONGKAI_HOSTILE=large $(BIN)/python -m pytest tests/hostile/test_corpus.py

# Coverage-guided fuzzing of one reader (tests/hostile/readers.py lists them) for some seconds.
TARGET ?= yaml
TIME   ?= 60
fuzz: $(TOOLS)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python tests/hostile/fuzz.py $(TARGET) $(TIME)

# Small changes to the code that verdicts rest on, each held against the tests: takes a quarter of an hour. MUTANTS="deadlines.* schedule.*"
mutants: $(TOOLS)
	@$(BIN)/python -c 'import mutmut' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --group mutants
	@$(BIN)/python tests/mutants.py $(MUTANTS)

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
