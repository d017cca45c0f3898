# make demo   see a film go from a wish to the screen (ONCE=1: verify it and stop)
# make test   run everything; as root it installs the Debian packages the tests need
# make check  linters, types, import contracts
PY      ?= python3
BIN     := .venv/bin
VENV    := .venv/.ready
UI      := src/matinee/web/static/.ready
UI_SRC  := $(shell find ui -path ui/node_modules -prune -o -type f -print)

.PHONY: setup demo test check bench bench-usenet lock ui-types clean
setup: $(VENV) $(UI)

$(VENV): requirements.lock pyproject.toml deploy/python-venv.sh
	sh deploy/python-venv.sh $(PY) .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

ui/node_modules/.ready: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(UI): ui/node_modules/.ready $(UI_SRC)
	cd ui && npm run --silent build
	@touch $@

demo: setup
	$(BIN)/matinee demo $(if $(ONCE),--once,)

test: setup
	sh tests/install-peers.sh
	$(BIN)/python -m pytest $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd ui && npm run --silent check

bench: setup
	$(BIN)/python bench/idle.py
	$(BIN)/python bench/stream.py
	$(BIN)/python bench/parse.py
	$(BIN)/python bench/decide.py
	$(BIN)/python bench/indexers.py
	$(BIN)/python bench/torrent.py

bench-usenet: setup
	$(BIN)/python bench/usenet.py $(ARGS)

lock: $(VENV)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --group dev --output-file requirements.lock
	cd ui && npm install --package-lock-only --no-fund --no-audit

ui-types: setup
	$(BIN)/matinee openapi > ui/openapi.json
	cd ui && npm run --silent types

clean:
	rm -rf .venv ui/node_modules src/matinee/web/static var/demo var/lab var/bench
