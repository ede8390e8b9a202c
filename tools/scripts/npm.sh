#!/usr/bin/env bash
# npm.sh runtime|dev|clients: installs npm packages by their lock file, once for each change of it.
# `runtime` is fonts and pictures; `dev` adds the test tools; `clients` is Telegram clients, in a
# folder of their own and without their scripts.
set -euo pipefail
want=$1
options=(--no-audit --no-fund --loglevel=error)
folder=web
case $want in
  runtime) options+=(--omit=dev) ;;
  clients) options+=(--ignore-scripts) folder=tools/clients ;;
esac
cd "$(dirname "$0")/../../$folder"
sum=$(sha256sum package-lock.json | cut -d' ' -f1)
have=$(cat node_modules/.promostack 2>/dev/null || true)
if [ "$have" = "dev $sum" ] || [ "$have" = "$want $sum" ]; then
  exit 0
fi
command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (Debian: nodejs npm)" >&2; exit 1; }
echo "fetching npm packages ($want)"
npm ci "${options[@]}"
echo "$want $sum" >node_modules/.promostack
