#!/usr/bin/env bash
# setup.sh [clients]: installs, by package name, what the tests need and this machine lacks; with
# clients, also the Telegram clients that come from Debian.
set -euo pipefail

missing=()
need() { # need PACKAGE TEST…: the package is missing when the test fails
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb; }
has_shell() { [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] || command -v chromium-headless-shell; }
has_chromium() { has_shell || command -v chromium; }
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
install() {
  command -v apt-get >/dev/null && "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

command -v go >/dev/null || { echo "Go is missing: install Go 1.26 or newer" >&2; exit 1; }
version=$(go env GOVERSION)
if ! printf '%s\n' go1.26 "$version" | sort -V -C && [ "$(go env GOTOOLCHAIN)" = local ]; then
  echo "$version is too old: install Go 1.26 or newer" >&2
  exit 1
fi
need nodejs command -v node
need npm command -v npm
need gcc command -v gcc
need libc6-dev test -e /usr/include/stdlib.h
[ -n "${TEST_DATABASE_URL:-}" ] || need postgresql has_postgres
[ "${1:-}" != clients ] || need python3-python-telegram-bot /usr/bin/python3 -c 'import telegram.ext'

# Chromium without its windows does the browser's tests in half the time; with them it does them too.
if ! has_shell >/dev/null && ! install chromium-headless-shell 2>/dev/null; then
  echo "chromium-headless-shell could not be installed: the browser's tests take longer"
fi
need chromium has_chromium

if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  if ! install "${missing[@]}"; then
    echo "The tests need packages that could not be installed here. Install them by hand: apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi
if ! printf '%s\n' v20 "$(node --version)" | sort -V -C; then
  echo "Node.js $(node --version) is too old: install Node.js 20 or newer" >&2
  exit 1
fi
