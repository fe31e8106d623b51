#!/usr/bin/env bash
# Installs the programs whose sites the tests patrol, below build/sites; does nothing where that is done already.
# What pip and npm bring must match the hashes of requirements/sites.txt and package-lock.json.
set -euo pipefail
cd "$(dirname "$0")/.."
into=build/sites
mkdir -p "$into"
exec 9>"$into/.lock"
flock 9 # two tests may ask at the same time

sum() { cat "$@" | sha256sum | cut -c1-16; }

wanted="$(sum requirements/sites.txt) $PWD"
if ! grep -qsx "$wanted" "$into/venv/.installed"; then
  rm -rf "$into/venv"
  .venv/bin/python -m venv "$into/venv"
  "$into/venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/sites.txt
  echo "$wanted" >"$into/venv/.installed"
fi

if ! command -v npm >/dev/null; then
  echo "缺少 npm，用浏览器画的那个网站略过 ／ npm is missing: the site that is drawn in the browser is left out" >&2
  exit 0
fi
wanted=$(sum tests/sites/docsify/package-lock.json)
if ! grep -qsx "$wanted" "$into/docsify/.installed"; then
  rm -rf "$into/docsify"
  mkdir -p "$into/docsify"
  cp tests/sites/docsify/package*.json "$into/docsify/"
  (cd "$into/docsify" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
  echo "$wanted" >"$into/docsify/.installed"
fi
