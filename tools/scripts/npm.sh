#!/usr/bin/env bash
# npm.sh runtime|dev: installs the npm packages of web/package-lock.json, once for each change of
# it. `runtime` is fonts and pictures; `dev` adds the test tools.
set -euo pipefail
cd "$(dirname "$0")/../../web"
want=$1
sum=$(sha256sum package-lock.json | cut -d' ' -f1)
have=$(cat node_modules/.promostack 2>/dev/null || true)
if [ "$have" = "dev $sum" ] || [ "$have" = "$want $sum" ]; then
  exit 0
fi
command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (Debian: nodejs npm)" >&2; exit 1; }
echo "fetching npm packages ($want)"
if [ "$want" = dev ]; then
  npm ci --no-audit --no-fund --loglevel=error
else
  npm ci --no-audit --no-fund --loglevel=error --omit=dev
fi
echo "$want $sum" >node_modules/.promostack
