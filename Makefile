# Every habit has a target; `make` alone lists them.

PYTHON ?= python3
PORT ?= 8888
COURSE := $(PYTHON) course.py

# course.py asks for no more of Python than it has to say that a Python is too old.
ifeq ($(OS),Windows_NT)
  BIN := Scripts/python.exe
else
  BIN := bin/python
endif
ENV := .venv/$(BIN)
BENCH := .venv-bench/$(BIN)
COMPILE := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --upgrade

.PHONY: help lab test test-browser lint notebooks weights bench lock clean environment
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: ## open the course in JupyterLab (another port: make lab PORT=9000)
	@$(COURSE) lab --port=$(PORT) $(ARGS)

test: ## run every test: the library, the notebooks, the style
	@$(COURSE) test $(ARGS)

test-browser: environment ## open every notebook in a real browser, and move every control
	$(ENV) -m pip --disable-pip-version-check install --quiet --require-hashes \
	  -r requirements-browser.lock
	$(ENV) tests/browser/prepare.py
	$(ENV) -m pytest tests/browser $(ARGS)

environment: ## build .venv from the lock file, where it is missing or out of date
	@$(COURSE) environment

lint: environment ## mend what can be mended of the style, and report the rest
	$(ENV) -m ruff format
	$(ENV) -m ruff check --fix

notebooks: environment ## run the notebooks and store what they show
	$(ENV) scripts/refresh_notebooks.py

weights: environment ## train the weights that come with the library, in some 20 minutes
	$(ENV) scripts/train_weights.py

bench: .venv-bench/built ## measure the library beside others (a part: make bench ARGS=loading)
	$(BENCH) -m benchmarks $(ARGS)

# PyTorch and the others are large, and only needed to be measured.
.venv-bench/built: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	$(BENCH) -m pip install --upgrade pip
	$(BENCH) -m pip install -e . --group bench
	touch $@

lock: environment ## choose the newest versions anew (needs uv)
	$(COMPILE) pyproject.toml --group test --group build --output-file requirements.lock
	$(COMPILE) --group browser --constraint requirements.lock \
	  --output-file requirements-browser.lock

clean: ## delete the environment and all that was built
	rm -rf .venv .venv-bench build dist .pytest_cache .ruff_cache .hypothesis screenshots \
	  tests/browser/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
