#!/usr/bin/env bash
# Installs the system parts that drawn pages and the tests need where it may, else names the command: Chromium and a
# Chinese font; for the tests npm, curl and jq (for the script that imports into Kibana), and Maven and a JDK (to fetch and run a real Elasticsearch).
# Usage: tools/system.sh [--tests | --skipped]   --tests: what the tests need too; --skipped only lists, after the tests,
# what was left out.
set -euo pipefail
mode=${1:-}
parts="chromium fonts-noto-cjk"
[ -z "$mode" ] || parts="$parts npm curl jq maven openjdk-17-jdk-headless"

jdk() {  # a compiler, not the runtime alone, of 17 or later
  local release
  for release in /usr/lib/jvm/*/release; do
    [ -x "${release%/release}/bin/javac" ] || continue
    [ "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")" -ge 17 ] 2>/dev/null && return 0
  done
  return 1
}

missing() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium
  if ! command -v dpkg >/dev/null || ! dpkg -s fonts-noto-cjk >/dev/null 2>&1; then
    command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || echo fonts-noto-cjk
  fi
  [ -n "$mode" ] || return 0
  command -v npm >/dev/null || echo npm
  command -v curl >/dev/null || echo curl
  command -v jq >/dev/null || echo jq
  command -v mvn >/dev/null || echo maven
  jdk || echo openjdk-17-jdk-headless
}

wanted=$(missing | xargs)
[ -n "$wanted" ] || exit 0

if [ "$mode" = --skipped ]; then
  echo "略过（缺少 $wanted）：需要它们的测试与来源。补齐：sudo apt-get install $parts"
  echo "Skipped (missing: $wanted): the tests and sources that need it. To have them: sudo apt-get install $parts"
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
  echo "缺少 $wanted，需要它们的部分将略过。补齐：sudo apt-get install $parts"
  echo "Missing: $wanted; what needs it will be skipped. To have it: sudo apt-get install $parts"
  [ "${CI:-}" != true ] || exit 1
fi
