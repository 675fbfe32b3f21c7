# Everything there is to do has a target; `make` alone lists them.

PYTHON ?= python3
PORT ?= 8888
COURSE := $(PYTHON) course.py

ifeq ($(OS),Windows_NT)
  BIN := Scripts/python.exe
else
  BIN := bin/python
endif
ENV := .venv/$(BIN)
BENCH := .venv-bench/$(BIN)
SITE := .venv-site/$(BIN)
HUB := .venv-hub/$(BIN)
COMPILE := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --upgrade

define INSTALL_BROWSER
$(ENV) -m pip --disable-pip-version-check install --quiet --require-hashes \
  -r requirements-browser.lock
@test -n "$(CHROME)" || command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
  $(ENV) -m playwright install chromium
endef

.PHONY: help lab test test-browser environment lint notebooks pictures translations weights detector convolutions faults campaign bench site site-lab site-pages test-site hub test-hub lock audit clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: ## open the course in JupyterLab (another port: PORT=9000; in Korean: LANG=ko)
	@$(COURSE) lab --port=$(PORT) $(ARGS)

test: ## run every test: the library, the notebooks, the style
	@$(COURSE) test $(ARGS)

test-browser: environment ## open every notebook in a real browser, and move every control
	$(INSTALL_BROWSER)
	$(ENV) -m pytest tests/browser $(ARGS)

environment: ## build .venv from the lock file, where it is missing or out of date
	@$(COURSE) environment

lint: environment ## format the code, fix what can be fixed, and report the rest
	$(ENV) -m ruff format
	$(ENV) -m ruff check --fix

notebooks: environment ## run the notebooks and store their outputs
	$(ENV) scripts/refresh_notebooks.py

pictures: environment ## draw the README's pictures
	$(ENV) scripts/draw_pictures.py

translations: environment ## make the lessons and pages in other languages from translations/
	$(ENV) -m scripts.translate
	$(ENV) -m scripts.make_font
	$(ENV) scripts/refresh_notebooks.py notebooks/ko/*.ipynb

weights: environment ## train the weights that come with the library, in some 20 minutes
	$(ENV) scripts/train_weights.py

detector: environment ## train the network that tells digits from everything else, in 10 minutes
	$(ENV) -m scripts.train_detector

convolutions: environment ## train the network of two convolutions, in 5 minutes
	$(ENV) -m scripts.train_convolutions

faults: environment ## see whether the tests notice deliberate faults (a part: make faults ARGS=pen)
	$(ENV) scripts/run_faults.py $(ARGS)

campaign: environment ## try random faults and damaged inputs (a part: make campaign ARGS=disk)
	$(ENV) -m tests.campaigns $(ARGS)

bench: .venv-bench/built ## measure the library beside others (a part: make bench ARGS=loading)
	$(BENCH) -m benchmarks $(ARGS)

# PyTorch and the others are large, and only needed to be measured.
.venv-bench/built: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	$(BENCH) -m pip install --upgrade pip
	$(BENCH) -m pip install -e . --group bench
	touch $@

site: site-lab site-pages ## build the site: the course on pages, and in a browser tab

site-lab: .venv-site/built ## build site/lab: the course in a browser tab, with no installation
	$(SITE) website/lab/build.py

site-pages: environment .venv-site/built ## build the pages of site: the course to be read
	$(ENV) website/pages/build.py $(SITE)

test-site: environment site ## drive the site in a real browser, with no other host reachable
	$(INSTALL_BROWSER)
	$(ENV) -m pytest tests/site $(ARGS)

# Its packages are those of the page, some of them older than the course's own.
.venv-site/built: requirements-site.lock
	$(PYTHON) -m venv .venv-site
	$(SITE) -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	touch $@

# The hub, and the one environment that all learners share.
.venv-hub/built: requirements-hub.lock deploy/hub/package-lock.json
	$(PYTHON) -m venv .venv-hub
	$(HUB) -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-hub.lock
	$(HUB) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	npm ci --prefix deploy/hub --silent
	$(HUB) deploy/hub/lessons.py unpack
	touch $@

hub: .venv-hub/built ## serve the course to a room: HUB_PASSWORD=... make hub (docs/room.md)
	$(HUB) deploy/hub/lessons.py hub

test-hub: environment .venv-hub/built ## let twelve learners work on a hub at once (needs npm)
	$(ENV) -m pytest tests/hub $(ARGS)

lock: environment ## pin the newest versions of all packages (needs uv)
	$(COMPILE) pyproject.toml --group test --group build --output-file requirements.lock
	$(COMPILE) --group browser --constraint requirements.lock \
	  --output-file requirements-browser.lock
	$(COMPILE) --group site --output-file requirements-site.lock
	$(COMPILE) pyproject.toml --group build --group hub --constraint requirements.lock \
	  --output-file requirements-hub.lock

audit: ## look for known vulnerabilities of the locked packages (needs their public database)
	$(PYTHON) -m venv .venv-audit
	.venv-audit/$(BIN) -m pip install --quiet --upgrade pip pip-audit
	.venv-audit/$(BIN) -m pip_audit --strict --disable-pip --require-hashes \
	  -r requirements.lock -r requirements-browser.lock -r requirements-site.lock \
	  -r requirements-hub.lock || \
	  { echo "Not every package was found free of known vulnerabilities: see above, also for"; \
	    echo "packages that could not be looked up, as without a connection to the database."; exit 1; }

clean: ## delete the environment and everything that was built
	rm -rf .venv .venv-bench .venv-audit .venv-site .venv-hub site build dist .pytest_cache .ruff_cache .hypothesis screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
