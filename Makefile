# `make` alone lists the commands. Each makes the machine ready first; a second time that is instant.

.DEFAULT_GOAL := help
ifndef TOGETHER
.NOTPARALLEL:
endif
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

BIN := .venv/bin
CODE := inventory auction reports service tests benchmarks
DATA ?= $(or $(KEBIEN_DATA_DIR),.demo)
ARGS ?=
# compiled tests are kept, also where a machine's settings say otherwise: compiling takes seconds a process
KEPT := PYTHONDONTWRITEBYTECODE=

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: runtime ## Try the program with a demonstration office; ARGS="--port 8080" for another port
	@exec $(BIN)/kebien demo $(ARGS)

.PHONY: test
test: dev ## Run every check, as the submission does
	@$(MAKE) -j2 -Otarget TOGETHER=1 types compiled-tests contracts templates format lint dependencies
	@$(MAKE) tests

.PHONY: fix
fix: dev ## Repair what can be repaired: layout of the code, order of imports, simple findings
	@$(BIN)/ruff check --quiet --fix $(CODE) || true
	@$(BIN)/ruff format $(CODE)

.PHONY: format
format: dev ## Check the layout of the code
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "not in the house layout: make fix"; exit 1; }

.PHONY: lint
lint: dev ## Check the code for faults and bad habits
	@$(BIN)/ruff check --quiet $(CODE)

.PHONY: types
types: dev ## Check the types
	@$(BIN)/mypy

.PHONY: contracts
contracts: dev ## Check which room imports which
	@$(BIN)/lint-imports --no-logo --no-cache

.PHONY: templates
templates: dev ## Check the page templates
	@$(BIN)/djlint --lint --quiet inventory auction reports service

.PHONY: dependencies
dependencies: dev ## Check that every library is used and every used one is named
	@$(BIN)/deptry . 2>&1

.PHONY: tests
tests: dev ## Run the tests; ARGS="-k word" for some of them
	@$(KEPT) $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 20 $(ARGS)

.PHONY: compiled-tests
compiled-tests: dev
	@$(KEPT) $(BIN)/pytest --collect-only -qq >/dev/null

.PHONY: coverage
coverage: dev ## Run the tests and show which branches none of them took
	@$(BIN)/pytest -n 2 --cov --cov-report term-missing:skip-covered $(ARGS)

.PHONY: bench
bench: dev ## Measure the program against the same work in plain SQL
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: lock
lock: dev ## Lock the versions of pyproject.toml anew, with hashes
	@$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes -o requirements.runtime.lock
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes -o requirements.dev.lock

.PHONY: messages
messages: dev ## Collect new sentences for translation
	@$(BIN)/python -m service.web.locales update

.PHONY: db-upgrade
db-upgrade: runtime ## Bring the database's tables up to date; DATA=folder, .demo by default
	@$(BIN)/kebien --data-dir $(DATA) db upgrade

.PHONY: db-status
db-status: runtime ## Show where the database is and how large
	@$(BIN)/kebien --data-dir $(DATA) db status

.PHONY: db-stop
db-stop: runtime ## End the embedded database server
	@$(BIN)/kebien --data-dir $(DATA) db stop

.PHONY: clean
clean: ## Remove what was installed and cached; data folders stay
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: runtime
runtime:
	@deploy/setup.sh runtime

.PHONY: dev
dev:
	@deploy/setup.sh dev
