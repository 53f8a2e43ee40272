# Two commands matter: `make run` and `make test`. The rest is for who works on Replyclock.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
ADDRESS ?= 127.0.0.1

.PHONY: run setup engines test thorough fuzz check fmt lock pictures bench bench-loaders bench-whole bench-forecast bench-public bench-questions bench-pages bench-footprint bench-peers clean

# Sets up everything, loads the sample export, opens the dashboard.
run: $(VENV)/.runs
	$(BIN)/streamlit run dashboard.py --server.address $(ADDRESS) --server.port $(PORT)

# Sets up what runs, and starts nothing.
setup: $(VENV)/.runs

# Sets up what the other engines need (docs/engines.md), so that the tests compare them as well; Spark needs Java besides.
engines: $(VENV)/.tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-engines.txt

# Sets up everything, runs every test.
test: check
	$(BIN)/python -m pytest -n auto

# The same tests with many more worlds, every golden input cut into parts, and all threads.
thorough: check
	REPLYCLOCK_THOROUGH=1 ORDER_ROUNDS=2 REPLYCLOCK_EXAMPLES=60 $(BIN)/python -m pytest -n auto

# A long search for files that stop a loader. FUZZ_SEED=anything begins elsewhere.
FUZZ_ROUNDS ?= 2000
fuzz: $(VENV)/.tests
	FUZZ_ROUNDS=$(FUZZ_ROUNDS) $(BIN)/python -m pytest -n auto tests/test_loaders_fuzz.py tests/test_loaders_types.py

# Formatting, lint, types and the direction of imports.
check: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fmt: $(VENV)/.tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins every version with its hashes, for every Python from 3.11 on.
lock: $(VENV)/.tests
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements-engines.in -o requirements-engines.txt

# Takes the README's pictures anew.
pictures: $(VENV)/.tests
	$(BIN)/python -m bench.screenshots

# Measures everything, and writes it into docs/benchmarks.md and docs/forecast.md: an hour or more.
bench: bench-loaders bench-whole bench-forecast bench-questions bench-pages bench-footprint bench-peers bench-public

# Measures every loader and writes docs/benchmarks.md.
bench-loaders: $(VENV)/.tests
	$(BIN)/python -m bench.loaders

# Loads 3 million messages of the Twitter-support data set's form beside a bare read of the same file, and writes docs/benchmarks.md.
bench-whole: $(VENV)/.tests
	$(BIN)/python -m bench.whole

# Scores every estimator and the forecast on files of waits, and writes docs/forecast.md.
bench-forecast: $(VENV)/.tests
	$(BIN)/python -m bench.forecast

# Measures the public side against nginx with wrk, both of which have to be installed, and writes docs/benchmarks.md.
bench-public: $(VENV)/.runs
	$(BIN)/python -m bench.public_load --seconds 3 --rounds 5 --write

# Asks every question of the pages on 3 million messages, which it makes once, and writes docs/benchmarks.md.
bench-questions: $(VENV)/.tests
	$(BIN)/python -m bench.questions

# Opens every page in Chromium beside a bare Streamlit page, on the same messages, and writes docs/benchmarks.md.
bench-pages: $(VENV)/.tests
	$(BIN)/python -m bench.pages

# Starts the dashboard on the same messages, and writes what it takes into docs/benchmarks.md.
bench-footprint: $(VENV)/.tests
	$(BIN)/python -m bench.footprint

# Has pandas, polars, PostgreSQL 15 and SQLite, where they are installed, answer one report beside ours, and writes docs/benchmarks.md.
bench-peers: $(VENV)/.tests
	$(BIN)/python -m bench.peers

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Replyclock needs Python 3.11 or newer; $(PYTHON) is older. Name another one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.tests: requirements-dev.txt $(VENV)/.runs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
