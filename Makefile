# Everything runs from a fresh checkout on Linux with Python 3.11, pip and make; `make venv` is done on the way.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
# -qq: errors only; the build back end's note on editable installations is none.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-all bench lint docs clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 12

venv: $(STAMP)  ## .venv with everything that demo and test need

# The link lets type checker see the root as the package clew, whatever the checkout is called.
$(STAMP): pyproject.toml constraints.txt requirements/offline.txt requirements/more.txt
	@rm -f $@
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@echo "installing into $(VENV): some minutes the first time"
	$(PIP) install --constraint constraints.txt pip
	$(PIP) install --constraint constraints.txt --group dev --editable ".[cpu,llm,postgres,privacy]"
	$(PIP) install --no-deps --require-hashes --requirement requirements/offline.txt --requirement requirements/more.txt
	mkdir -p $(VENV)/src && ln -sfn ../.. $(VENV)/src/clew
	@touch $@

demo: $(STAMP)  ## the sample corpus becomes a graph, questions become cited answers
	mkdir -p .demo
	$(BIN)/clew demo --db .demo/clew.db

lint: $(STAMP)  ## style, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint  ## lint and every quick test
	$(BIN)/python -m pytest -q -m "not slow and not postgres"

test-all: lint  ## lint and every test, with a PostgreSQL server of its own where one is installed
	$(BIN)/python -m pytest -q

bench: $(STAMP)  ## the figures of the README; CLEW_DATA names the folder of the public sets
	$(BIN)/python benchmarks/multihop.py 2wiki_public
	$(BIN)/python benchmarks/multilingual.py --cross
	$(BIN)/python benchmarks/dialogue.py --captions

docs: $(STAMP)  ## reference pages from the docstrings, into site/
	rm -rf site
	$(BIN)/python docs/reference.py site

clean:  ## away with everything that was made; .venv stays
	rm -rf build dist site htmlcov .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .demo *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
