.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint bench screenshots requirements clean
PYTHON ?= python3
PORT ?= 8000
SCALES ?= 1,10
export PORT

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

.venv/base: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The portal needs Python 3.11 or newer: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "This Python has no venv. On Debian: apt install python3-venv"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/base
	@.venv/bin/python scripts/front_end.py

setup-dev: setup .venv/dev

demo: setup  ## set up, fill with demo data, run web, worker and beat (PORT=8000)
	@.venv/bin/python -m demo.supervisor

test: setup-dev  ## set up and run every test, browser tests included
	@.venv/bin/python scripts/browser.py
	@.venv/bin/python -m pytest -n 2

lint: setup-dev  ## ruff, mypy, djlint, import-linter, missing migrations
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djlint templates --lint --quiet
	@.venv/bin/lint-imports
	@DEBUG=1 SECRET_KEY=lint .venv/bin/mypy coalition groups enforcement demo
	@.venv/bin/python manage.py makemigrations --check --dry-run

bench: setup-dev  ## speed at SCALES=1,10, one table and var/bench.json
	@.venv/bin/python -m demo.bench --scales $(SCALES)

screenshots: setup-dev  ## every page as its natural viewer, light, dark and phone, into var/screenshots
	@.venv/bin/python scripts/browser.py
	@.venv/bin/python -m demo.screenshots

requirements: setup-dev  ## pin again what pyproject.toml asks for
	.venv/bin/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/base.txt
	.venv/bin/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/dev.txt

clean:  ## forget the demo's data
	rm -rf var
