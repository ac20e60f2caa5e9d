# Everything that is done with Port Exchange from a shell. `make help` lists it.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTHON ?=
BIN := .venv/bin
RUN := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
GUARD ?=
# Who is done takes from those who are not: the slowest tests come last, in one heap.
SHARED = -n $(WORKERS) --dist worksteal
# A production-like environment for Django's deployment checks; the target makes the folder.
DEPLOYED := EXCHANGE_URL=https://exchange.example.org EXCHANGE_DATA="$$folder"
# PostgreSQL and Redis for the tests; Django makes and drops databases of its own there.
POSTGRES ?= postgresql://postgres@127.0.0.1:5432
REDIS ?= redis://127.0.0.1:6379
export PORT

.PHONY: help env env-dev demo up test test-postgres test-process test-browser test-exhaustive test-guards \
	check format requirements schema chromium

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- what is needed to run -------------------------------------------------------------------

.venv/bin/pip:
	@for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do
		if command -v "$$python" >/dev/null && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
			found=$$python; break
		fi
	done
	if [ -z "$${found:-}" ] && [ -n "$(PYTHON)" ]; then
		echo "$(PYTHON) is no Python 3.11 or later. Name another: make PYTHON=/path/to/python3.11 …, or none, and one is looked for." >&2
		exit 1
	fi
	if [ -z "$${found:-}" ]; then
		echo "Port Exchange needs Python 3.11 or later. Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11 …" >&2
		exit 1
	fi
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then
		echo "Python's venv is missing. Install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2
		exit 1
	fi
	rm -rf .venv
	"$$found" -m venv .venv

.venv/running: requirements.txt | .venv/bin/pip
	@echo "Installing what it needs to run …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/testing: requirements-dev.txt .venv/running
	@echo "Installing what the tests need …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

env: .venv/running ## install what it needs to run, into .venv
env-dev: .venv/testing ## install what its developers need, too

# --- running ---------------------------------------------------------------------------------

demo: env ## run everything with the sample world (PORT=8123 EXCHANGE_DATA=/some/folder make demo)
	@exec $(RUN) demo

up: env ## run everything for real people on this machine
	@exec $(RUN) up

# --- testing ---------------------------------------------------------------------------------

test: env-dev ## test in-process, without any server
	@EXCHANGE_REQUIRE= $(PYTEST) $(SHARED) -m "not browser and not postgres and not exhaustive and (not process or smoke)"

test-postgres: env-dev ## the same on PostgreSQL and Redis
	@export DATABASE_URL=$(POSTGRES)/exchange_suite_$$$$ CACHE_URL=$(REDIS)/13 BROKER_URL=$(REDIS)/13
	$(BIN)/python -c 'import redis, sys; redis.Redis.from_url(sys.argv[1]).flushdb()' $(REDIS)/13 2>/dev/null || { echo "make test-postgres needs Redis at $(REDIS) and empties its database 13." >&2; exit 1; }
	$(PYTEST) $(SHARED) -m "not browser and not process and not exhaustive"

test-exhaustive: env-dev ## bad input in every field, a machine at the API, page beside API, on SQLite and PostgreSQL
	@$(PYTEST) $(SHARED) -m exhaustive
	DATABASE_URL=$(POSTGRES)/exchange_suite_$$$$ $(PYTEST) $(SHARED) -m exhaustive

test-process: env-dev ## real web, worker and beat processes, killed and started again
	@$(PYTEST) -m process tests/process

test-browser: env-dev chromium ## the whole journey in real Chromium
	@$(PYTEST) -m browser tests/browser

test-guards: env-dev ## take guards out of a copy, one by one: their tests must fail (GUARD="words of its name")
	@DATABASE_URL=$(POSTGRES)/exchange_suite_$$$$ $(BIN)/python -m tests.guards "$(GUARD)"

chromium:
	@if command -v chromium >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq </dev/null
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium </dev/null >/dev/null
	else
		echo "The browser tests need Chromium. Install it (Debian: sudo apt install chromium) and try again." >&2
		exit 1
	fi

check: env-dev ## format, lint, types, import order, migrations, deployment, templates, our own rules
	@folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(DEPLOYED) $(RUN) makemigrations --check --dry-run
	$(DEPLOYED) $(RUN) check --deploy --fail-level WARNING
	$(BIN)/djlint templates --lint
	EXCHANGE_REQUIRE= $(PYTEST) tests/architecture/test_lints.py tests/architecture/test_docs.py

format: env-dev ## put the code into the house format
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# --- making files of the repository ----------------------------------------------------------

UV_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

requirements: ## pin the newest allowed versions, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "This needs uv. Install it: pip install uv" >&2; exit 1; }
	uv pip compile pyproject.toml $(UV_OPTIONS) -o requirements.txt
	uv pip compile --group dev -c requirements.txt $(UV_OPTIONS) -o requirements-dev.txt

schema: env ## write the OpenAPI snapshot anew
	@$(RUN) spectacular --format openapi-json --file tests/api/openapi.json --validate --fail-on-warn
