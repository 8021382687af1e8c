# make demo, make test, make test-matrix, make lint, make bench: each makes .venv by itself when it is absent.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: demo test test-matrix lint bench clean
demo: $(READY)
	@PATH="$(abspath $(BIN)):$$PATH" bash scripts/demo.sh

test: lint
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

# The plugin's tests on the oldest and the newest transformers that pyproject.toml admits.
test-matrix: $(READY)
	$(BIN)/python scripts/test_matrix.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks

# Made again when pyproject.toml changes; an existing .venv is kept and brought up to date.
$(READY): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "merhan-balance needs Python 3.11 or later, and '$(PYTHON)' is not found: install it, or run make PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "merhan-balance needs Python 3.11 or later, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1): run make PYTHON=python3.11 (or later)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "The venv module of '$(PYTHON)' is missing: install it (Debian: apt-get install python3-venv), then run make again."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing merhan-balance and what it needs into $(VENV) (the first time downloads about 3 GB) …"
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	@$(BIN)/python -m pip install --quiet --editable '.[demo,dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) dist build balanced runs .pytest_cache .ruff_cache .hypothesis .import_linter_cache .matrix
