# Two commands are all it takes: `make run` (the demo) and `make test`. Each sets up what it needs.
LUREWATCH := .venv/bin/lurewatch
.DEFAULT_GOAL := help

.PHONY: help setup images dev system sites model run test lint bench soak lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup:  ## make .venv with the lurewatch command and its model (repeatable)
	@tools/setup.sh run
	@$(MAKE) --no-print-directory model

images:  ## the same, with what reads pictures
	@tools/setup.sh images
	@$(MAKE) --no-print-directory model

dev:
	@tools/setup.sh dev
	@$(MAKE) --no-print-directory model

model:
	@tools/model.sh

system:
	@tools/system.sh

run: setup system  ## serve the demo town on this machine, patrol it, list the flags
	@$(LUREWATCH) demo

sites: dev
	@tools/system.sh --tests
	@tools/sites.sh

test: dev sites lint  ## ruff, mypy and all tests
	@.venv/bin/pytest -n 3 --dist loadgroup
	@tools/system.sh --skipped

lint: dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy

bench: dev  ## speed, as ratios (QUICK=--quick for under a minute each)
	@set -e; for bench in bench/*.py; do echo "== $$bench"; .venv/bin/python $$bench $(QUICK); done

soak: dev system model  ## a patrol of the demo town for MINUTES=30 while everything fails in turn; writes docs/soak.md
	@.venv/bin/python -m tools.soak --minutes $(or $(MINUTES),30)

lock: dev  ## write requirements/*.txt anew from pyproject.toml
	@tools/lock.sh

clean:  ## remove what was built (not ./data)
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
