# Draftkeep's commands. Each sets up .venv by itself, and again only when the requirement files change.

MAKEFLAGS += --no-print-directory
export PYTHON
BIN := .venv/bin
PYTEST_FLAGS ?=
PROOF ?=
IMPORT ?=
FUNNEL ?=

.DEFAULT_GOAL := help
.PHONY: help run demo import import-funnel test lint bench proof settings pictures requirements clean venv venv-dev browser

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: venv ## start the bot: for real with BOT_TOKEN, else with a local Telegram to try it
	@tools/run

# The name reaches the program as it is: neither make nor the shell looks into it.
unexport FILE
demo: export DEMO_FILE := $(value FILE)
demo: venv ## the newcomer's story with a file of yours: make demo FILE=path
	@$(BIN)/python -m sandbox.playground demo -- "$$DEMO_FILE"

import: venv ## bring the people and links of a former bot: make import IMPORT="--last https://t.me/c/… --dry-run"
	@$(BIN)/python import_links.py $(IMPORT)

import-funnel: venv ## bring the people, tasks and presses of a funnel bot: make import-funnel FUNNEL="users.json bot.db --dry-run"
	@$(BIN)/python import_funnel.py $(FUNNEL)

test: lint browser ## lint, then all tests
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=15 $(PYTEST_FLAGS)

lint: venv-dev ## ruff, mypy --strict, who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: venv-dev ## measure speed against the targets
	@$(BIN)/python -m tests.bench

proof: venv-dev ## prove that nothing is lost and nothing doubled; a part: make proof PROOF="kills --quick"
	@$(BIN)/python -m tests.proof $(PROOF)

settings: venv-dev ## write the table of settings in docs/operators.md anew
	@$(BIN)/python -m tests.settings_table

pictures: venv-dev browser ## make the pictures of docs/ anew, by the steps that the tests of the page take
	@$(BIN)/python -m tests.browser.pictures

requirements: venv-dev ## compile requirements*.txt from requirements*.in
	@tools/requirements

clean: ## remove .venv and caches; data/ stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@tools/venv run

venv-dev:
	@tools/venv dev

browser: venv-dev
	@tools/browser
