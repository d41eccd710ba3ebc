# Everything here sets itself up: Python 3.11 or later is all that must be there.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
STAMP := .venv/.in-step
GOLDEN := tests/frontend/test_catalogue.py tests/frontend/test_corpus.py tests/house/test_schemas.py tests/pipeline/test_corpus.py

.PHONY: help demo test lint types contracts unit bench lab prove-bank accept evidence pictures clean

help: ## say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/'

$(STAMP): uv.lock pyproject.toml scripts/set-up
	@bash scripts/set-up
	@touch $@

demo: $(STAMP) ## generate, deploy, fill and question the e-commerce application, in ./demo
	$(BIN)/devmatrix run seeds/specs/ecommerce_api.md --out demo

test: lint types contracts unit ## everything that a change must pass

lint: $(STAMP) ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## strict types
	$(BIN)/mypy

contracts: $(STAMP) ## who may import whom
	$(BIN)/lint-imports

unit: $(STAMP) ## the tests, real servers included
	$(BIN)/pytest

bench: $(STAMP) ## the figures that the project promises
	$(BIN)/python -m benchmarks

lab: $(STAMP) ## put faults into copies and measure what the loop makes of them, in ./lab (90 minutes at most)
	$(BIN)/devmatrix lab --out lab

prove-bank: $(STAMP) ## kill importers, reindexers and Neo4j at 30 points each; nothing may be lost or doubled
	DEVMATRIX_KILLS=30 $(BIN)/pytest tests/conformance/test_kills.py

eval-retrieval: $(STAMP) ## how well the bank finds, with a model that reads (several GB, in an environment of its own)
	UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(CURDIR)/.venv-semantic $(BIN)/uv sync --frozen --quiet --extra semantic --python $(BIN)/python
	.venv-semantic/bin/python -m benchmarks.retrieval

accept: $(STAMP) ## rewrite what the golden tests expect; review the difference
	DEVMATRIX_ACCEPT=1 $(BIN)/pytest $(GOLDEN)

evidence: $(STAMP) ## run the shipped specs and write what it says of the shipped patterns
	$(BIN)/python -m tests.patterns.write_evidence

pictures: $(STAMP) ## look at a filled bank in the Neo4j Browser with Chromium, and write docs/pictures
	$(BIN)/python -m tests.browser.write_pictures

clean: ## remove the environment and what tools left
	rm -rf .venv .venv-semantic .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
