# make run     install, read seeds/, answer (on Telegram with a token in .env, else in the browser)
# make test    everything that CI runs
# make bench   figures of quality and speed; needs ../shared/data or KABAR_BENCH_DATA
# make format  put the code in order

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint format bench clean

run: .venv/.installed
	@$(BIN)/kabar ingest --quiet seeds
	@$(BIN)/kabar run

test: lint
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadscope

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.installed-dev
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

# Compiled on all cores: pip takes one, for as long as it takes to unpack everything.
define install
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -e $(1)
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true  # of templates that are no Python
endef

.venv/.installed: pyproject.toml
	$(call install,.)
	@touch $@

.venv/.installed-dev: pyproject.toml
	$(call install,".[dev]")
	@touch .venv/.installed $@
