#!/usr/bin/env bash
# Installs the system parts that drawn pages and their tests need (Chromium, a Chinese font, npm) where it may, else
# names the command.
# Usage: tools/system.sh [--tests | --skipped]   --tests: what the tests need too; --skipped only lists, after the tests,
# what was left out.
set -euo pipefail
mode=${1:-}
parts="chromium fonts-noto-cjk"
[ -z "$mode" ] || parts="$parts npm"

missing() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium
  if ! command -v dpkg >/dev/null || ! dpkg -s fonts-noto-cjk >/dev/null 2>&1; then
    command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || echo fonts-noto-cjk
  fi
  [ -z "$mode" ] || command -v npm >/dev/null || echo npm
}

wanted=$(missing | xargs)
[ -n "$wanted" ] || exit 0

if [ "$mode" = --skipped ]; then
  echo "略过（缺少 $wanted）：需要浏览器的测试与来源。补齐：sudo apt-get install $parts"
  echo "Skipped (missing: $wanted): the tests and sources that need a browser. To have them: sudo apt-get install $parts"
  exit 0
fi

install() {
  echo "安装系统组件 $wanted ／ installing $wanted"
  "$@" apt-get update -qq
  "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
}

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  install
elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
  install sudo -n
else
  echo "缺少 $wanted，需要浏览器的部分将略过。补齐：sudo apt-get install $parts"
  echo "Missing: $wanted; what needs a browser will be skipped. To have it: sudo apt-get install $parts"
  [ "${CI:-}" != true ] || exit 1
fi
