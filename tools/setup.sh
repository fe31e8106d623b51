#!/usr/bin/env bash
# Makes .venv with locked dependencies and the lurewatch command; does nothing where that is done already.
# Usage: tools/setup.sh run|images|dev   (images: also what reads pictures)
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-run}
lock=requirements/$kind.txt

find_python() {
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "需要 Python 3.11 至 3.13。安装：apt-get install python3 python3-venv" >&2
  echo "Python 3.11 to 3.13 is needed. To install: apt-get install python3 python3-venv" >&2
  exit 2
}

make_venv() {
  local python=$1
  if "$python" -m venv .venv >/dev/null 2>&1; then return; fi
  rm -rf .venv
  # Debian keeps venv in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  elif sudo -n true 2>/dev/null && command -v apt-get >/dev/null; then
    sudo -n apt-get update -qq && sudo -n apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  else
    echo "不能建立虚拟环境。请先运行：sudo apt-get install python3-venv" >&2
    echo "Cannot make a virtual environment. Run first: sudo apt-get install python3-venv" >&2
    exit 2
  fi
  "$python" -m venv .venv
}

# A stamp names the lock that was installed; dev holds all of images, which holds all of run.
wanted=$(cat "$lock" pyproject.toml | sha256sum | cut -c1-16)
stamp=.venv/.installed
if [ -x .venv/bin/lurewatch ] && [ -f "$stamp" ] && grep -qx "$kind $wanted $PWD" "$stamp"; then exit 0; fi

echo "准备虚拟环境 .venv（首次约一分钟）／ preparing .venv (about a minute the first time)"
[ -x .venv/bin/python ] && grep -qs " $PWD\$" "$stamp" || { rm -rf .venv; make_venv "$(find_python)"; }
# PIP_* settings of the user (an index, a cache) still apply; only the answers must match the hashes.
# The lock is complete: dependencies are not resolved anew, so that OpenCV comes without its windows.
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$lock"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
touch "$stamp"
case $kind in run) kinds=run ;; images) kinds="run images" ;; *) kinds="run images dev" ;; esac
for done_kind in $kinds; do
  sum=$(cat requirements/$done_kind.txt pyproject.toml | sha256sum | cut -c1-16)
  sed -i "/^$done_kind /d" "$stamp"
  echo "$done_kind $sum $PWD" >>"$stamp"
done
echo "完成：.venv/bin/lurewatch ／ done: .venv/bin/lurewatch"
