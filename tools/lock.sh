#!/usr/bin/env bash
# Writes the locked requirements anew: exact versions with hashes, no host names.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header "$@"
}
compile --extra build pyproject.toml --output-file requirements/run.txt
compile --extra build --extra images --constraint requirements/run.txt pyproject.toml --output-file requirements/images.txt
compile --extra build --extra dev --constraint requirements/images.txt pyproject.toml --output-file requirements/dev.txt
# The programs whose sites the tests patrol live in an environment of their own: see tools/sites.sh.
compile requirements/sites.in --output-file requirements/sites.txt
